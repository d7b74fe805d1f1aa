using FastOrm.Cache.Engine;
using FastOrm.Cache.Memory;
using FastOrm.Cache.Stamps;

namespace FastOrm.Cache.Tests.Unit.Memory;

public sealed class MemoryTierConcurrencyTests
{
    private const int Threads = 4;
    private const int Operations = 40_000;
    private const int Keys = 400;

    [Theory]
    [InlineData(100, long.MaxValue / 4)]
    [InlineData(1000, 100 * (S3Fifo.EntryOverhead + 500))]
    public async Task Many_threads_leave_exact_counts_within_the_bounds(long maxEntries, long maxBytes)
    {
        var clock = new Clock(TimeProvider.System);
        using var tier = new MemoryTier(new LocalTierSettings("test", maxEntries, maxBytes, static _ => { }));
        var stamps = new StampTable();

        await Task.WhenAll(Enumerable.Range(0, Threads).Select(seed => Task.Run(() => Work(tier, stamps, clock, seed))));

        AssertExact(tier, maxEntries, maxBytes);
        tier.RemoveDead(clock.Now);
        AssertExact(tier, maxEntries, maxBytes);
        tier.Clear();
        Assert.Equal((0, 0), (tier.Count, tier.Bytes));
    }

    private static void Work(MemoryTier tier, StampTable stamps, Clock clock, int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < Operations; i++)
        {
            var number = random.Next(Keys);
            var key = new LocalCacheKey($"k{number}");
            switch (random.Next(100))
            {
                case < 60:
                    Assert.Equal(number, tier.Find(key, clock.Now)?.Value ?? number);
                    break;
                case < 90:
                    var ttl = TimeSpan.FromMilliseconds(random.Next(10) == 0 ? 1 : 600_000);
                    var seen = stamps.Tag((ulong)number).Seen();
                    var now = clock.Now;
                    tier.Store(new LocalCacheEntry(key, number, [seen], now, Clock.After(now, ttl), random.Next(1000)), now);
                    break;
                case < 97:
                    tier.Remove(key);
                    break;
                case < 99:
                    stamps.Tag((ulong)number).Change();
                    break;
                default:
                    if (random.Next(10) == 0)
                    {
                        tier.Clear();
                    }
                    else
                    {
                        tier.RemoveDead(clock.Now);
                    }

                    break;
            }
        }
    }

    private static void AssertExact(MemoryTier tier, long maxEntries, long maxBytes)
    {
        // At the beginning of time nothing has expired: this sees every entry that is held.
        var held = Enumerable.Range(0, Keys)
            .Select(i => tier.Find(new LocalCacheKey($"k{i}"), long.MinValue))
            .OfType<LocalCacheEntry>()
            .ToList();
        var bytes = held.Sum(entry => TestTier.BytesOf(entry.Size));

        Assert.Equal((held.Count, bytes), (tier.Count, tier.Bytes));
        Assert.InRange(tier.Count, 0, maxEntries);
        Assert.InRange(tier.Bytes, 0, maxBytes);
    }
}
