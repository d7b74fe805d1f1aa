using FastOrm.Cache.Memory;
using Xunit.Abstractions;

namespace FastOrm.Cache.Tests.Unit.Memory;

public sealed class HitRateTests(ITestOutputHelper output)
{
    private const int Capacity = 1000;
    private const int Length = 300_000;

    [Theory]
    [InlineData(100)]
    [InlineData(1000)]
    [InlineData(5000)]
    public void Better_than_LRU_on_popular_keys_among_one_time_keys(int capacity)
        => Compare(Traces.Zipf(Length, 20_000, 0.9, oneTime: 0.1), capacity, atLeast: 5);

    [Theory]
    [InlineData(1010)]
    [InlineData(1100)]
    [InlineData(1500)]
    public void Better_than_LRU_on_a_loop_larger_than_the_cache(int keys)
        => Compare(Traces.Loop(Length, keys), Capacity, atLeast: 40);

    [Theory]
    [InlineData(800, 0.9, 20_000, 800)]
    [InlineData(900, 0.8, 20_000, 900)]
    [InlineData(800, 0.9, 2_000, 80)]
    public void Better_than_LRU_on_a_hot_set_that_shifts(int hot, double share, int shiftEvery, int shift)
        => Compare(Traces.ShiftingHotSet(Length, hot, share, shiftEvery, shift), Capacity, atLeast: 1);

    [Theory]
    [InlineData(0.7, 10_000, 1000)]
    [InlineData(0.9, 5_000, 100)]
    [InlineData(0.9, 20_000, 1000)]
    [InlineData(1.1, 20_000, 1000)]
    public void Better_than_LRU_on_popular_keys_that_shift(double exponent, int shiftEvery, int shift)
        => Compare(Traces.Zipf(Length, 20_000, exponent, 0, shiftEvery, shift), Capacity, atLeast: 0.5);

    // Where all that is hot now, and before, fits the cache, LRU misses each key once: nothing can be better. A trial costs a
    // second miss for some.
    [Theory]
    [InlineData(500, 1.0, 20_000, 500, 0.5)]
    [InlineData(500, 0.9, 20_000, 500, 1)]
    [InlineData(500, 0.9, 5_000, 500, 1)]
    [InlineData(200, 0.8, 10_000, 200, 0.5)]
    [InlineData(800, 0.9, 5_000, 800, 5)]
    public void Not_far_from_LRU_where_LRU_is_ideal(int hot, double share, int shiftEvery, int shift, double points)
        => Compare(Traces.ShiftingHotSet(Length, hot, share, shiftEvery, shift), Capacity, atLeast: -points);

    [Fact]
    public void A_hot_set_survives_one_long_scan()
    {
        using var test = new TestTier(Capacity);
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 500; i++)
            {
                Access(test, i);
            }
        }

        for (var i = 0; i < 20 * Capacity; i++)
        {
            Access(test, 1_000_000 + i);
        }

        Assert.All(Enumerable.Range(0, 500), i => Assert.NotNull(test.Tier.Find(Key(i), 0)));
    }

    [Fact]
    public void A_hot_set_survives_a_scan_that_fills_the_bytes()
    {
        using var test = new TestTier(maxBytes: Capacity * TestTier.BytesOf(1000));
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 500; i++)
            {
                Access(test, i, size: 1000);
            }
        }

        for (var i = 0; i < 5 * Capacity; i++)
        {
            Access(test, 1_000_000 + i, size: 3000);
        }

        Assert.All(Enumerable.Range(0, 500), i => Assert.NotNull(test.Tier.Find(Key(i), 0)));
    }

    private void Compare(IEnumerable<int> trace, int capacity, double atLeast)
    {
        using var test = new TestTier(capacity);
        var lru = new ReferenceLru(capacity);
        var (length, hits, lruHits) = (0, 0, 0);
        foreach (var key in trace)
        {
            length++;
            hits += Access(test, key) ? 1 : 0;
            lruHits += lru.Access(key) ? 1 : 0;
        }

        var (rate, lruRate) = (100.0 * hits / length, 100.0 * lruHits / length);
        output.WriteLine($"hit rate {rate:F2} %, LRU {lruRate:F2} %");
        Assert.True(rate - lruRate >= atLeast, $"hit rate {rate:F2} %, LRU {lruRate:F2} %");
        Assert.Equal(capacity, test.Tier.Count);
    }

    private static bool Access(TestTier test, int number, int size = 10)
    {
        var key = Key(number);
        if (test.Tier.Find(key, 0) is not null)
        {
            return true;
        }

        test.Tier.Store(new LocalCacheEntry(key, null, [], 0, long.MaxValue, size), 0);
        return false;
    }

    // The hash of a string is seeded anew in every process; this one is the same in every run.
    private static LocalCacheKey Key(int number) => new(number, number);
}
