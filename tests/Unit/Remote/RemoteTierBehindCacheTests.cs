using FastOrm.Cache.Engine;
using FastOrm.Cache.Tests.Conformance;
using FastOrm.Cache.Tests.Unit.Support;

namespace FastOrm.Cache.Tests.Unit.Remote;

/// <summary>The simplest tier that nodes share, seen through a cache that keeps nothing in memory.</summary>
public sealed class RemoteTierBehindCacheTests : TierConformance
{
    private readonly ManualTimeProvider _time = new();
    private readonly InMemoryRemoteStore _store;

    public RemoteTierBehindCacheTests() => _store = new InMemoryRemoteStore(_time);

    protected override TimeProvider Time => _time;

    protected override void Elapse(TimeSpan time) => _time.Advance(time);

    protected override void UseTier(FastOrmCacheOptions options)
    {
        options.Tiers = CacheTiers.Remote;
        options.UseRemoteTier(_ => new InMemoryRemoteTier(_store));
    }

    protected override Task SettleAsync(ICache cache) => ((CacheEngine)cache).Remote!.DrainAsync();

    [Fact]
    public async Task What_is_damaged_is_a_miss()
    {
        using var cache = Open();
        await SetAsync(cache, "k", "value");
        foreach (var key in _store.Keys)
        {
            _store.Tamper(key, static bytes =>
            {
                bytes[^1] ^= 1;
                return bytes;
            });
        }

        Assert.False((await cache.TryGetAsync<string>("k")).IsCached);
        Assert.Equal("loaded", await cache.RememberAsync("k", Minute, static _ => Task.FromResult("loaded")));
    }
}
