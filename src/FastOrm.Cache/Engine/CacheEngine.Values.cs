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
        => cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<CacheResult<T>>(cancellationToken)
            : new ValueTask<CacheResult<T>>(TryGet<T>(key));

    public CacheResult<T> TryGet<T>(string key)
    {
        Text.CheckedKey(key);
        if (!IsEnabled)
        {
            return default;
        }

        if (!TryHit<T>(key, Clock.Never, out var result))
        {
            Missed(key);
        }

        return result;
    }

    public ValueTask SetAsync<T>(string key, T value, CacheEntryOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        Set(key, value, options);
        return ValueTask.CompletedTask;
    }

    public void Set<T>(string key, T value, CacheEntryOptions? options = null)
    {
        Text.CheckedKey(key);
        options ??= CacheEntryOptions.Default;

        // What is being loaded is older than this.
        Stamps.Guard(TagHash.OfName(key)).Change();
        if (!IsEnabled)
        {
            Memory.Remove(new EntryKey(key)); // Or an older value would be there when the cache is switched on again.
            return;
        }

        var dependencies = DependenciesOf(options.TagArray);
        var start = new LoadStart(Clock.Now, Interlocked.Increment(ref _loadNumber));
        if (!TryKeep(key, value, options, out var kept)
            || !Store(key, kept, options, dependencies, guard: null, start))
        {
            Memory.Remove(new EntryKey(key));
        }
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
        var dependencies = DependenciesOf(options.TagArray);
        var start = new LoadStart(Clock.Now, Interlocked.Increment(ref _loadNumber));
        var isStored = false;
        try
        {
            await write(value, cancellationToken).ConfigureAwait(false);

            // One of those who write at a time comes through, and it only if nobody else does.
            isStored = guard.TryChange(before)
                && IsEnabled
                && TryKeep(key, value, options, out var kept)
                && Store(key, kept, options, dependencies, [guard.At(before + 1)], start);
        }
        finally
        {
            if (!isStored)
            {
                Forget(key);
            }
        }
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
        options ??= CacheEntryOptions.Default;
        if (IsEnabled && TryHit<T>(key, MaxAge(options), out var hit))
        {
            return new ValueTask<CacheResult<T>>(hit);
        }

        return LoadAsync(
            new ValueRequest<TState, T>(key, options, AllTags(options, tags), state, loader, Load: null), isForced: false, cancellationToken);
    }

    public CacheResult<T> Remember<TState, T>(
        string key, TState state, CacheEntryOptions? options, Func<TState, T> loader, params ReadOnlySpan<string> tags)
    {
        Text.CheckedKey(key);
        ArgumentNullException.ThrowIfNull(loader);
        options ??= CacheEntryOptions.Default;
        if (IsEnabled && TryHit<T>(key, MaxAge(options), out var hit))
        {
            return hit;
        }

        // It awaits nothing that is not complete.
        return LoadAsync(
            new ValueRequest<TState, T>(key, options, AllTags(options, tags), state, LoadAsync: null, loader),
            isForced: false,
            CancellationToken.None).AsTask().GetAwaiter().GetResult();
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
        return Value(LoadAsync(
            new ValueRequest<TState, T>(key, options, AllTags(options, tags), state, loader, Load: null), isForced: true, cancellationToken));

        static async ValueTask<T> Value(ValueTask<CacheResult<T>> result) => (await result.ConfigureAwait(false)).Value!;
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
    public bool TryHit<T>(string key, CacheEntryOptions? options, out T value)
    {
        if (IsEnabled && TryHit<T>(Text.CheckedKey(key), options is null ? Clock.Never : MaxAge(options), out var result))
        {
            value = result.Value!;
            return true;
        }

        value = default!;
        return false;
    }

    /// <summary>A value that may be served to a caller who accepts this age.</summary>
    private bool TryHit<T>(string key, long maxAge, out CacheResult<T> result)
    {
        if (Find(new EntryKey(key), maxAge) is not { } entry || !_keeper.TryGive(entry.Value, out result))
        {
            result = default;
            return false;
        }

        Counters.Hit();
        Events.OnHit(key);
        return true;
    }

    private void Missed(string key)
    {
        Counters.Misses.Increment();
        Events.OnMissed(key);
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
        if (!_keeper.TryKeep(value, options, out var stored, out var size))
        {
            Counters.Bypass(ValueBypasses.NotSerializable);
            kept = default;
            return false;
        }

        if (size > MaxResultBytes)
        {
            Counters.Bypass(ValueBypasses.TooLarge);
            kept = default;
            return false;
        }

        kept = new KeptValue(stored, (int)Math.Min(int.MaxValue, size + 2L * key.Length), ValueKeeper.IsEmpty(value));
        return true;
    }

    private bool Store(
        string key, KeptValue kept, CacheEntryOptions options, Dependency[] dependencies, Dependency[]? guard, LoadStart start)
    {
        var ttl = Lifetime(
            options.Ttl ?? _options.DefaultTtl, kept.IsEmpty ? options.EmptyTtl ?? _options.EmptyTtl : null, options.Jitter ?? _options.Jitter);
        if (options.LocalTtl is { } localTtl)
        {
            ttl = Lifetime(ttl, localTtl, jitter: 0);
        }

        var freshUntil = Clock.After(start.At, ttl);
        var whileLoading = After(freshUntil, options.StaleFor ?? _options.StaleFor);
        var ifFailed = After(freshUntil, options.StaleIfError ?? _options.StaleIfError);
        var expiresAt = Math.Max(whileLoading, ifFailed);
        var stale = expiresAt > freshUntil ? new StaleTerms(freshUntil, whileLoading, ifFailed) : null;
        if (!Store(
            new MemoryEntry(new EntryKey(key), kept.Stored, dependencies, start.At, expiresAt, kept.Size)
            {
                LoadNumber = start.Number,
                Stale = stale,
            },
            guard))
        {
            Counters.Bypass(ValueBypasses.Overtaken);
            return false;
        }

        Events.OnStored(key);
        return true;
    }

    private static long After(long now, TimeSpan span)
        => span == Timeout.InfiniteTimeSpan || now == Clock.Never ? Clock.Never
            : span == TimeSpan.Zero ? now
            : Clock.After(now, span);
}
