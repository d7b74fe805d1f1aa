using FastOrm.Cache.Engine;
using FastOrm.Cache.Memory;
using FastOrm.Cache.Tests.Unit.CacheDocument;

namespace FastOrm.Cache.Tests.Unit.Memory;

public sealed class UseLocalTierTests
{
    [Fact]
    public void A_tier_is_told_the_name_and_the_bounds_of_its_cache()
    {
        LocalTierSettings? told = null;
        using var cache = FastCache.Create(
            options =>
            {
                options.MaxEntries = 77;
                options.MaxBytes = 1 << 20;
                options.UseLocalTier(settings => new MemoryCacheTier(told = settings));
            },
            "session");

        Assert.Equal(("session", 77L, 1L << 20), (told!.Name, told.MaxEntries, told.MaxBytes));
    }

    [Fact]
    public void Each_cache_has_a_tier_of_its_own_and_disposes_of_it()
    {
        var tiers = new List<FaultyTier>();
        var cache = FastCache.Create(Configure);
        using (FastCache.Create(Configure))
        {
            Assert.Equal(2, tiers.Count);
        }

        Assert.Equal([false, true], tiers.Select(static tier => tier.IsDisposed));
        cache.Dispose();
        Assert.True(tiers[0].IsDisposed);

        void Configure(FastOrmCacheOptions options) => options.UseLocalTier(settings =>
        {
            tiers.Add(new FaultyTier(settings));
            return tiers[^1];
        });
    }

    [Fact]
    public void A_function_that_makes_no_tier_is_refused()
        => Assert.Throws<InvalidOperationException>(
            static () => FastCache.Create(static options => options.UseLocalTier(static _ => null!)));

    [Fact]
    public void A_tier_that_stores_without_asking_is_found_out_and_keeps_nothing()
    {
        FaultyTier? tier = null;
        using var cache = FastCache.Create(
            options => options.UseLocalTier(settings => tier = new FaultyTier(settings) { Asks = false }));

        var error = Assert.Throws<InvalidOperationException>(() => cache.Set("k", 1));

        Assert.Contains("MayReplace", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, tier!.Count);
    }

    [Fact]
    public void Without_a_word_the_tier_is_the_one_that_comes_with_the_cache()
    {
        using var own = (CacheEngine)FastCache.Create();

        Assert.IsType<MemoryTier>(own.Memory);
    }

    /// <summary>Does something wrong.</summary>
    private sealed class FaultyTier(LocalTierSettings settings) : ILocalCacheTier
    {
        private readonly MemoryTier _tier = new(settings);
        private readonly Dictionary<LocalCacheKey, LocalCacheEntry> _unasked = [];

        public bool Asks { get; init; } = true;

        public bool IsDisposed { get; private set; }

        public long Count => _tier.Count + _unasked.Count;

        public long Bytes => _tier.Bytes;

        public LocalCacheEntry? Find(in LocalCacheKey key, long now) => _tier.Find(key, now) ?? _unasked.GetValueOrDefault(key);

        public void Store(LocalCacheEntry entry, long now)
        {
            if (Asks)
            {
                _tier.Store(entry, now);
            }
            else
            {
                _unasked[entry.Key] = entry;
            }
        }

        public bool Remove(in LocalCacheKey key) => _tier.Remove(key) | _unasked.Remove(key);

        public void Clear() => _tier.Clear();

        public void RemoveDead(long now) => _tier.RemoveDead(now);

        public void Dispose() => IsDisposed = true;
    }
}
