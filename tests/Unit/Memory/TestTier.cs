using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.Engine;
using FastOrm.Cache.Memory;
using FastOrm.Cache.Stamps;
using FastOrm.Cache.Tests.Unit.Support;

namespace FastOrm.Cache.Tests.Unit.Memory;

/// <summary>A tier with a manual clock, and the shortest way to fill it.</summary>
internal sealed class TestTier : IDisposable
{
    public static readonly TimeSpan CleanupInterval = TimeSpan.FromSeconds(30);

    private readonly CleanupTimer _cleanup;

    public TestTier(long maxEntries = 1000, long maxBytes = long.MaxValue / 4)
    {
        Clock = new Clock(Time);
        Tier = new MemoryTier(new LocalTierSettings("test", maxEntries, maxBytes, new Leavers(Clock, Counters).Add));
        _cleanup = new CleanupTimer(Tier, CleanupInterval, Clock);
    }

    public ManualTimeProvider Time { get; } = new();

    public Clock Clock { get; }

    public CacheCounters Counters { get; } = new();

    public MemoryTier Tier { get; }

    public static long BytesOf(params ReadOnlySpan<int> sizes)
    {
        var sum = 0L;
        foreach (var size in sizes)
        {
            sum += S3Fifo.EntryOverhead + size;
        }

        return sum;
    }

    public LocalCacheEntry Store(
        string key, object? value = null, int size = 10, TimeSpan? ttl = null, params Dependency[] dependencies)
    {
        var now = Clock.Now;
        var entry = new LocalCacheEntry(
            new LocalCacheKey(key), value, dependencies, now, ttl is { } span ? Clock.After(now, span) : Clock.Never, size);
        Tier.Store(entry, now);
        return entry;
    }

    public LocalCacheEntry? Find(string key) => Tier.Find(new LocalCacheKey(key), Clock.Now);

    public bool Holds(string key) => Find(key) is not null;

    public void Dispose()
    {
        _cleanup.Dispose();
        Tier.Dispose();
    }
}
