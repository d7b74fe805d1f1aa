using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Remote;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Diagnostics;

/// <summary>Explanations, verified hits and dry runs where nodes share a tier.</summary>
public sealed class CheckedNodesTests
{
    [Fact]
    public async Task What_another_node_has_loaded_is_explained_as_remote()
    {
        using var nodes = new TwoNodes();
        await nodes.On('A', static db => db.Products.Remember().ToListAsync());

        var (explained, commands) = await nodes.On('B', static db => db.Products.Remember().ExplainCacheAsync());
        Assert.Equal((CacheOutcome.Remote, 100, 0), (explained.Outcome, explained.Rows, commands));
        Assert.True(explained is { Bytes: > 0, TimeLeft.TotalSeconds: > 0 });
        Assert.Equal(0, nodes.B.Statistics.Entries);
        Assert.Equal(CacheOutcome.Memory, (await nodes.On('A', static db => db.Products.Remember().ExplainCacheAsync())).Result.Outcome);

        await nodes.On('B', static db => db.Products.Remember().ToListAsync());
        Assert.Equal(CacheOutcome.Memory, (await nodes.On('B', static db => db.Products.Remember().ExplainCacheAsync())).Result.Outcome);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_wrong_hit_is_dropped_on_all_nodes_and_in_the_tier(bool isBatch)
    {
        using var nodes = new TwoNodes(cache: static options =>
            (options.VerifyFraction, options.PollInterval) = (1, TimeSpan.FromMilliseconds(50)));
        await nodes.On('A', Read);
        await using (var plain = nodes.NewPlain())
        {
            await plain.Products.Where(static p => p.Id == 7).ExecuteUpdateAsync(static set => set.SetProperty(static p => p.Name, "another"));
        }

        Assert.Equal(("another", 1), await nodes.On('B', Read)); // A hit of the tier.
        await Eventually.UntilAsync(() => nodes.B.Statistics.VerifyMismatches == 1, "the wrong hit is counted");
        var others = isBatch ? 1 : 0; // The product 8 is right, and found right by a command of its own.
        Assert.Equal(("another", 1 + others), await nodes.On('A', Read)); // A miss everywhere.
        Assert.Equal(others, nodes.A.Statistics.Hits);

        async Task<string> Read(ShopContext db)
            => isBatch ? (await db.Products.FindManyOrCacheAsync([7, 8]))[0].Name : (await db.Products.Where(p => p.Id == 7).Remember().SingleAsync()).Name;
    }

    [Fact]
    public async Task In_a_dry_run_the_tier_is_used_and_the_database_answers()
    {
        using var nodes = new TwoNodes(cache: static options => options.DryRun = true);
        Assert.Equal(1, (await nodes.On('A', static db => db.Products.Remember().ToListAsync())).Commands);
        Assert.Equal(1, (await nodes.On('B', static db => db.Products.Remember().ToListAsync())).Commands);
        Assert.Equal(1, (await nodes.On('B', static db => db.Products.Remember().ToListAsync())).Commands);
        Assert.Equal((2, 1), (nodes.B.Statistics.Hits, nodes.B.Statistics.RemoteHits));
    }
}
