using System.Collections.Concurrent;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Diagnostics;

/// <summary>A cache that only shows what it would do: queries are looked up, stored and counted, and the database answers.</summary>
public abstract class DryRunQueriesTests : IDisposable
{
    private readonly ConcurrentQueue<RememberOutcome> _outcomes = new();
    private readonly TestShop _shop;

    protected DryRunQueriesTests(Provider provider)
        => _shop = new TestShop(
            static options => options.DryRun = true, context: o => o.OnRead((_, outcome) => _outcomes.Enqueue(outcome)), provider: provider);

    public sealed class OnSqlite() : DryRunQueriesTests(Provider.Sqlite);

    public sealed class OnPostgres() : DryRunQueriesTests(Provider.PostgreSql);

    [Fact]
    public async Task Each_read_costs_what_it_costs_without_the_cache_and_tells_what_would_have_been()
    {
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(1, (await _shop.CountAsync(static db => db.Products.Remember().ToListAsync())).Commands);
        }

        Assert.Equal([RememberOutcome.Miss, RememberOutcome.Hit, RememberOutcome.Hit], _outcomes);
        Assert.Equal((2, 1, 1), (_shop.Cache.Statistics.Hits, _shop.Cache.Statistics.Misses, _shop.Cache.Statistics.Stores));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Entities_by_several_keys_cost_what_they_cost_without_the_cache_cold_and_warm(bool async)
    {
        Assert.Equal((2, 1), await Read(7, 8));
        Assert.Equal((2, 1), await Read(7, 8));
        Assert.Equal((3, 2), await Read(7, 8, 9)); // One for what is missing, one for what would have been given.
        Assert.Equal((1, 2), await Read(7, 100_000));
        Assert.Equal((4 + 1, 2 + 1 + 1), (_shop.Cache.Statistics.Hits, _shop.Cache.Statistics.Misses));

        async Task<(int Found, int Commands)> Read(params int[] ids)
            => async ? await _shop.CountAsync(async db => (await db.Products.FindManyOrCacheAsync(ids)).Count(static p => p is not null))
                : _shop.Count(db => db.Products.FindManyOrCache(ids).Count(static p => p is not null));
    }

    [Fact]
    public void What_was_written_past_EF_Core_is_seen_at_once()
    {
        _shop.Count(static db => db.Products.Remember().Single(p => p.Id == 7));
        _shop.Count(static db => db.Products.FindOrCache(7));
        _shop.Count(static db => db.Products.FindManyOrCache([7, 8]));
        using (var plain = _shop.NewPlain())
        {
            plain.Products.Where(static p => p.Id == 7).ExecuteUpdate(static set => set.SetProperty(static p => p.Name, "another"));
        }

        Assert.Equal(("another", 1), _shop.Count(static db => db.Products.Remember().Single(p => p.Id == 7).Name));
        Assert.Equal(("another", 1), _shop.Count(static db => db.Products.FindOrCache(7)!.Name));
        Assert.Equal(("another", 1), _shop.Count(static db => db.Products.FindManyOrCache([7, 8])[0].Name));
        Assert.Null(_shop.Count(static db => db.Products.FindCached(7)).Result);
    }

    [Fact]
    public void It_is_switched_while_the_cache_is_in_use()
    {
        _shop.Count(static db => db.Products.Remember().Count());
        _shop.Cache.DryRun = false;
        Assert.Equal(0, _shop.Commands(static db => db.Products.Remember().Count()));
        _shop.Cache.DryRun = true;
        Assert.Equal(1, _shop.Commands(static db => db.Products.Remember().Count()));
    }

    [Fact]
    public async Task Nobody_waits_for_the_load_of_another()
    {
        var read = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        _shop.Sql.AfterRead = async _ =>
        {
            _shop.Sql.AfterRead = null;
            read.SetResult();
            await go.Task;
        };
        var leader = _shop.CountAsync(static db => db.Products.Remember().ToListAsync());
        await read.Task;
        Assert.Equal(100, _shop.Count(static db => db.Products.Remember().ToList()).Result.Count);
        go.SetResult();
        await leader;

        Assert.Equal([RememberOutcome.Joined, RememberOutcome.Miss], _outcomes);
    }

    [Fact]
    public void With_a_share_to_verify_what_would_have_been_wrong_is_found_too()
    {
        using var shop = new TestShop(static options => (options.DryRun, options.VerifyFraction) = (true, 1), provider: _shop.Provider);
        shop.Count(static db => db.Products.Remember().Count());
        Assert.Equal((100, 1), shop.Count(static db => db.Products.Remember().Count()));
        Assert.Equal(1, shop.Cache.Statistics.Verified);
    }

    public void Dispose()
    {
        _shop.Dispose();
        GC.SuppressFinalize(this);
    }
}
