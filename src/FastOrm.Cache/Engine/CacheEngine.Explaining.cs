using FastOrm.Cache.Keys;
using FastOrm.Cache.Memory;
using FastOrm.Cache.Stamps;
using FastOrm.Cache.Values;

namespace FastOrm.Cache.Engine;

/// <content>What is told of a key. Nothing of it is counted as a read.</content>
internal sealed partial class CacheEngine
{
    public CacheValueExplanation Explain(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (string.IsNullOrWhiteSpace(key) || CacheKey.IsTooLong(key))
        {
            return new CacheValueExplanation { Reason = $"no value has a key that is empty or longer than {CacheKey.MaxLength} bytes of UTF-8" };
        }

        var now = Clock.Now;
        return FindKept(new LocalCacheKey(key), now) is { } entry ? Explain(entry, now)
            : new CacheValueExplanation
            {
                Reason = _remote is null ? "memory has no value of this key" : "memory has no value of this key; the tier that nodes share was not asked",
                LastInvalidation = LastOf([Stamps.Guard(TagHash.OfName(key)).Seen()]),
            };
    }

    private CacheValueExplanation Explain(LocalCacheEntry entry, long now)
    {
        var isValid = Dependency.AreCurrent(entry.Dependencies);
        var reason = !isValid ? "it was invalidated after it was loaded"
            : now >= entry.FreshUntil ? "its time is over"
            : !IsEnabled ? "the cache is switched off"
            : null;
        return new CacheValueExplanation
        {
            IsHit = reason is null,
            Reason = reason,
            IsAbsence = entry.Value is null || ReferenceEquals(entry.Value, StoredValue.Absence),
            Age = TimeSpan.FromMilliseconds(now - entry.StoredAt),
            TimeLeft = TimeUntil(entry.FreshUntil, now),
            StaleLeft = entry.Stale is { } stale ? TimeUntil(stale.WhileLoading, now) : null,
            Bytes = entry.Bytes,
            LastInvalidation = LastOf(entry.Dependencies),
        };
    }

    // What has changed since then is what ended it; otherwise the last before.
    private CacheInvalidation? LastOf(Dependency[] dependencies)
        => (Invalidations.LastOf(dependencies, onlyChanged: true) ?? Invalidations.LastOf(dependencies))?.Snapshot();

    private static TimeSpan TimeUntil(long end, long now)
        => end - now >= (long)TimeSpan.MaxValue.TotalMilliseconds ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(Math.Max(0, end - now));
}
