using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Keys;

/// <summary>Which query it is: terminal operators, tracking, splitting, the type of the context, the database, VaryBy.</summary>
public sealed class QueryShapeTests : IDisposable
{
    private readonly TestShop _shop = new();

    [Fact]
    public void Each_terminal_operator_has_its_own_answer()
    {
        Func<IQueryable<Product>, object>[] terminals =
        [
            static q => q.First().Id, static q => q.FirstOrDefault()!.Id, static q => q.Last().Id, static q => q.Count(), static q => q.LongCount(),
            static q => q.Any(), static q => q.All(p => p.Stock > 3), static q => q.Max(p => p.Id), static q => q.Min(p => p.Id),
            static q => q.Sum(p => p.Stock), static q => q.Average(p => p.Stock), static q => q.ElementAt(0).Id, static q => q.ElementAt(1).Id,
            static q => q.First(p => p.Stock == 2).Id, static q => q.Single(p => p.Id == 12).Id, static q => q.Any(p => p.Id == 12),
            static q => q.Count(p => p.Stock == 2), static q => q.ToList().Count, static q => q.Select(p => p.Stock).Contains(3),
            static q => q.Select(p => p.Stock).Contains(99), static q => q.Select(p => p.Name).First(),
        ];
        for (var commands = 1; commands >= 0; commands--)
        {
            foreach (var terminal in terminals)
            {
                var (result, sent) = _shop.Count(db => terminal(db.Products.Where(p => p.CategoryId == 3).OrderBy(p => p.Id).Remember()));
                using var plain = _shop.NewPlain();

                Assert.Equal(terminal(plain.Products.Where(p => p.CategoryId == 3).OrderBy(p => p.Id)), result);
                Assert.Equal(commands, sent);
            }
        }
    }

    [Fact]
    public void Tracking_is_as_asked_for_whoever_stored_the_rows()
    {
        for (var run = 0; run < 2; run++)
        {
            AssertTracked(1, static db => db.Products.Where(p => p.Id == 1));
            AssertTracked(0, static db => db.Products.Where(p => p.Id == 1).AsNoTracking());
            AssertTracked(0, static db => db.Products.Where(p => p.Id == 1).AsNoTrackingWithIdentityResolution());
            AssertTracked(1, static db => db.Products.Where(p => p.Id == 1).AsTracking());
            AssertTracked(0, static db => db.Products.Where(p => p.Id == 1), QueryTrackingBehavior.NoTracking);
            AssertTracked(0, static db => db.Products.Where(p => p.Id == 1), QueryTrackingBehavior.NoTrackingWithIdentityResolution);
            AssertTracked(1, static db => db.Products.Where(p => p.Id == 1).AsTracking(), QueryTrackingBehavior.NoTracking);
        }
    }

    [Fact]
    public void Split_and_single_queries_are_answered_apart()
    {
        for (var run = 0; run < 2; run++)
        {
            AssertOrders(run == 0 ? 1 : 0, static db => db.Orders.Include(o => o.Lines).AsSingleQuery());
            AssertOrders(run == 0 ? 2 : 0, static db => db.Orders.Include(o => o.Lines).AsSplitQuery());
        }
    }

    [Fact]
    public void The_splitting_behaviour_of_the_context_counts()
    {
        var split = _shop.Configure().UseSqlite(_shop.ConnectionString, static o => o.UseQuerySplittingBehavior(QuerySplittingBehavior.SplitQuery)).Options;
        for (var run = 0; run < 2; run++)
        {
            AssertOrders(run == 0 ? 1 : 0, static db => db.Orders.Include(o => o.Lines));
            var before = _shop.Sql.Count;
            using var db = new ShopContext(split);
            Assert.Equal(80, db.Orders.Include(o => o.Lines).Remember().ToList().Sum(static o => o.Lines.Count));
            Assert.Equal(run == 0 ? 2 : 0, _shop.Sql.Count - before);
        }
    }

    [Fact]
    public void Two_types_of_context_never_share_rows()
    {
        using var one = new ShopContext(_shop.Options);
        using var other = new OtherShopContext(_shop.Options);
        using var again = new OtherShopContext(_shop.Options);

        _ = one.Products.Where(p => p.Id == 1).Remember().ToList();
        var before = _shop.Sql.Count;
        _ = other.Products.Where(p => p.Id == 1).Remember().ToList();
        Assert.Equal(before + 1, _shop.Sql.Count);
        _ = again.Products.Where(p => p.Id == 1).Remember().ToList();
        Assert.Equal(before + 1, _shop.Sql.Count);
    }

    [Fact]
    public void Two_databases_behind_one_cache_never_share_rows()
    {
        using var second = new TestShop();
        var options = TestOptions.New().UseSqlite(second.ConnectionString).AddInterceptors(_shop.Sql).UseFastOrmCache(_shop.Cache).Options;
        using (var db = second.New())
        {
            db.Products.Where(p => p.Id == 1).ExecuteUpdate(static set => set.SetProperty(p => p.Name, "elsewhere"));
        }

        for (var run = 0; run < 2; run++)
        {
            using var here = _shop.New();
            using var there = new ShopContext(options);
            Assert.Equal("product 001", here.Products.Where(p => p.Id == 1).Select(p => p.Name).Remember().Single());
            Assert.Equal("elsewhere", there.Products.Where(p => p.Id == 1).Select(p => p.Name).Remember().Single());
        }

        Assert.Equal(2, _shop.Cache.Statistics.Hits);
    }

    [Fact]
    public void A_context_that_moves_to_another_database_reads_that_one()
    {
        using var second = new TestShop();
        using (var writer = second.New())
        {
            writer.Products.Where(p => p.Id == 1).ExecuteUpdate(static set => set.SetProperty(p => p.Name, "elsewhere"));
        }

        using var db = _shop.New();
        for (var run = 0; run < 2; run++)
        {
            db.Database.SetConnectionString(_shop.ConnectionString);
            Assert.Equal("product 001", db.Products.Where(p => p.Id == 1).Select(p => p.Name).Remember().Single());
            db.Database.SetConnectionString(second.ConnectionString);
            Assert.Equal("elsewhere", db.Products.Where(p => p.Id == 1).Select(p => p.Name).Remember().Single());
        }

        Assert.Equal(2, _shop.Cache.Statistics.Hits);
    }

    [Fact]
    public void Values_of_VaryBy_keep_rows_apart()
    {
        object? culture = null;
        var options = _shop.Configure().UseFastOrmCache(_shop.Cache, o => o.VaryBy(_ => culture).VaryBy(static db => db.GetType().Name)).Options;
        object?[] values = [null, "", "de", "en", 1, 1L, Guid.Empty, new[] { "a", "b" }, new List<string> { "a", "b" }, ProductKind.Rare];
        for (var commands = 1; commands >= 0; commands--)
        {
            foreach (var value in values)
            {
                culture = value;
                var before = _shop.Sql.Count;
                using var db = new ShopContext(options);

                Assert.Equal(1, Single(db, 1).Id);
                Assert.Equal(commands, _shop.Sql.Count - before);
            }
        }
    }

    [Fact]
    public void A_value_of_VaryBy_that_cannot_be_keyed_switches_the_cache_off_for_the_query()
    {
        var options = _shop.Configure().UseFastOrmCache(_shop.Cache, static o => o.VaryBy(static _ => new object())).Options;
        for (var run = 1; run <= 3; run++)
        {
            using var db = new ShopContext(options);
            var before = _shop.Sql.Count;
            Assert.Equal(1, Single(db, 1).Id);
            Assert.Equal(1, _shop.Sql.Count - before);
            Assert.Equal(run, _shop.Cache.Statistics.Bypasses["not keyable"]);
        }
    }

    [Fact]
    public void Names_and_tags_of_Remember_keep_entries_apart()
    {
        IQueryable<Product> Query(ShopContext db) => db.Products.Where(p => p.Id == 1);
        var ttl = TimeSpan.FromMinutes(1);
        for (var commands = 1; commands >= 0; commands--)
        {
            Assert.Equal(commands, _shop.Count(db => Query(db).Remember(ttl).ToList()).Commands);
            Assert.Equal(commands, _shop.Count(db => Query(db).Remember(ttl, "a").ToList()).Commands);
            Assert.Equal(commands, _shop.Count(db => Query(db).Remember(ttl, "a", "b").ToList()).Commands);
            Assert.Equal(0, _shop.Count(db => Query(db).Remember(ttl, "b", "a", "a").ToList()).Commands);
            Assert.Equal(commands, _shop.Count(db => Query(db).Remember("a", ttl).ToList()).Commands);
        }
    }

    public void Dispose() => _shop.Dispose();

    private static Product Single(ShopContext db, int id) => db.Products.Where(p => p.Id == id).Remember().Single();

    private void AssertTracked(int expected, Func<ShopContext, IQueryable<Product>> query, QueryTrackingBehavior behavior = QueryTrackingBehavior.TrackAll)
    {
        using var db = _shop.New();
        db.ChangeTracker.QueryTrackingBehavior = behavior;

        Assert.Equal("product 001", query(db).Remember().Single().Name);
        Assert.Equal(expected, db.ChangeTracker.Entries().Count());
    }

    private void AssertOrders(int expected, Func<ShopContext, IQueryable<Order>> query)
    {
        var (orders, commands) = _shop.Count(db => query(db).Remember().ToList());

        Assert.Equal((40, 80), (orders.Count, orders.Sum(static o => o.Lines.Count)));
        Assert.Equal(expected, commands);
    }

    private sealed class OtherShopContext(DbContextOptions options) : ShopContext(options);
}
