using FastOrm.Cache.Coherence;
using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Redis;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Remote;

/// <summary>Entities that one node has read are found by the keys of another, and its writes drop them there.</summary>
public abstract class EntitiesOfTwoNodesTests : IDisposable
{
    private static readonly int[] Some = [5, 3, 888, 8];

    private static readonly RememberOptions Shared = new() { Tiers = CacheTiers.Remote };

    private readonly TwoNodes _nodes;

    protected EntitiesOfTwoNodesTests(TwoNodes nodes) => _nodes = nodes;

    public sealed class OnSqlite() : EntitiesOfTwoNodesTests(new TwoNodes());

    public sealed class OnPostgres() : EntitiesOfTwoNodesTests(new TwoNodes(Provider.PostgreSql));

    [Fact]
    public async Task What_one_node_has_found_answers_the_other()
    {
        await _nodes.On('A', static db => db.Products.FindOrCacheAsync(7).AsTask());
        var (found, commands) = await _nodes.On('B', static db => db.Products.FindOrCacheAsync(7).AsTask());

        Assert.Equal(("product 007", 0), (found!.Name, commands));
        Assert.Equal("product 007", (await _nodes.On('B', static db => db.Products.FindCachedAsync(7).AsTask())).Result!.Name);
    }

    [Fact]
    public async Task Without_the_database_the_shared_tier_is_asked()
    {
        await _nodes.On('A', static db => db.Products.FindOrCacheAsync(7).AsTask());
        var (found, commands) = await _nodes.On('B', static db => db.Products.FindCachedAsync(7).AsTask());

        Assert.Equal(("product 007", 0), (found!.Name, commands));
        Assert.Equal(1, _nodes.B.Statistics.RemoteHits);
        Assert.Null((await _nodes.On('B', static db => db.Products.FindCachedAsync(8).AsTask())).Result);
    }

    [Fact]
    public async Task Several_come_in_one_round_trip_and_what_is_missing_by_one_command()
    {
        await _nodes.On('A', static db => db.Products.FindManyOrCacheAsync(Some).AsTask());
        var reads = _nodes.Store.Reads;
        var (found, commands) = await _nodes.On('B', static db => db.Products.FindManyOrCacheAsync(Some).AsTask());

        Assert.Equal([5, 3, 8], found.Select(product => product.Id));
        Assert.Equal((0, 1), (commands, _nodes.Store.Reads - reads));
        Assert.Equal(4, _nodes.B.Statistics.RemoteHits);

        (found, commands) = await _nodes.On('B', static db => db.Products.FindManyOrCacheAsync([11, 3, 12]).AsTask());
        Assert.Equal([11, 3, 12], found.Select(product => product.Id));
        Assert.Equal(1, commands);
        Assert.Equal("product 012", (await _nodes.On('A', static db => db.Products.FindCachedAsync(12).AsTask())).Result!.Name);
    }

    [Fact]
    public async Task What_only_the_shared_tier_keeps_comes_from_there_each_time()
    {
        await _nodes.On('A', static db => db.Products.FindManyOrCacheAsync(Some, Shared).AsTask());
        for (var round = 1; round <= 2; round++)
        {
            var reads = _nodes.Store.Reads;
            var (all, none) = await _nodes.On('B', static db => db.Products.FindManyOrCacheAsync(Some, Shared).AsTask());

            Assert.Equal([(5, "product 005"), (3, "product 003"), (8, "product 008")], all.Select(product => (product.Id, product.Name)));
            Assert.Equal((0, 1), (none, _nodes.Store.Reads - reads));
            Assert.Equal((4 * round, 4 * round), (_nodes.B.Statistics.RemoteHits, _nodes.B.Statistics.Hits));
        }

        var (found, commands) = await _nodes.On('B', static db => db.Products.FindManyOrCacheAsync([11, 8, 888, 12, 3], Shared).AsTask());
        Assert.Equal(["product 011", "product 008", "product 012", "product 003"], found.Select(product => product.Name));
        Assert.Equal(1, commands);
    }

    [Fact]
    public async Task Of_what_only_the_shared_tier_keeps_the_damaged_is_loaded_and_the_rest_is_served()
    {
        await _nodes.On('A', static db => db.Products.FindManyOrCacheAsync(Some, Shared).AsTask());
        var entries = _nodes.Store.Keys.ToDictionary(static key => key, Stored);
        foreach (var (key, bytes) in entries)
        {
            foreach (var (other, foreign) in entries)
            {
                // The rows of another key, under all that makes an entry valid here.
                var swapped = (Envelope.TryRead(key, bytes)! with { Payload = Envelope.TryRead(other, foreign)!.Payload }).Write(key)!;
                _nodes.Store.Tamper(key, _ => swapped);
                var unreadable = _nodes.B.Statistics.Bypasses.GetValueOrDefault(RemoteBypasses.NotReadable);
                var (found, commands) = await _nodes.On('B', static db => db.Products.FindManyOrCacheAsync(Some, Shared).AsTask());

                Assert.Equal(["product 005", "product 003", "product 008"], found.Select(product => product.Name));
                Assert.Equal(key == other ? 0 : 1, commands);
                Assert.Equal(commands, _nodes.B.Statistics.Bypasses.GetValueOrDefault(RemoteBypasses.NotReadable) - unreadable);
            }
        }

        Assert.Equal(Some.Length, entries.Count);
    }

    [Fact]
    public async Task A_write_on_one_node_drops_the_row_of_the_other_alone()
    {
        await _nodes.On('A', static db => db.Products.FindManyOrCacheAsync(Some).AsTask());
        await _nodes.On('B', static db => db.Products.FindManyOrCacheAsync(Some).AsTask());
        await _nodes.On('A', static async db =>
        {
            (await db.Products.FindAsync(3))!.Name = "changed";
            db.Products.Add(new Product { Id = 999, Name = "new", CategoryId = 1 });
            return await db.SaveChangesAsync();
        });

        Assert.Equal(0, (await _nodes.On('B', static db => db.Products.FindManyOrCacheAsync([5, 8]).AsTask())).Commands);
        var (found, commands) = await _nodes.On('B', static db => db.Products.FindManyOrCacheAsync(Some).AsTask());
        Assert.Equal(1, commands);
        Assert.Equal(["product 005", "changed", "product 008"], found.Select(product => product.Name));
    }

    [Fact]
    public async Task What_is_stored_while_the_tier_is_asked_is_not_loaded_again()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _nodes.Store.Gate = gate.Task;
        await using var db = _nodes.NewA();
        var batch = db.Products.FindManyOrCacheAsync([5, 3]).AsTask();
        await using (var other = _nodes.NewA())
        {
            await other.Products.FindOrCacheAsync(5, new RememberOptions { Tiers = CacheTiers.Memory });
        }

        gate.SetResult();
        Assert.Equal([5, 3], (await batch).Select(product => product.Id));
        Assert.Equal((1, 2), (_nodes.A.Statistics.Hits, _nodes.A.Statistics.Misses));
    }

    [Fact]
    public async Task An_absence_that_both_nodes_know_ends_with_the_insert()
    {
        Task<Product?> New(ShopContext db) => db.Products.FindOrCacheAsync(999).AsTask();
        await _nodes.On('A', New);
        Assert.Equal(0, (await _nodes.On('B', New)).Commands);
        await _nodes.On('A', static db =>
        {
            db.Products.Add(new Product { Id = 999, Name = "new", CategoryId = 1 });
            return db.SaveChangesAsync();
        });

        Assert.Equal("new", (await _nodes.On('B', New)).Result!.Name);
    }

    [Fact]
    public async Task What_one_node_forgets_is_loaded_anew_by_the_other()
    {
        await _nodes.On('B', static db => db.Products.FindManyOrCacheAsync(Some).AsTask());
        await _nodes.On('A', static async db =>
        {
            await db.Products.ForgetCacheAsync(3);
            return 0;
        });

        Assert.Equal(1, (await _nodes.On('B', static db => db.Products.FindOrCacheAsync(3).AsTask())).Commands);
        Assert.Equal(0, (await _nodes.On('B', static db => db.Products.FindOrCacheAsync(5).AsTask())).Commands);
    }

    [Fact]
    public async Task An_instance_that_one_node_stores_anew_replaces_that_of_the_other()
    {
        await _nodes.On('B', static db => db.Products.FindOrCacheAsync(3).AsTask());
        using (var db = _nodes.NewPlain())
        {
            await db.Products.Where(product => product.Id == 3).ExecuteUpdateAsync(static set => set.SetProperty(product => product.Name, "theirs"));
        }

        await _nodes.On('A', static async db => await db.CacheInstanceAsync((await db.Products.FindAsync(3))!));
        var (found, commands) = await _nodes.On('B', static db => db.Products.FindOrCacheAsync(3).AsTask());
        Assert.Equal(("theirs", 0), (found!.Name, commands));
    }

    public void Dispose()
    {
        _nodes.Dispose();
        GC.SuppressFinalize(this);
    }

    private byte[] Stored(string key)
    {
        byte[] stored = [];
        _nodes.Store.Tamper(key, bytes => stored = bytes);
        return stored;
    }
}

/// <summary>The same over a Redis.</summary>
public sealed class EntitiesInRedisTests : IDisposable
{
    private readonly RedisServer _server = RedisServer.Start();
    private readonly TwoNodes _nodes;

    public EntitiesInRedisTests()
        => _nodes = new TwoNodes(tier: name => new RedisTier(new RedisCacheOptions { Url = _server.Address }, name));

    [Fact]
    public async Task Many_entities_of_one_node_answer_the_other_and_its_write_drops_one_of_them()
    {
        // The first look tells what each node takes the table for, without which single rows are not depended on.
        await _nodes.On('A', static db => db.Products.FindOrCacheAsync(888).AsTask());
        await _nodes.On('B', static db => db.Products.FindOrCacheAsync(888).AsTask());
        await Eventually.UntilAsync(
            async () =>
            {
                await _nodes.On('A', static db => db.Products.FindManyOrCacheAsync(Enumerable.Range(1, 100)).AsTask());
                return (await _nodes.On('B', static db => db.Products.FindManyOrCacheAsync(Enumerable.Range(1, 100)).AsTask())).Commands == 0;
            },
            "the other node has them");
        Assert.InRange(_nodes.B.Statistics.RemoteHits, 100, 101);

        await _nodes.On('A', static async db =>
        {
            (await db.Products.FindOrCacheAsync(42))!.Name = "changed";
            return await db.SaveChangesAsync();
        });
        await Eventually.UntilAsync(
            async () => (await _nodes.On('B', static db => db.Products.FindOrCacheAsync(42).AsTask())).Result!.Name == "changed", "it is heard of");
        Assert.Equal(0, (await _nodes.On('B', static db => db.Products.FindOrCacheAsync(43).AsTask())).Commands);
    }

    public void Dispose()
    {
        _nodes.Dispose();
        _server.Dispose();
    }
}
