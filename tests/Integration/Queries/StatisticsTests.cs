using System.Collections.Concurrent;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Queries;

/// <summary>What <c>OnRead</c> is told, and what <see cref="CacheStatistics"/> count.</summary>
public sealed class StatisticsTests : IDisposable
{
    private readonly ConcurrentQueue<RememberOutcome> _outcomes = new();
    private readonly ConcurrentQueue<DbContext> _contexts = new();
    private readonly TestShop _shop;

    public StatisticsTests()
        => _shop = new TestShop(context: o => o.OnRead((db, outcome) =>
        {
            _contexts.Enqueue(db);
            _outcomes.Enqueue(outcome);
        }));

    [Fact]
    public void A_miss_then_a_hit()
    {
        using var db = _shop.New();
        Assert.Equal(100, db.Products.Remember().Count());
        Assert.Equal(100, db.Products.Remember().Count());

        Assert.Equal([RememberOutcome.Miss, RememberOutcome.Hit], _outcomes);
        Assert.All(_contexts, seen => Assert.Same(db, seen));
        AssertCounts(hits: 1, misses: 1, stores: 1, loads: 1);
    }

    [Fact]
    public async Task Async_reads_are_told_and_counted_alike()
    {
        for (var i = 0; i < 3; i++)
        {
            await _shop.CountAsync(db => db.Products.Remember().ToListAsync());
        }

        Assert.Equal([RememberOutcome.Miss, RememberOutcome.Hit, RememberOutcome.Hit], _outcomes);
        AssertCounts(hits: 2, misses: 1, stores: 1, loads: 1);
    }

    [Fact]
    public void Each_command_of_a_split_query_is_told()
    {
        for (var i = 0; i < 2; i++)
        {
            _shop.Count(db => db.Categories.Include(c => c.Products).AsSplitQuery().Remember().ToList());
        }

        Assert.Equal([RememberOutcome.Miss, RememberOutcome.Miss, RememberOutcome.Hit, RememberOutcome.Hit], _outcomes);
        AssertCounts(hits: 2, misses: 2, stores: 2, loads: 2);
    }

    [Fact]
    public void A_fresh_load_is_a_miss()
    {
        _shop.Count(db => db.Products.Remember().Count());
        _shop.Count(db => db.Products.RememberFresh().Count());

        Assert.Equal([RememberOutcome.Miss, RememberOutcome.Miss], _outcomes);
        AssertCounts(hits: 0, misses: 2, stores: 2, loads: 2);
    }

    [Fact]
    public void A_read_in_a_transaction_is_bypassed_and_neither_hit_nor_miss()
    {
        using var db = _shop.New();
        using (db.Database.BeginTransaction())
        {
            Assert.Equal(100, db.Products.Remember().Count());
        }

        Assert.Equal([RememberOutcome.Bypassed], _outcomes);
        Assert.Equal(1, _shop.Cache.Statistics.Bypasses["in a transaction"]);
        AssertCounts(hits: 0, misses: 0, stores: 0, loads: 0);
    }

    [Fact]
    public void Raw_SQL_that_writes_is_bypassed()
    {
        _shop.Count(db => db.Categories.FromSqlRaw("INSERT INTO Categories (Name) VALUES ('x') RETURNING *").Remember().ToList());

        Assert.Equal([RememberOutcome.Bypassed], _outcomes);
        Assert.Equal(1, Assert.Single(_shop.Cache.Statistics.Bypasses).Value);
        AssertCounts(hits: 0, misses: 0, stores: 0, loads: 0);
    }

    [Fact]
    public async Task A_caller_that_shares_a_load_has_joined()
    {
        var read = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        _shop.Sql.AfterRead = async _ =>
        {
            _shop.Sql.AfterRead = null;
            read.SetResult();
            await go.Task;
        };
        var before = _shop.Sql.Count;
        var leader = Task.Run(() => _shop.CountAsync(db => db.Products.Remember().ToListAsync()));
        await read.Task;
        await using var db = _shop.New();
        var waiter = db.Products.Remember().ToListAsync();
        go.SetResult();
        await leader;

        Assert.Equal(100, (await waiter).Count);
        Assert.Equal(1, _shop.Sql.Count - before);
        Assert.Equal([RememberOutcome.Joined, RememberOutcome.Miss], _outcomes.Order().Reverse());
        Assert.Equal(1, _shop.Cache.Statistics.JoinedLoads);
        AssertCounts(hits: 0, misses: 2, stores: 1, loads: 1);
    }

    [Fact]
    public void A_failed_load_is_told_to_nobody_as_a_read_and_counted_as_failed()
    {
        _shop.Sql.BeforeRead = _ => throw new TimeoutException("the database is away");
        using var db = _shop.New();

        Assert.Throws<TimeoutException>(() => db.Products.Remember().ToList());

        _shop.Sql.BeforeRead = null;
        Assert.Empty(_outcomes);
        Assert.Equal(1, _shop.Cache.Statistics.FailedLoads);
        Assert.Equal(0, _shop.Cache.Statistics.Stores);
        Assert.Equal(100, db.Products.Remember().ToList().Count);
        Assert.Equal([RememberOutcome.Miss], _outcomes);
    }

    [Fact]
    public void Queries_without_Remember_and_suppressed_ones_are_not_told()
    {
        using var db = _shop.New();
        Assert.Equal(100, db.Products.Count());
        using (RememberScope.Suppress())
        {
            Assert.Equal(100, db.Products.Remember().Count());
        }

        Assert.Empty(_outcomes);
        AssertCounts(hits: 0, misses: 0, stores: 0, loads: 0);
    }

    [Fact]
    public void Several_observers_are_all_told()
    {
        var first = 0;
        var second = 0;
        using var shop = new TestShop(context: o => o.OnRead((_, _) => first++).OnRead((_, _) => second++));

        shop.Count(db => db.Products.Remember().Count());

        Assert.Equal((1, 1), (first, second));
    }

    [Fact]
    public void Invalidations_and_entries_are_counted()
    {
        _shop.Count(db => db.Products.Remember().Count());
        _shop.Count(db => db.Categories.Remember().Count());
        var before = _shop.Cache.Statistics;
        Assert.Equal(2, before.Entries);
        Assert.True(before.Bytes > 0);

        using (var db = _shop.New())
        {
            db.Products.Flush("a", "b");
        }

        Assert.Equal(2, _shop.Cache.Statistics.Invalidations - before.Invalidations);
    }

    private void AssertCounts(long hits, long misses, long stores, long loads)
    {
        var statistics = _shop.Cache.Statistics;
        Assert.Equal((hits, misses, stores, loads), (statistics.Hits, statistics.Misses, statistics.Stores, statistics.Loads));
    }

    public void Dispose() => _shop.Dispose();
}
