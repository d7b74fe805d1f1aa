using FastOrm.Cache.Coherence;
using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.Keys;
using FastOrm.Cache.Memory;
using FastOrm.Cache.Stamps;
using FastOrm.Cache.Values;

namespace FastOrm.Cache.Engine;

/// <content>Values under keys: looking for them, storing them, loading them.</content>
internal sealed partial class CacheEngine
{
    public ValueTask<CacheResult<T>> TryGetAsync<T>(string key, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<CacheResult<T>>(cancellationToken);
        }

        Text.CheckedKey(key);
        if (!IsEnabled)
        {
            return default;
        }

        return Verifies(CacheEntryOptions.Default) ? GetVerifiedAsync<T>(async: true, key, cancellationToken)
            : TryHit<T>(key, Clock.Never, out var result, takesAbsence: true) ? new ValueTask<CacheResult<T>>(result)
            : UsesRemote(CacheEntryOptions.Default) ? GetRemoteAsync<T>(async: true, key, cancellationToken)
            : new ValueTask<CacheResult<T>>(Missed<T>(key));
    }

    public CacheResult<T> TryGet<T>(string key)
    {
        Text.CheckedKey(key);
        if (!IsEnabled)
        {
            return default;
        }

        return Verifies(CacheEntryOptions.Default) ? Now(GetVerifiedAsync<T>(async: false, key, CancellationToken.None))
            : TryHit<T>(key, Clock.Never, out var result, takesAbsence: true) ? result
            : UsesRemote(CacheEntryOptions.Default) ? Now(GetRemoteAsync<T>(async: false, key, CancellationToken.None))
            : Missed<T>(key);
    }

    public ValueTask SetAsync<T>(string key, T value, CacheEntryOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        Text.CheckedKey(key);
        var setting = SetAsync(key, value, options ?? CacheEntryOptions.Default, claim: null);
        return setting.IsCompletedSuccessfully ? ValueTask.CompletedTask : new ValueTask(setting.AsTask());
    }

    public void Set<T>(string key, T value, CacheEntryOptions? options = null)
    {
        Text.CheckedKey(key);
        Now(SetAsync(key, value, options ?? CacheEntryOptions.Default, claim: null));
    }

    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <param name="options">How it is kept.</param>
    /// <param name="claim">What the guard of the key must be until this changes it, and the stamps as they were before; null for anything.</param>
    /// <returns>Whether the value is stored in one of the tiers.</returns>
    private ValueTask<bool> SetAsync<T>(string key, T value, CacheEntryOptions options, (long Guard, Dependency[] Seen)? claim)
    {
        var guard = Stamps.Guard(TagHash.OfName(key));
        var dependencies = claim?.Seen ?? DependenciesOf(options.TagArray);

        // What is being loaded is older than this.
        int[]? slots = _remote is null ? null : [.. RemoteLink.SlotsOf(dependencies), guard.Slot];
        var changed = 0L;
        var sent = _remote?.ReplaceAsync(guard.Slot, key, slots, out changed);
        if (sent is null)
        {
            changed = guard.Change();
        }

        var condition = guard.At(claim is { } claimed ? claimed.Guard + 1 : changed);
        var start = StartedAt(Clock.Now);
        if (!IsEnabled || !TryKeep(key, value, options, out var kept))
        {
            Memory.Remove(new LocalCacheKey(key)); // Or an older value would be there, perhaps when the cache is switched on again.
            return new ValueTask<bool>(false);
        }

        var terms = TermsOf(options, kept.IsEmpty);
        var isStored = Store(key, kept, options, terms, dependencies, [condition], start);
        return sent is not null && isStored && UsesRemote(options)
            ? SetRemoteAsync<T>(key, kept, terms, slots!, [.. dependencies, condition], sent, start, claim is not null)
            : new ValueTask<bool>(isStored);
    }

    public async ValueTask WriteThroughAsync<T>(
        string key,
        T value,
        Func<T, CancellationToken, Task> write,
        CacheEntryOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        Text.CheckedKey(key);
        ArgumentNullException.ThrowIfNull(write);
        options ??= CacheEntryOptions.Default;
        var guard = Stamps.Guard(TagHash.OfName(key));
        var before = guard.Current;
        var seen = DependenciesOf(options.TagArray);
        var isStored = false;
        try
        {
            await (write(value, cancellationToken) ?? throw new InvalidOperationException("The write of a value returned no task: it must not be null."))
                .ConfigureAwait(false);

            // One of those who write at a time comes through, and it only if nobody else does.
            isStored = guard.TryChange(before)
                && Dependency.AreCurrent(seen)
                && await SetAsync(key, value, options, (before + 1, seen)).ConfigureAwait(false);
        }
        finally
        {
            if (!isStored)
            {
                Forget(key);
            }
        }
    }

    public void WriteThrough<T>(string key, T value, Action<T> write, CacheEntryOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(write);
        var writing = WriteThroughAsync(
            key,
            value,
            (given, _) =>
            {
                write(given);
                return Task.CompletedTask;
            },
            options).AsTask();
        writing.GetAwaiter().GetResult(); // Only the tier is waited for, which answers on another thread.
    }

    public ValueTask<CacheResult<T>> RememberAsync<TState, T>(
        string key,
        TState state,
        CacheEntryOptions? options,
        Func<TState, CancellationToken, Task<T>> loader,
        CancellationToken cancellationToken,
        params ReadOnlySpan<string> tags)
    {
        Text.CheckedKey(key);
        ArgumentNullException.ThrowIfNull(loader);
        Text.Checked(tags, "A tag");
        options ??= CacheEntryOptions.Default;
        return Serves && !Verifies(options) && TryHit<T>(key, MaxAge(options), out var hit)
            ? new ValueTask<CacheResult<T>>(hit)
            : MissAsync(key, state, options, loader, cancellationToken, tags);
    }

    public CacheResult<T> Remember<TState, T>(
        string key, TState state, CacheEntryOptions? options, Func<TState, T> loader, params ReadOnlySpan<string> tags)
    {
        Text.CheckedKey(key);
        ArgumentNullException.ThrowIfNull(loader);
        Text.Checked(tags, "A tag");
        options ??= CacheEntryOptions.Default;
        return Serves && !Verifies(options) && TryHit<T>(key, MaxAge(options), out var hit)
            ? hit
            : Miss(key, state, options, loader, tags);
    }

    public ValueTask<T> RefreshAsync<TState, T>(
        string key,
        TState state,
        CacheEntryOptions? options,
        Func<TState, CancellationToken, Task<T>> loader,
        CancellationToken cancellationToken,
        params ReadOnlySpan<string> tags)
    {
        Text.CheckedKey(key);
        ArgumentNullException.ThrowIfNull(loader);
        options ??= CacheEntryOptions.Default;
        return CacheExtensions.Value(LoadAsync(
            new ValueRequest<TState, T>(key, options, AllTags(options, tags), state, loader, Load: null), isForced: true, cancellationToken));
    }

    public T Refresh<TState, T>(
        string key, TState state, CacheEntryOptions? options, Func<TState, T> loader, params ReadOnlySpan<string> tags)
    {
        Text.CheckedKey(key);
        ArgumentNullException.ThrowIfNull(loader);
        options ??= CacheEntryOptions.Default;
        return LoadAsync(
            new ValueRequest<TState, T>(key, options, AllTags(options, tags), state, LoadAsync: null, loader),
            isForced: true,
            CancellationToken.None).AsTask().GetAwaiter().GetResult().Value!;
    }

    /// <summary>The value of a key, if it is there and may be served. Not through the interface, whose calls of generic methods cost more.</summary>
    public bool TryHit<T>(string key, CacheEntryOptions? options, ReadOnlySpan<string> tags, out T value)
    {
        if (!tags.IsEmpty)
        {
            Text.Checked(tags, "A tag"); // Also where the value is there: what is wrong must not depend on that.
        }

        if (Serves
            && !Verifies(options ?? CacheEntryOptions.Default)
            && TryHit<T>(Text.CheckedKey(key), options is null ? Clock.Never : MaxAge(options), out var result))
        {
            value = result.Value!;
            return true;
        }

        value = default!;
        return false;
    }

    /// <summary>The value of a key for which <see cref="TryHit{T}(string, CacheEntryOptions?, ReadOnlySpan{string}, out T)"/> has found none.</summary>
    public ValueTask<CacheResult<T>> MissAsync<TState, T>(
        string key,
        TState state,
        CacheEntryOptions? options,
        Func<TState, CancellationToken, Task<T>> loader,
        CancellationToken cancellationToken,
        params ReadOnlySpan<string> tags)
    {
        options ??= CacheEntryOptions.Default;
        return LoadAsync(
            new ValueRequest<TState, T>(Text.CheckedKey(key), options, AllTags(options, tags), state, loader, Load: null),
            isForced: false,
            cancellationToken);
    }

    /// <summary>The same for callers that are synchronous.</summary>
    public CacheResult<T> Miss<TState, T>(
        string key, TState state, CacheEntryOptions? options, Func<TState, T> loader, params ReadOnlySpan<string> tags)
    {
        options ??= CacheEntryOptions.Default;

        // It awaits nothing that is not complete.
        return LoadAsync(
            new ValueRequest<TState, T>(Text.CheckedKey(key), options, AllTags(options, tags), state, LoadAsync: null, loader),
            isForced: false,
            CancellationToken.None).AsTask().GetAwaiter().GetResult();
    }

    /// <summary>A value that may be served to a caller who accepts this age.</summary>
    private bool TryHit<T>(string key, long maxAge, out CacheResult<T> result, bool takesAbsence = false)
    {
        if (Find(new LocalCacheKey(key), maxAge) is not { } entry || !_keeper.TryGive(entry.Value, out result, takesAbsence))
        {
            result = default;
            return false;
        }

        Counters.Hit();
        Events.OnHit(key);
        return true;
    }

    /// <summary>A value was not there.</summary>
    public void Missed(string key)
    {
        Counters.Misses.Increment();
        Events.OnMissed(key);
    }

    private CacheResult<T> Missed<T>(string key)
    {
        Missed(key);
        return default;
    }

    private static long MaxAge(CacheEntryOptions options)
        => options.Ttl is { } ttl && ttl != Timeout.InfiniteTimeSpan && !options.AcceptsAnyAge
            ? (long)ttl.TotalMilliseconds
            : Clock.Never;

    private static string[] AllTags(CacheEntryOptions options, ReadOnlySpan<string> tags)
    {
        Text.Checked(tags, "A tag");
        return tags.IsEmpty ? options.TagArray : [.. options.TagArray, .. tags];
    }

    private Dependency[] DependenciesOf(string[] tags)
    {
        if (tags.Length == 0)
        {
            return [Stamps.All.Seen()];
        }

        var dependencies = new List<Dependency>(1 + tags.Length) { Stamps.All.Seen() };
        foreach (var tag in tags)
        {
            foreach (var hash in TagHash.WithAbove(tag))
            {
                dependencies.Add(Stamps.Tag(hash).Seen());
            }
        }

        return [.. dependencies];
    }

    private bool TryKeep<T>(string key, T value, CacheEntryOptions options, out KeptValue kept)
    {
        kept = default;
        if (!_keeper.TryKeep(value, options, out var stored, out var size, out var error))
        {
            NotKept(key, ValueBypasses.NotSerializable, error);
            return false;
        }

        if (size > MaxResultBytes)
        {
            NotKept(key, ValueBypasses.TooLarge);
            return false;
        }

        kept = new KeptValue(stored, (int)Math.Min(int.MaxValue, Math.Min(int.MaxValue, size) + 2L * key.Length), ValueKeeper.IsEmpty(value));
        return true;
    }

    private EntryTerms TermsOf(CacheEntryOptions options, bool isEmpty)
    {
        var ttl = Lifetime(
            options.Ttl ?? _options.DefaultTtl, isEmpty ? options.EmptyTtl ?? _options.EmptyTtl : null, options.Jitter ?? _options.Jitter);
        return new EntryTerms(
            Math.Max(1, EntryTerms.Milliseconds(ttl)),
            EntryTerms.Milliseconds(options.StaleFor ?? _options.StaleFor),
            EntryTerms.Milliseconds(options.StaleIfError ?? _options.StaleIfError),
            UsesMemory(options) ? LocalFor(options) : 0);
    }

    private long LocalFor(CacheEntryOptions options) => EntryTerms.Milliseconds(options.LocalTtl ?? DefaultLocalTtl);

    private bool Store(
        string key, KeptValue kept, CacheEntryOptions options, EntryTerms terms, Dependency[] dependencies, Dependency[]? guard, LoadStart start)
    {
        if (!UsesMemory(options) || terms.LocalFor == 0)
        {
            Memory.Remove(new LocalCacheKey(key));
            return Dependency.AreCurrent(dependencies) && (guard is null || Dependency.AreCurrent(guard));
        }

        var localFor = Math.Min(terms.LocalFor, LocalFor(options));
        var freshUntil = Math.Min(Clock.Sum(start.At, terms.FreshFor), Clock.Sum(Clock.Now, Math.Max(1, localFor)));
        var entry = NewEntry(
            new LocalCacheKey(key), kept.Stored, dependencies, start, freshUntil, terms.StaleFor, terms.StaleIfError, kept.Size);
        entry.Guard = guard;
        if (!Store(entry))
        {
            NotKept(key, ValueBypasses.Overtaken);
            RemoveOlder(new LocalCacheKey(key), start);
            return false;
        }

        Events.OnStored(key);
        return true;
    }

    // By a key that shares the slot of this one nothing was said of this one: whoever has set or refreshed it must not find the old value.
    private void RemoveOlder(in LocalCacheKey key, LoadStart start)
    {
        if (Memory.Find(key, Clock.Now) is { } older && older.LoadNumber < start.Number)
        {
            Memory.Remove(key);
        }
    }

    /// <summary>A value is given to its caller and not kept.</summary>
    public void NotKept(string key, string reason, Exception? error = null)
    {
        Counters.Bypass(reason);
        Events.OnNotKept(key, reason, error);
    }

    private static long After(long now, TimeSpan span)
        => span == Timeout.InfiniteTimeSpan || now == Clock.Never ? Clock.Never
            : span == TimeSpan.Zero ? now
            : Clock.After(now, span);
}
