using FastOrm.Cache.Coherence;
using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.Keys;
using FastOrm.Cache.Memory;
using FastOrm.Cache.Stamps;
using FastOrm.Cache.Values;

namespace FastOrm.Cache.Engine;

/// <content>Values in the tier that nodes share.</content>
internal sealed partial class CacheEngine
{
    // Rows are kept under other keys.
    private const string ValuePrefix = "v:";

    /// <summary>The time that other nodes are told, in milliseconds since 1970.</summary>
    public long UtcNow => _options.TimeProvider.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>How old an entry of the tier is, in milliseconds. The clocks of two nodes may differ: never less than nothing.</summary>
    public long AgeOf(Envelope entry) => AgeOf(entry, UtcNow);

    /// <summary>The same of several, with the time read once.</summary>
    public static long AgeOf(Envelope entry, long utcNow) => Math.Max(0, utcNow - entry.StoredAt);

    /// <summary>When a load began, as other nodes are told.</summary>
    public long ToldTime(LoadStart start) => UtcNow - (Clock.Now - start.At);

    /// <summary>What is being loaded under the key is not stored any more, on any node, and other nodes do not keep what they have.</summary>
    public void Supersede(string key) => _ = Change([Stamps.Guard(TagHash.OfName(key))], [key]);

    /// <summary>Asks the tier for an entry, and for the stamps under which it may be stored there. Of a synchronous caller the answer is there.</summary>
    public ValueTask<RemoteLook?> LookAsync(bool async, string key, Dependency[] seen, CancellationToken cancellationToken)
        => As(async, _remote!.LookAsync(key, seen, cancellationToken));

    /// <summary>The same of several entries, in one round trip.</summary>
    public ValueTask<RemoteLook?[]> LookAsync(bool async, string[] keys, Dependency[][] seen, CancellationToken cancellationToken)
        => As(async, _remote!.LookAsync(keys, seen, cancellationToken));

    private bool UsesRemote(CacheEntryOptions options) => _remote is not null && (options.Tiers ?? _options.Tiers).HasFlag(CacheTiers.Remote);

    private bool UsesMemory(CacheEntryOptions options) => (options.Tiers ?? _options.Tiers).HasFlag(CacheTiers.Memory);

    private static string[] RemoteKeysOf(ReadOnlySpan<string> keys)
    {
        var remote = new string[keys.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            remote[i] = ValuePrefix + keys[i];
        }

        return remote;
    }

    // The caller is synchronous, and the answer comes on another thread.
    public static T Now<T>(ValueTask<T> task) => task.IsCompleted ? task.Result : task.AsTask().GetAwaiter().GetResult();

    /// <summary>The same of what gives nothing.</summary>
    public static void Now(ValueTask task)
    {
        if (!task.IsCompletedSuccessfully)
        {
            task.AsTask().GetAwaiter().GetResult();
        }
    }

    private static ValueTask<T> As<T>(bool async, ValueTask<T> task) => async ? task : new ValueTask<T>(Now(task));

    private async ValueTask<CacheResult<T>> GetRemoteAsync<T>(bool async, string key, CancellationToken cancellationToken)
    {
        // Its tags are not known here: the entry names them.
        Dependency[] seen = [Stamps.All.Seen(), Stamps.Guard(TagHash.OfName(key)).Seen()];
        var look = await LookAsync(async, ValuePrefix + key, seen, cancellationToken).ConfigureAwait(false);
        return look?.Entry is not null && TryTake<T>(key, CacheEntryOptions.Default, look, out var result, out _, takesAbsence: true) ? result : Missed<T>(key);
    }

    /// <summary>Takes what the tier has of several values into memory.</summary>
    private ValueTask<RemoteLook?[]> LookManyAsync(bool async, string[] keys, Dependency[][] seen, CancellationToken cancellationToken)
        => LookAsync(async, RemoteKeysOf(keys), seen, cancellationToken);

    private async ValueTask<IReadOnlyDictionary<string, T?>> GetManyRemotelyAsync<T>(
        bool async, Dictionary<string, T?> found, string[] missing, CancellationToken cancellationToken)
    {
        var all = Stamps.All.Seen();
        var seen = Array.ConvertAll(missing, key => (Dependency[])[all, Stamps.Guard(TagHash.OfName(key)).Seen()]);
        var looks = await LookManyAsync(async, missing, seen, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < missing.Length; i++)
        {
            if (looks[i] is not { Entry: not null } look
                || !TryTake<T>(missing[i], CacheEntryOptions.Default, look, out var result, out _, takesAbsence: true))
            {
                Missed(missing[i]);
            }
            else if (result.HasValue)
            {
                found[missing[i]] = result.Value;
            }
        }

        return found;
    }

    /// <summary>Asks the tier for the value that is to be loaded, and for the stamps under which it may be stored there.</summary>
    private ValueTask<RemoteLook?> LookAsync<TState, T>(ValueRequest<TState, T> request, Load load, CancellationToken cancellationToken)
        => UsesRemote(request.Options) ? LookAsync(request.IsAsync, ValuePrefix + request.Key, load.Seen, cancellationToken) : default;

    /// <summary>One load among all nodes: takes the lease, or waits for what its holder stores.</summary>
    public ValueTask<(RemoteLook? Look, string? Holder)> LeaseAsync(
        bool async, RemoteLook look, Dependency[] seen, TimeSpan time, CancellationToken cancellationToken)
        => As(async, _remote!.LeaseAsync(look, seen, time, cancellationToken));

    private bool TryTake<TState, T>(
        ValueRequest<TState, T> request, RemoteLook look, Load load, out CacheResult<T> result, out KeptValue kept)
        => TryTake(request.Key, request.Options, look, out result, out kept, load: load);

    /// <summary>Takes a value of the tier into memory, and gives it to the caller if its time is not over.</summary>
    private bool TryTake<T>(
        string key,
        CacheEntryOptions options,
        RemoteLook look,
        out CacheResult<T> result,
        out KeptValue kept,
        bool takesAbsence = false,
        Load? load = null)
    {
        var entry = look.Entry!;
        if (!_keeper.TryRead<T>(entry, options, out kept) || !_keeper.TryGive(kept.Stored, out result, takesAbsence))
        {
            Counters.Bypass(RemoteBypasses.NotReadable);
            (result, kept) = (default, default);
            return false;
        }

        var age = AgeOf(entry);
        var start = StartedAt(Clock.Now - age);
        Store(
            key,
            kept,
            options,
            new EntryTerms(entry.FreshFor, entry.StaleFor, entry.StaleIfError, entry.LocalFor),
            look.Dependencies[..^1],
            look.Dependencies[^1..],
            start);
        if (age >= entry.FreshFor || age >= MaxAge(options))
        {
            // It is in memory for those to whom it may be served stale; for those who wait for the load of the caller it is wherever it is kept.
            load?.Offer(NewEntry(
                new LocalCacheKey(key),
                kept.Stored,
                look.Dependencies[..^1],
                start,
                Clock.Sum(start.At, entry.FreshFor),
                entry.StaleFor,
                entry.StaleIfError,
                kept.Size));
            return false;
        }

        Counters.Hit();
        Counters.RemoteHits.Increment();
        if (Verifies(options))
        {
            Counters.CertainHits.Increment();
        }

        Events.OnHit(key);
        return true;
    }

    /// <summary>Stores a value that was loaded, in both tiers.</summary>
    private async ValueTask StoreAsync<T>(
        string key, KeptValue kept, CacheEntryOptions options, Load load, RemoteLook? look, bool isForced, LoadStart start)
    {
        var terms = TermsOf(options, kept.IsEmpty);
        var dependencies = load.Seen[..^1];
        if (!isForced || _remote is null)
        {
            if (Store(key, kept, options, terms, dependencies, load.Seen[^1..], start) && look is not null)
            {
                var storing = StoreRemoteAsync<T>(look, kept, terms, start);
                if (LoadLease is not null)
                {
                    await storing.ConfigureAwait(false); // Before the lease is given back.
                }
            }

            return;
        }

        // Others are not to go on with what they have.
        var guard = Stamps.Guard(TagHash.OfName(key));
        var condition = load.Seen[^1].Next;
        var sent = _remote.ChangeAsync([guard.Slot], [key], read: [guard.Slot]);
        if (Store(key, kept, options, terms, dependencies, [condition], start)
            && look is not null
            && await sent.ConfigureAwait(false) is { } reading
            && reading.Position.Era == look.Era
            && await _remote.HearsAsync(reading.Position).ConfigureAwait(false) // Another node may have changed the key during the load.
            && condition.IsCurrent
            && Dependency.AreCurrent(dependencies)) // A message that was lost may have been of the key: everything is unknown then.
        {
            await StoreRemoteAsync<T>(look with { Stamps = [.. look.Stamps.AsSpan(..^1), reading.Stamps[0]] }, kept, terms, start)
                .ConfigureAwait(false);
        }
    }

    /// <summary>Stores a value that was given, under the stamps that it has been given by.</summary>
    /// <returns>Whether it is still known that nobody has changed what it depends on.</returns>
    private async ValueTask<bool> SetRemoteAsync<T>(
        string key,
        KeptValue kept,
        EntryTerms terms,
        int[] slots,
        Dependency[] seen,
        Task<RemoteReading?> sent,
        LoadStart start,
        bool isClaimed)
    {
        if (await sent.ConfigureAwait(false) is { } reading)
        {
            // Another node may have changed the key or a tag just before. Then its message comes before our own.
            if (isClaimed && !await _remote!.HearsAsync(reading.Position).ConfigureAwait(false))
            {
                return false;
            }

            // What was flushed since it was set may have been read with its new stamp.
            if (!Dependency.AreCurrent(seen))
            {
                return !isClaimed;
            }

            var look = new RemoteLook(ValuePrefix + key, reading.Position.Era, slots, reading.Stamps, Entry: null, []);
            if (RemoteEntryOf<T>(look, kept, terms, start) is { } entry)
            {
                await _remote!.StoreGivenAsync(look.Key, entry).ConfigureAwait(false);
            }
        }

        return true;
    }

    private Task StoreRemoteAsync<T>(RemoteLook look, KeptValue kept, EntryTerms terms, LoadStart start)
        => RemoteEntryOf<T>(look, kept, terms, start) is { } entry ? _remote!.StoreAsync((look.Key, entry)) : Task.CompletedTask;

    private Envelope? RemoteEntryOf<T>(RemoteLook look, KeptValue kept, EntryTerms terms, LoadStart start)
    {
        if (!_keeper.TryWrite<T>(kept.Stored, out var kind, out var payload))
        {
            Counters.Bypass(RemoteBypasses.NotWritable);
            return null;
        }

        return new Envelope(
            kind,
            look.Era,
            ToldTime(start),
            terms.FreshFor,
            terms.StaleFor,
            terms.StaleIfError,
            terms.LocalFor,
            look.Slots,
            look.Stamps,
            TypeName<T>.Digest,
            payload);
    }
}
