using FastOrm.Cache.EfCore;
using FastOrm.Cache.Redis;
using FastOrm.Cache.Tests.Integration.Remote;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Diagnostics;

/// <summary>Explanations, verified hits and dry runs of two nodes that share a Redis: with memory before it, and without.</summary>
public abstract class CheckedRedisTests(CacheTiers tiers) : IDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly string _prefix = $"fastorm-test:{Guid.NewGuid():N}:";
    private readonly List<RedisTier> _connections = [];

    public sealed class WithMemory() : CheckedRedisTests(CacheTiers.All);

    public sealed class RedisOnly() : CheckedRedisTests(CacheTiers.Remote);

    private CacheOutcome Nearest => tiers.HasFlag(CacheTiers.Memory) ? CacheOutcome.Memory : CacheOutcome.Remote;

    [Theory]
    [InlineData(CacheConsistency.Eventual)]
    [InlineData(CacheConsistency.Verified)]
    public async Task A_hit_of_Redis_is_explained_with_its_stamps_and_the_time_that_is_left(CacheConsistency consistency)
    {
        using var nodes = New(options => options.Consistency = consistency);
        var cold = await Explain('B');
        Assert.Equal((CacheOutcome.Miss, "nothing is stored"), (cold.Outcome, cold.Reason));
        await nodes.On('A', Query);
        Assert.Equal(Nearest, (await Explain('A')).Outcome);

        var explained = await Explain('B');
        Assert.Equal(
            (CacheOutcome.Remote, 20, Minute, tiers, consistency),
            (explained.Outcome, explained.Rows, explained.Ttl, explained.Tiers, explained.Consistency));
        Assert.True(explained is { Bytes: > 0, Sql.Length: > 0, Age: not null, Reason: null });
        Assert.InRange(explained.TimeLeft!.Value, TimeSpan.FromTicks(1), Minute);
        Assert.Contains("Products[CategoryId=#]", explained.Scopes.Select(static scope => scope.Name));
        Assert.Contains("Products[CategoryId=# inserted]", explained.Scopes.Select(static scope => scope.Name));
        Assert.Equal(["shop"], explained.Tags.Select(static tag => tag.Name));
        Assert.All([.. explained.Scopes, .. explained.Tags, .. explained.General], static stamp => Assert.NotNull(stamp.Current));
        Assert.Equal((0, 0, 0), (nodes.B.Statistics.Entries, nodes.B.Statistics.Hits, nodes.B.Statistics.Misses));
        Assert.Equal(0, (await nodes.On('B', Query)).Commands); // As it was explained.

        await nodes.On('B', static async db =>
        {
            (await db.Products.SingleAsync(static p => p.Id == 1)).CategoryId = 3;
            return await db.SaveChangesAsync();
        });
        await Eventually.UntilAsync(async () => (await Explain('A')).Outcome == CacheOutcome.Miss, "the other node has heard of it");
        Assert.Equal(InvalidationCause.OtherNode, (await Explain('A')).LastInvalidation!.Cause);
        Assert.Equal((CacheOutcome.Miss, InvalidationCause.SaveChanges), (await Explain('B')) is var it ? (it.Outcome, it.LastInvalidation!.Cause) : default);

        Task<List<Product>> Query(ShopContext db) => Products(db).ToListAsync();

        static IQueryable<Product> Products(ShopContext db) => db.Products.Where(static p => p.CategoryId == 3).Remember(Minute, "shop");

        async Task<CacheExplanation> Explain(char node)
        {
            var (result, commands) = await nodes.On(node, static db => Products(db).ExplainCacheAsync());
            Assert.Equal(0, commands);
            return result;
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_written_past_EF_Core_is_found_in_Redis_and_dropped_for_both_nodes(bool isBatch)
    {
        using var nodes = New(static options => options.VerifyFraction = 1);
        await nodes.On('A', Read);
        await nodes.On('B', Read); // In the memory of both, where there is one.
        await using (var plain = nodes.NewPlain())
        {
            await plain.Products.Where(static p => p.Id == 7).ExecuteUpdateAsync(static set => set.SetProperty(static p => p.Name, "another"));
        }

        var hits = nodes.B.Statistics.Hits;
        Assert.Equal(("another", 1), await nodes.On('B', Read));
        Assert.True(nodes.B.Statistics.Hits > hits);
        var (misses, others) = (nodes.A.Statistics.Misses, isBatch ? 1 : 0); // The product 8 is right, and found right by a command of its own.
        await Eventually.UntilAsync(
            () => nodes.A.Diagnostics.RecentInvalidations is [{ Cause: InvalidationCause.OtherNode }, ..], "the other node has heard of it");
        Assert.Equal(("another", 1 + others), await nodes.On('A', Read));
        Assert.Equal(misses + 1, nodes.A.Statistics.Misses);
        Assert.Equal(0, nodes.A.Statistics.VerifyFailures + nodes.B.Statistics.VerifyFailures);

        nodes.B.Dispose(); // Without waiting until no news can come.
        Assert.Equal(1, nodes.B.Statistics.VerifyMismatches);

        async Task<string> Read(ShopContext db)
            => isBatch ? (await db.Products.FindManyOrCacheAsync([7, 8]))[0].Name : (await db.Products.Where(static p => p.Id == 7).Remember().SingleAsync()).Name;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task In_a_dry_run_look_ups_in_Redis_are_counted_and_the_database_answers(bool isBatch)
    {
        using var nodes = New(static options => options.DryRun = true);
        var reads = isBatch ? 2 : 1;
        Assert.Equal(1, (await nodes.On('A', Read)).Commands);
        Assert.Equal((0, reads, reads), (nodes.A.Statistics.Hits, nodes.A.Statistics.Misses, nodes.A.Statistics.RemoteStores));
        await using (var plain = nodes.NewPlain())
        {
            await plain.Products.Where(static p => p.Id == 7).ExecuteUpdateAsync(static set => set.SetProperty(static p => p.Name, "another"));
        }

        Assert.Equal(("another", 1), await nodes.On('B', Read));
        Assert.Equal(("another", 1), await nodes.On('B', Read));
        var told = nodes.B.Statistics;
        Assert.Equal(
            (2 * reads, (Nearest == CacheOutcome.Memory ? 1 : 2) * reads, 0, 0), (told.Hits, told.RemoteHits, told.Misses, told.RemoteStores));

        async Task<string> Read(ShopContext db)
            => isBatch ? (await db.Products.FindManyOrCacheAsync([7, 8]))[0].Name : (await db.Products.Where(static p => p.Id == 7).Remember().SingleAsync()).Name;
    }

    [Fact]
    public async Task The_parts_of_a_split_query_count_as_hits_of_Redis()
    {
        using var nodes = New(static _ => { });
        await nodes.On('A', Read);

        Assert.Equal(0, (await nodes.On('B', Read)).Commands);
        Assert.Equal((2, 2), (nodes.B.Statistics.Hits, nodes.B.Statistics.RemoteHits));

        static Task<List<Category>> Read(ShopContext db) => db.Categories.Include(static c => c.Products).AsSplitQuery().OrderBy(static c => c.Id).Remember().ToListAsync();
    }

    [Fact]
    public async Task Reads_that_want_to_be_certain_are_counted_and_those_that_the_cache_answered()
    {
        using var nodes = New(static options => options.Consistency = CacheConsistency.Verified);
        await nodes.On('A', static db => db.Products.Remember().ToListAsync());
        await nodes.On('A', static db => db.Products.Remember().ToListAsync());
        await nodes.On('B', static db => db.Products.Remember().ToListAsync());
        await nodes.On('B', static async db => (await db.Products.FindManyOrCacheAsync([7, 8])).Count);
        await nodes.On('B', static async db => (await db.Products.FindManyOrCacheAsync([7, 8, 9])).Count);
        await nodes.On('A', static async db => (await db.Products.FindManyOrCacheAsync([7])).Count);
        await nodes.On('A', static db => Task.FromResult(db.Products.FindCached(7)));
        await nodes.On('A', static db => db.Products.Remember().ExplainCacheAsync());

        Assert.Equal(((4L, 3L), (6L, 3L)), (Certain(nodes.A), Certain(nodes.B)));

        static (long Reads, long Hits) Certain(ICache cache) => (cache.Statistics.CertainReads, cache.Statistics.CertainHits);
    }

    private TwoNodes New(Action<FastOrmCacheOptions> configure)
        => new(
            tier: name =>
            {
                var connection = new RedisTier(
                    new RedisCacheOptions { Url = RedisServer.SharedAddress, Prefix = _prefix, OperationTimeout = TimeSpan.FromSeconds(20) }, name);
                _connections.Add(connection);
                return connection;
            },
            cache: options =>
            {
                options.Tiers = tiers;
                configure(options);
            });

    public void Dispose()
    {
        foreach (var connection in _connections)
        {
            connection.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }

        GC.SuppressFinalize(this);
    }
}
