using FastOrm.Cache.Memory;
using FastOrm.Cache.Stamps;

namespace FastOrm.Cache.Engine;

/// <content>What is served after its time is over. What was invalidated never is, however young.</content>
internal sealed partial class CacheEngine
{
    public TimeSpan DefaultStaleFor => _options.StaleFor;

    /// <summary>An entry whose time is over and that another caller is loading anew, if a caller may have it meanwhile.</summary>
    /// <param name="key">The key of the entry in memory.</param>
    /// <param name="offered">What the caller that loads has found elsewhere, if anything.</param>
    /// <param name="maxAge">The greatest age that the caller accepts of what is fresh.</param>
    /// <param name="staleFor">How much longer the caller accepts what is stale.</param>
    public LocalCacheEntry? FindStale(in LocalCacheKey key, LocalCacheEntry? offered, long maxAge, long staleFor)
        => Find(key, offered, StaleUse.WhileLoading, Clock.Sum(maxAge, staleFor));

    /// <summary>A value whose time is over, if it may still be served.</summary>
    private bool TryStale<TState, T>(ValueRequest<TState, T> request, StaleUse use, out CacheResult<T> result, Load? load = null)
    {
        var maxAge = MaxAge(request.Options);
        if (Find(request.EntryKey, load?.Offered, use, maxAge, isOfEntry: true) is { } entry && _keeper.TryGive(entry.Value, out result))
        {
            result = new CacheResult<T>(result.Value, result.HasValue, isStale: true);
            Counters.StaleHits.Increment();
            return true;
        }

        result = default;
        return false;
    }

    // After a failure the next callers are served without trying, for a while.
    private void Postpone(in LocalCacheKey key)
    {
        var now = Clock.Now;
        if (Memory.Find(key, now)?.Stale is { } stale)
        {
            stale.RetryAt = After(now, _options.RetryAfterError);
        }
    }

    // Of a value the time that it was stored with counts, beside the age that the caller accepts of what is fresh.
    private LocalCacheEntry? Find(in LocalCacheKey key, LocalCacheEntry? offered, StaleUse use, long maxAge, bool isOfEntry = false)
    {
        var now = Clock.Now;
        return MayServe(FindKept(key, now)) ?? MayServe(offered);

        LocalCacheEntry? MayServe(LocalCacheEntry? entry)
            => entry is { Stale: { } stale }
                && now < stale.Until(use)
                && now - entry.StoredAt < (isOfEntry ? Clock.Sum(maxAge, Math.Max(0, stale.Until(use) - stale.From)) : maxAge)
                && Dependency.AreCurrent(entry.Dependencies)
                    ? entry
                    : null;
    }

    /// <summary>An entry, and for how long it may be served.</summary>
    public static LocalCacheEntry NewEntry(
        in LocalCacheKey key, object? value, Dependency[] dependencies, LoadStart start, long freshUntil, long staleFor, long staleIfError, int size)
    {
        var (whileLoading, ifFailed) = (Clock.Sum(freshUntil, staleFor), Clock.Sum(freshUntil, staleIfError));
        var expiresAt = Math.Max(whileLoading, ifFailed);
        return new LocalCacheEntry(key, value, dependencies, start.At, expiresAt, size)
        {
            LoadNumber = start.Number,
            Stale = expiresAt > freshUntil ? new StaleTerms(freshUntil, whileLoading, ifFailed) : null,
        };
    }
}
