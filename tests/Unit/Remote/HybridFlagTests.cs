using FastOrm.Cache.Adapters;
using Microsoft.Extensions.Caching.Hybrid;
using Flags = Microsoft.Extensions.Caching.Hybrid.HybridCacheEntryFlags;

namespace FastOrm.Cache.Tests.Unit.Remote;

/// <summary>Where <see cref="HybridCache"/> looks and stores by its flags: its distributed cache is the tier that nodes share.</summary>
public sealed class HybridFlagTests : IDisposable
{
    private readonly RemoteLab _lab = new();
    private readonly HybridCache _a;
    private readonly HybridCache _b;

    public HybridFlagTests() => (_a, _b) = (new HybridCacheAdapter(_lab.A), new HybridCacheAdapter(_lab.B));

    [Theory]
    [InlineData(Flags.None, 1, 1)]
    [InlineData(Flags.DisableCompression, 1, 1)]
    [InlineData(Flags.DisableLocalCacheRead, 1, 1)]
    [InlineData(Flags.DisableLocalCacheWrite, 0, 1)]
    [InlineData(Flags.DisableLocalCache, 0, 1)]
    [InlineData(Flags.DisableDistributedCacheRead, 1, 1)]
    [InlineData(Flags.DisableDistributedCacheWrite, 1, 0)]
    [InlineData(Flags.DisableDistributedCache, 1, 0)]
    [InlineData(Flags.DisableLocalCacheWrite | Flags.DisableDistributedCacheWrite, 0, 0)]
    [InlineData(Flags.DisableUnderlyingData, 0, 0)]
    public async Task A_value_that_is_made_is_stored_where_the_flags_allow(HybridCacheEntryFlags flags, int inMemory, int inTier)
    {
        var made = await Get(_a, flags);
        Assert.Equal(flags == Flags.DisableUnderlyingData ? 0 : 1, made);
        Assert.Equal((inMemory, inTier), (_lab.A.Statistics.Entries, _lab.Tier.Keys.Count));
    }

    [Theory]
    [InlineData(Flags.None, 1, 1)]
    [InlineData(Flags.DisableLocalCacheWrite, 0, 1)]
    [InlineData(Flags.DisableDistributedCacheWrite, 1, 0)]
    [InlineData(Flags.DisableDistributedCache, 1, 0)]
    [InlineData(Flags.DisableLocalCache, 0, 1)]
    [InlineData(Flags.DisableLocalCache | Flags.DisableDistributedCache, 0, 0)]
    public async Task A_value_that_is_set_is_stored_where_the_flags_allow(HybridCacheEntryFlags flags, int inMemory, int inTier)
    {
        await _a.SetAsync("k", 7, new HybridCacheEntryOptions { Flags = flags });
        await _lab.Settle();
        Assert.Equal((inMemory, inTier), (_lab.A.Statistics.Entries, _lab.Tier.Keys.Count));
    }

    [Theory]
    [InlineData(Flags.None, 7)]
    [InlineData(Flags.DisableLocalCacheRead, 7)]
    [InlineData(Flags.DisableLocalCache, 7)]
    [InlineData(Flags.DisableDistributedCacheWrite, 7)]
    [InlineData(Flags.DisableUnderlyingData, 7)]
    [InlineData(Flags.DisableUnderlyingData | Flags.DisableDistributedCacheRead, 0)]
    [InlineData(Flags.DisableDistributedCacheRead, 1)]
    [InlineData(Flags.DisableDistributedCache, 1)]
    [InlineData(Flags.DisableLocalCacheRead | Flags.DisableDistributedCacheRead, 1)]
    public async Task What_another_node_has_stored_is_found_where_the_flags_allow(HybridCacheEntryFlags flags, int expected)
    {
        await _a.SetAsync("k", 7);
        Assert.Equal(expected, await Get(_b, flags));
    }

    [Theory]
    [InlineData(Flags.None, 7)]
    [InlineData(Flags.DisableDistributedCacheRead, 7)]
    [InlineData(Flags.DisableDistributedCache, 7)]
    [InlineData(Flags.DisableLocalCacheWrite, 7)]
    [InlineData(Flags.DisableLocalCacheRead, 1)]
    [InlineData(Flags.DisableLocalCache, 1)]
    public async Task What_is_in_memory_alone_is_found_where_the_flags_allow(HybridCacheEntryFlags flags, int expected)
    {
        await _a.SetAsync("k", 7, new HybridCacheEntryOptions { Flags = Flags.DisableDistributedCache });
        Assert.Equal(expected, await Get(_a, flags));
    }

    [Fact]
    public async Task What_is_found_in_the_tier_is_not_kept_in_memory_against_the_flags()
    {
        await _a.SetAsync("k", 7);
        Assert.Equal(7, await Get(_b, Flags.DisableLocalCacheWrite));
        Assert.Equal(0, _lab.B.Statistics.Entries);
        Assert.Equal(7, await Get(_b, Flags.DisableDistributedCacheWrite));
        Assert.Equal(1, _lab.B.Statistics.Entries);
    }

    [Fact]
    public async Task Callers_of_the_local_cache_alone_share_a_load()
    {
        var gate = new TaskCompletionSource<int>();
        var options = new HybridCacheEntryOptions { Flags = Flags.DisableDistributedCache };
        var first = _a.GetOrCreateAsync("k", _ => new ValueTask<int>(gate.Task), options).AsTask();
        var second = Get(_a, Flags.DisableDistributedCache);
        gate.SetResult(7);
        Assert.Equal((7, 7, 0), (await first, await second, _lab.Loads));
        Assert.Equal(2, _lab.A.Statistics.Misses);
    }

    public void Dispose() => _lab.Dispose();

    private async Task<int> Get(HybridCache cache, HybridCacheEntryFlags flags)
    {
        var made = await cache.GetOrCreateAsync(
            "k", async _ => await _lab.Load(), new HybridCacheEntryOptions { Flags = flags });
        await _lab.Settle();
        return made;
    }
}
