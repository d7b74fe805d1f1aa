using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Remote;
using FastOrm.Cache.Tests.Integration.Support;
using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace FastOrm.Cache.Tests.Integration.Diagnostics;

/// <summary>What each query did is told under a name, and its sums are those of the cache.</summary>
public sealed class QueryCountersTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly TestShop _shop;

    public QueryCountersTests()
        => _shop = new TestShop(cache => cache.TimeProvider = _time, configure: options => options.AddInterceptors(new Slow(_time)));

    public void Dispose() => _shop.Dispose();

    [Fact]
    public void A_query_has_one_name_whatever_values_it_is_asked_with()
    {
        for (var id = 1; id <= 3; id++)
        {
            for (var i = 0; i < 4; i++)
            {
                Run(db => db.Tags.Where(tag => tag.Id == id).Remember().ToList());
            }
        }

        var query = Assert.Single(_shop.Cache.Diagnostics.Queries);
        Assert.Equal((3, 9, 3, 0), (query.Misses, query.Hits, query.Loads, query.Bypasses));
        Assert.Equal($"Tags #{query.Id[..8]}", query.Label);
        Assert.Equal(["Tags"], query.Tables);
        Assert.Equal(TimeSpan.FromMilliseconds(60), query.LoadTime);
        Assert.Equal(TimeSpan.FromMilliseconds(20), query.MeanLoadTime);
        Assert.Equal(TimeSpan.FromMilliseconds(180), query.TimeSaved);
        Assert.NotEqual(0, query.LastBytes);
    }

    [Fact]
    public void A_tag_of_EF_Core_is_its_name_and_what_saves_most_comes_first()
    {
        Run(static db => db.Tags.Remember().Count());
        for (var i = 0; i < 3; i++)
        {
            Run(static db => db.Products.TagWith("front page").TagWith("best sellers").Include(product => product.Category).Remember().ToList());
        }

        var query = _shop.Cache.Diagnostics.Queries[0];
        Assert.Equal(("front page, best sellers", 2L), (query.Label, query.Hits));
        Assert.Equal(["front page", "best sellers"], query.Tags);
        Assert.Equal(["Categories", "Products"], query.Tables);
        Assert.DoesNotContain("front page", query.Sql, StringComparison.Ordinal);
    }

    [Fact]
    public void Synchronous_and_asynchronous_it_is_one_query()
    {
        Run(static db => db.Tags.Remember().ToList());
        Run(static db => db.Tags.Remember().ToListAsync().GetAwaiter().GetResult());

        Assert.Equal((1, 1), Counts(Assert.Single(_shop.Cache.Diagnostics.Queries)));
    }

    [Fact]
    public void The_SQL_shows_no_value()
    {
        var secret = "secret 1";
        Run(db => db.Tags.Where(tag => tag.Name == secret || tag.Name == "secret 2" || tag.Name == EF.Constant(secret) || tag.Id == 4711).Remember().ToList());

        var sql = Assert.Single(_shop.Cache.Diagnostics.Queries).Sql!;
        Assert.Contains("FROM \"Tags\"", sql, StringComparison.Ordinal);
        Assert.DoesNotContain("secret 1", sql, StringComparison.Ordinal);
        Assert.DoesNotContain("secret 2", sql, StringComparison.Ordinal);
        Assert.DoesNotContain("4711", sql, StringComparison.Ordinal);
    }

    [Fact]
    public void Entities_by_one_key_and_by_several_are_one_query()
    {
        Run(static db => db.Tags.FindOrCache(1));
        Run(static db => db.Tags.FindOrCache(1));
        Run(static db => db.Tags.FindManyOrCache([1, 2]));

        Assert.Equal((2, 2), Counts(Assert.Single(_shop.Cache.Diagnostics.Queries)));
    }

    [Fact]
    public void Entities_are_named_by_their_key()
    {
        Run(static db => db.Tags.FindOrCache(1));
        Run(static db => db.Tags.AsNoTracking().IgnoreQueryFilters().FindOrCache(1));

        Assert.Equal(["Tag by key", "Tag by key, without query filters"], _shop.Cache.Diagnostics.Queries.Select(static query => query.Label).Order());
    }

    [Fact]
    public void Entities_that_were_only_read_together_have_SQL()
    {
        Run(static db => db.Tags.FindManyOrCache([1, 2]));
        var together = Assert.Single(_shop.Cache.Diagnostics.Queries).Sql!;
        Assert.Contains("FROM \"Tags\"", together, StringComparison.Ordinal);
        Assert.Contains(" IN (", together, StringComparison.Ordinal);

        Run(static db => db.Tags.FindOrCache(3));
        Assert.Equal(together, Assert.Single(_shop.Cache.Diagnostics.Queries).Sql);
    }

    [Fact]
    public void While_the_cache_is_switched_off_each_query_is_counted_as_left_out()
    {
        var compiled = EF.CompileQuery(static (ShopContext db) => db.Tags.Remember().Count());
        _shop.Cache.IsEnabled = false;
        Run(static db => db.Tags.Remember().ToList());
        Run(static db => db.Tags.FindOrCache(1));
        Run(static db => db.Tags.FindManyOrCache([1, 2]));
        Run(compiled);
        Assert.Equal(("switched off", 4), (Assert.Single(_shop.Cache.Statistics.Bypasses).Key, _shop.Cache.Statistics.Bypasses["switched off"]));

        Run(static db => db.Tags.ToList());
        Run(static db => db.Tags.Remember().ExplainCache());
        using (RememberScope.Suppress())
        {
            Run(static db => db.Tags.Remember().ToList());
        }

        Assert.Equal(4, _shop.Cache.Statistics.Bypasses["switched off"]);
    }

    [Fact]
    public void What_goes_past_the_cache_is_counted()
    {
        Run(static db =>
        {
            using var transaction = db.Database.BeginTransaction();
            return db.Tags.Remember().ToList();
        });

        var query = Assert.Single(_shop.Cache.Diagnostics.Queries);
        Assert.Equal((0, 0, 1), (query.Hits, query.Misses, query.Bypasses));
    }

    [Fact]
    public async Task Values_are_told_together_and_the_sums_are_those_of_the_cache()
    {
        Run(static db => db.Tags.Remember().ToList());
        Run(static db => db.Tags.Remember().ToList());
        for (var i = 0; i < 3; i++)
        {
            await _shop.Cache.RememberAsync("user 42", new CacheEntryOptions(), _ =>
            {
                _time.Advance(TimeSpan.FromMilliseconds(5));
                return Task.FromResult(1);
            });
        }

        var told = _shop.Cache.Diagnostics;
        Assert.Equal((1, 2), Counts(told.Values));
        Assert.Equal(("values", 1L, TimeSpan.FromMilliseconds(10)), (told.Values.Label, told.Values.Loads, told.Values.TimeSaved));
        Assert.Equal((2L, 3L), (_shop.Cache.Statistics.Misses, _shop.Cache.Statistics.Hits));
    }

    [Fact]
    public void Two_caches_of_one_model_count_apart()
    {
        using var other = FastCache.Create();
        Run(static db => db.Tags.Remember().Count());
        for (var i = 0; i < 3; i++)
        {
            using var db = new ShopContext(_shop.ConfigurePlain().UseFastOrmCache(other).Options);
            _ = db.Tags.Remember().Count();
        }

        Assert.Equal((1, 0), Counts(Assert.Single(_shop.Cache.Diagnostics.Queries)));
        Assert.Equal((1, 2), Counts(Assert.Single(other.Diagnostics.Queries)));
        Assert.Equal(_shop.Cache.Diagnostics.Queries[0].Id, other.Diagnostics.Queries[0].Id);
    }

    [Fact]
    public async Task What_the_shared_tier_answers_is_told()
    {
        using var nodes = new TwoNodes();
        await nodes.On('A', static db => db.Tags.Remember().ToListAsync());
        await nodes.On('B', static db => db.Tags.Remember().ToListAsync());

        var query = Assert.Single(nodes.B.Diagnostics.Queries);
        Assert.Equal((1, 1, 0, 0), (query.Hits, query.RemoteHits, query.Misses, query.Loads));
    }

    private static (long Misses, long Hits) Counts(QueryDiagnostics query) => (query.Misses, query.Hits);

    private void Run<T>(Func<ShopContext, T> run)
    {
        using var db = _shop.New();
        _ = run(db);
    }

    private sealed class Slow(ManualTimeProvider time) : DbCommandInterceptor
    {
        public override InterceptionResult<System.Data.Common.DbDataReader> ReaderExecuting(
            System.Data.Common.DbCommand command, CommandEventData eventData, InterceptionResult<System.Data.Common.DbDataReader> result)
        {
            time.Advance(TimeSpan.FromMilliseconds(20));
            return result;
        }
    }
}
