using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using static FastOrm.Cache.Tests.Integration.Support.ForeignCompilers;

namespace FastOrm.Cache.Tests.Integration.Queries;

/// <summary>Remembered queries go through the query compiler of another library, wherever it stands, and are remembered.</summary>
public sealed class ForeignCompilerTests : IDisposable
{
    private readonly TestShop _shop = new();
    private readonly LogCapture _log = new();

    public static TheoryData<string> Places => Names;

    [Theory]
    [MemberData(nameof(Places))]
    public async Task A_remembered_query_is_rewritten_and_hits(string place)
    {
        foreach (var commands in new[] { 1, 0 })
        {
            Assert.Equal(
                (10, commands), Count(place, static db => db.Products.Where(static p => EndsInSeven(p.Id)).Remember().ToList().Count));
            Assert.Equal((10, commands), Count(place, static db => db.Products.Remember().Count(static p => EndsInSeven(p.Id))));
            Assert.Equal((7, commands), Count(place, static db => db.Products.Remember().First(static p => EndsInSeven(p.Id)).Id));
            var before = _shop.Sql.Count;
            await using var db = New(place);
            var list = await db.Products.Include(static p => p.Tags).Where(static p => EndsInSeven(p.Id))
                .Remember("x", Proof.Minute, "a").ToListAsync();
            Assert.Equal(10, list.Count);
            Assert.True(await db.Products.Remember().AnyAsync(static p => EndsInSeven(p.Id)));
            Assert.Equal(2 * commands, _shop.Sql.Count - before);
        }
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void The_result_is_that_of_an_ordinary_context(string place)
    {
        static List<Product> Run(ShopContext db)
            => [.. db.Products.Include(static p => p.Tags).Where(static p => p.Stock > 3).Remember()];
        using var plain = _shop.NewPlain();
        var expected = plain.Products.Include(static p => p.Tags).Where(static p => p.Stock > 3).ToList();
        for (var run = 0; run < 2; run++)
        {
            using var db = New(place);

            Assert.Equal(Proof.Describe(expected), Proof.Describe(Run(db)));
            Assert.Equal(Proof.Tracked(plain), Proof.Tracked(db));
        }
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void Other_values_are_other_entries(string place)
    {
        var ids = new List<int> { 1 };
        foreach (var commands in new[] { 1, 0 })
        {
            foreach (var category in new[] { 1, 2, 3 })
            {
                var (products, sent) = Count(place, db => db.Products.Where(p => p.CategoryId == category).Remember().ToList());
                Assert.All(products, p => Assert.Equal(category, p.CategoryId));
                Assert.Equal((20, commands), (products.Count, sent));
            }

            ids.Clear();
            for (var id = 1; id <= 3; id++)
            {
                ids.Add(id);
                Assert.Equal((id, commands), Count(place, db => db.Products.Where(p => ids.Contains(p.Id)).Remember().Count()));
                Assert.Equal(
                    (id, commands), Count(place, db => db.Products.OrderBy(static p => p.Id).Skip(id).Remember().Take(id).Count()));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void Split_queries_raw_SQL_and_projections_hit(string place)
    {
        foreach (var commands in new[] { 1, 0 })
        {
            Assert.Equal(
                2 * commands,
                Count(place, static db => db.Categories.Include(static c => c.Products).AsSplitQuery().Remember().ToList()).Commands);
            Assert.Equal(
                (3, commands),
                Count(place, static db => db.Products.FromSql($"SELECT * FROM Products WHERE Id < {4}").Remember().Count()));
            Assert.Equal(
                ("category 1 20", commands),
                Count(place, static db => db.Categories.OrderBy(static c => c.Id)
                    .Select(static c => $"{c.Name} {c.Products.Count}").Remember().First()));
        }
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void What_is_asked_of_an_ordinary_query_is_asked_of_these(string place)
    {
        static int Run(ShopContext db) => db.Categories.Remember("x", Proof.Minute, "a").ToList().Count;
        Assert.Equal((5, 1), Count(place, Run));
        Assert.Equal((5, 1), Count(place, static db => db.Categories.RememberFresh("x", Proof.Minute, "a").ToList().Count));
        Assert.Equal((5, 0), Count(place, Run));
        using (RememberScope.Suppress())
        {
            Assert.Equal((5, 1), Count(place, Run));
        }

        _shop.Cache.IsEnabled = false;
        Assert.Equal((5, 1), Count(place, Run));
        _shop.Cache.IsEnabled = true;
        using (var db = New(place))
        {
            using var transaction = db.Database.BeginTransaction();
            var before = _shop.Sql.Count;
            Assert.Equal(5, Run(db));
            Assert.Equal(1, _shop.Sql.Count - before);
        }

        Assert.Equal((5, 0), Count(place, Run));
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task Writes_names_tags_and_Forget_reach_the_entries(string place)
    {
        static int Run(ShopContext db)
            => db.Categories.Where(static c => c.Id > 0).Remember("x", Proof.Minute, "a").ToList().Count;
        foreach (var drop in new Func<ShopContext, Task>[]
        {
            static db => db.ForgetAsync("x"),
            static db => db.Categories.FlushAsync("a"),
            static db => db.Categories.FlushAsync(),
            static db => db.Categories.Where(static c => c.Id > 0).ForgetAsync(),
            static db => db.Categories.Where(static c => c.Id == 0).ExecuteDeleteAsync(),
            static db => Task.FromResult(db.Categories.Remember().Where(static c => c.Id == 1)
                .ExecuteUpdate(static set => set.SetProperty(static c => c.Name, "new"))),
            static db =>
            {
                db.Categories.First().Name = "newer";
                return db.SaveChangesAsync();
            },
        })
        {
            Assert.Equal((5, 1), Count(place, Run));
            Assert.Equal((5, 0), Count(place, Run));
            await using var db = New(place);
            await drop(db);
        }

        Assert.Equal((5, 1), Count(place, Run));
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task Compiled_queries_hit(string place)
    {
        var count = EF.CompileQuery(
            (ShopContext db, int stock) => db.Products.Where(p => p.Stock == stock && EndsInSeven(p.Id)).Remember().Count());
        var list = EF.CompileAsyncQuery(
            (ShopContext db, int category) => db.Products.Where(p => p.CategoryId == category).Remember(Proof.Minute));
        foreach (var commands in new[] { 1, 0 })
        {
            Assert.Equal((2, commands), Count(place, db => count(db, 3)));
            Assert.Equal((1, commands), Count(place, db => count(db, 4)));
            await using var db = New(place);
            var before = _shop.Sql.Count;
            Assert.Equal(20, await list(db, 2).CountAsync());
            Assert.Equal(commands, _shop.Sql.Count - before);
        }
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void Nothing_is_warned_of_and_what_has_no_key_runs_each_time(string place)
    {
        // With a service provider of its own, which has given no warning yet.
        using var db = new ShopContext(Builder(place, _shop).EnableServiceProviderCaching(false).UseLoggerFactory(_log).Options);
        for (var run = 0; run < 2; run++)
        {
            var before = _shop.Sql.Count;
            var odd = db.Products.FromSqlRaw("SELECT * FROM Products WHERE Id <> @id", new UnreadableParameter("id", 2)).Where(static p => p.Id < 4);
            Assert.Equal(2, odd.Remember().Count());
            Assert.Equal(1, _shop.Sql.Count - before);
            Assert.Equal(5, db.Categories.Remember().Count(c => db.Products.Remember(Proof.Minute).Any(p => p.CategoryId == c.Id)));
        }

        Assert.Single(_log.OfFastOrm);
        Assert.Equal(2, _shop.Cache.Statistics.Bypasses.Values.Sum());
        Assert.Equal((1, 1), (_shop.Cache.Statistics.Hits, _shop.Cache.Statistics.Stores));
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void ToQueryString_is_that_of_an_ordinary_query(string place)
    {
        static string Text(ShopContext db) => db.Products.Where(static p => p.Id == 3).Remember("x", Proof.Minute).ToQueryString();
        using var db = New(place);

        Assert.Equal(_shop.Count(Text).Result, Text(db));
    }

    private ShopContext New(string place) => new(Options(place, _shop));

    private (T Result, int Commands) Count<T>(string place, Func<ShopContext, T> run)
    {
        using var db = New(place);
        var before = _shop.Sql.Count;
        return (run(db), _shop.Sql.Count - before);
    }

    public void Dispose()
    {
        _shop.Dispose();
        _log.Dispose();
    }
}
