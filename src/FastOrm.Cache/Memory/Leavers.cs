using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.Engine;
using FastOrm.Cache.Stamps;

namespace FastOrm.Cache.Memory;

/// <summary>Counts the entries that leave a tier by themselves, and tells of those that could have been served still.</summary>
internal sealed class Leavers(Clock clock, CacheCounters counters, CacheEvents? events = null, InvalidationLog? invalidations = null)
{
    public void Add(LocalCacheEntry entry)
    {
        if (entry.IsDead(clock.Now))
        {
            if (!Dependency.AreCurrent(entry.Dependencies))
            {
                invalidations?.FoundDead(entry);
            }

            counters.Expirations.Increment();
            return;
        }

        counters.Evictions.Increment();
        events?.OnEvicted(entry.Key.Identity);
    }
}
