using System.Runtime.CompilerServices;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Policies;

/// <summary><c>AllQueries</c> of an entity type: which queries are remembered without a mark, for how long, and until when.</summary>
public sealed class AllQueriesTests : IDisposable
{
    private static readonly Dictionary<string, Func<CachedShopContext, object?>> Remembered = new(StringComparer.Ordinal)
    {
        ["entities"] = static db => db.Products.Where(p => p.CategoryId == 1).ToList().Count,
        ["one entity"] = static db => db.Products.Single(p => p.Id == 7).Name,
        ["Find"] = static db => db.Products.Find(7)!.Name,
        ["no tracking"] = static db => db.Products.AsNoTracking().First(p => p.Id == 7).Name,
        ["a scalar"] = static db => db.Products.Count(p => p.Price > 5),
        ["an aggregate"] = static db => db.Products.Sum(p => p.Stock),
        ["a projection"] = static db => string.Join(',', db.Products.OrderBy(p => p.Id).Select(p => new { p.Name, p.Stock }).Take(3)),
        ["a cacheable navigation"] = static db => db.Products.Include(p => p.Category).First(p => p.Id == 7).Category!.Name,
        ["from a type that only is cacheable"] = static db => db.Categories.Include(c => c.Products).First(c => c.Id == 2).Products.Count,
        ["many to many"] = static db => db.Products.Include(p => p.Tags).First(p => p.Id == 5).Tags.Count,
        ["a subquery"] = static db => db.Categories.Count(c => db.Products.Any(p => p.CategoryId == c.Id)),
        ["a join"] = static db => db.Products.Join(db.Categories, p => p.CategoryId, c => c.Id, (p, c) => p.Id).Count(),
        ["several commands"] = static db => db.Products.Include(p => p.Tags).AsSplitQuery().Where(p => p.Id == 5).ToList()[0].Tags.Count,
        ["a list of values"] = static db => db.Products.Count(p => new[] { 1, 2, 3 }.Contains(p.Id)),
        ["captured values"] = static db => Captured(db, 4),
    };

    private static readonly Dictionary<string, Func<CachedShopContext, object?>> Plain = new(StringComparer.Ordinal)
    {
        ["a type that is not cacheable"] = static db => db.Orders.Count(),
        ["cacheable types of which none asks for it"] = static db => db.Categories.Count(),
        ["a navigation to a type that is not cacheable"] = static db => db.Set<OrderLine>().Include(l => l.Product).First(l => l.Id == 1).Product!.Name,
        ["a type that is not cacheable in a subquery"] = static db => db.Products.Count(p => db.Set<OrderLine>().Any(l => l.ProductId == p.Id)),
        ["SQL of the application"] = static db => db.Products.FromSqlRaw("SELECT * FROM Products").Count(),
        ["SQL that gives scalars"] = static db => db.Database.SqlQueryRaw<int>("SELECT Id AS Value FROM Products").Count(),
        ["a query that is not to be remembered"] = static db => db.Products.DontRemember().Count(),
    };

    private readonly ManualTimeProvider _time = new();
    private readonly TestDatabase<CachedShopContext> _shop;

    public AllQueriesTests() => _shop = CachedShopContext.New(o => o.TimeProvider = _time);

    public static TheoryData<string> RememberedNames => [.. Remembered.Keys];

    public static TheoryData<string> PlainNames => [.. Plain.Keys];

    [Theory]
    [MemberData(nameof(RememberedNames))]
    public void A_query_that_reads_only_cacheable_types_is_remembered(string name)
    {
        var query = Remembered[name];
        using var plain = _shop.NewPlain();
        var expected = query(plain);

        var cold = _shop.Count(query);

        Assert.Equal(expected, cold.Result);
        Assert.Equal(name == "several commands" ? 2 : 1, cold.Commands);
        Assert.Equal(expected, _shop.OnHit(query));
    }

    [Theory]
    [MemberData(nameof(PlainNames))]
    public void Other_queries_are_not_remembered(string name)
    {
        var query = Plain[name];
        Assert.Equal(1, _shop.Commands(query));
        Assert.Equal(1, _shop.Commands(query));
        Assert.Equal(0, _shop.Cache.Statistics.Entries);
        Assert.Empty(_shop.Cache.Statistics.Bypasses);
    }

    [Fact]
    public async Task So_it_is_asynchronously()
    {
        foreach (var commands in new[] { 1, 0 })
        {
            Assert.Equal((20, commands), await _shop.CountAsync(static async db => (await db.Products.Where(p => p.CategoryId == 1).ToListAsync()).Count));
            Assert.Equal(("product 007", commands), await _shop.CountAsync(static async db => (await db.Products.FindAsync(7))!.Name));
            Assert.Equal((100, commands), await _shop.CountAsync(static db => db.Products.CountAsync()));
            Assert.Equal((3, commands), await _shop.CountAsync(Stream));
        }

        static async Task<int> Stream(CachedShopContext db)
        {
            var count = 0;
            await foreach (var _ in db.Products.Where(p => p.Id <= 3).AsAsyncEnumerable())
            {
                count++;
            }

            return count;
        }
    }

    [Fact]
    public void A_loaded_navigation_is_remembered()
    {
        foreach (var commands in new[] { 1, 0 })
        {
            using var db = _shop.New();
            var category = db.Attach(new Category { Id = 2 });
            var before = _shop.Sql.Count;
            category.Collection(static c => c.Products).Load();
            Assert.Equal(20, category.Entity.Products.Count);
            Assert.Equal(commands, _shop.Sql.Count - before);
        }
    }

    [Fact]
    public void Each_value_has_an_entry_of_its_own()
    {
        Assert.Equal([("product 001", 1), ("product 002", 1), ("product 001", 0), ("product 002", 0)], new[] { 1, 2, 1, 2 }.Select(Name));

        (string Result, int Commands) Name(int id) => _shop.Count(db => db.Products.Single(p => p.Id == id).Name);
    }

    [Fact]
    public void A_compiled_query_is_remembered_too()
    {
        var query = EF.CompileQuery((CachedShopContext db, int id) => db.Products.Where(p => p.Id == id).Select(p => p.Name).Single());
        Assert.Equal(("product 001", 1), _shop.Count(db => query(db, 1)));
        Assert.Equal(("product 001", 0), _shop.Count(db => query(db, 1)));
        Assert.Equal(("product 002", 1), _shop.Count(db => query(db, 2)));
    }

    [Fact]
    public void A_write_drops_what_reads_it()
    {
        var query = Remembered["entities"];
        _shop.Count(query);
        Write(static db => db.Products.Single(p => p.Id == 5).CategoryId = 4);
        Assert.Equal((19, 1), _shop.Count(query));
        Write(static db => db.Products.Where(p => p.CategoryId == 1).ExecuteDelete());
        Assert.Equal((0, 1), _shop.Count(query));
        Write(static db => db.Orders.First().Customer = "another");
        Assert.Equal((0, 0), _shop.Count(query));
    }

    [Fact]
    public void A_query_lives_for_the_shortest_time_of_what_it_reads()
    {
        var minutes = TimeSpan.FromMinutes(2);
        Warm();
        _time.Advance(minutes - TimeSpan.FromMilliseconds(1));
        Assert.Equal((0, 0), Commands());
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal((0, 1), Commands());
        _time.Advance(minutes - TimeSpan.FromMilliseconds(1));
        Assert.Equal((0, 0), Commands());
        _time.Advance(minutes);
        Assert.Equal((1, 1), Commands());

        void Warm() => Assert.Equal((1, 1), Commands());
        (int Products, int Both) Commands()
            => (_shop.Commands(Remembered["entities"]), _shop.Commands(Remembered["a cacheable navigation"]));
    }

    [Fact]
    public async Task A_query_has_the_tags_of_what_it_reads()
    {
        _shop.Count(Remembered["entities"]);
        _shop.Count(Remembered["a cacheable navigation"]);
        await _shop.Cache.FlushAsync("categories");
        Assert.Equal((0, 1), (_shop.Commands(Remembered["entities"]), _shop.Commands(Remembered["a cacheable navigation"])));
        await _shop.Cache.FlushAsync("products");
        Assert.Equal((1, 1), (_shop.Commands(Remembered["entities"]), _shop.Commands(Remembered["a cacheable navigation"])));
    }

    [Fact]
    public void A_query_with_a_mark_keeps_its_own_options()
    {
        Assert.Equal(1, _shop.Commands(Query));
        _time.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(0, _shop.Commands(Query));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, _shop.Commands(Query));

        static int Query(CachedShopContext db) => db.Products.Remember(TimeSpan.FromMinutes(10)).Count();
    }

    [Fact]
    public void What_the_model_says_counts_before_the_rules_of_a_context()
    {
        var options = _shop.ConfigurePlain().AddInterceptors(_shop.Sql)
            .UseFastOrmCache(_shop.Cache, static o => o.CacheAllQueries(Proof.Minute, static rules => rules.Exclude<Product>())).Options;
        AssertRemembered(options);
    }

    [Fact]
    public void A_query_tells_the_same_SQL()
    {
        using var plain = _shop.NewPlain();
        using var db = _shop.New();
        foreach (var _ in new[] { 1, 2 })
        {
            Assert.Equal(Query(plain, 2).ToQueryString(), Query(db, 2).ToQueryString());
            Assert.Equal(20, Query(db, 2).ToList().Count);
        }

        static IQueryable<Product> Query(CachedShopContext db, int category) => db.Products.Where(p => p.CategoryId == category);
    }

    [Fact]
    public void Suppressed_a_query_goes_to_the_database()
    {
        _shop.Count(Remembered["entities"]);
        using (RememberScope.Suppress())
        {
            Assert.Equal((20, 1), _shop.Count(Remembered["entities"]));
            Assert.Equal((99, 1), _shop.Count(static db => db.Products.Count(p => p.Id > 1)));
        }

        Assert.Equal((20, 0), _shop.Count(Remembered["entities"]));
        Assert.Equal((99, 1), _shop.Count(static db => db.Products.Count(p => p.Id > 1)));
    }

    [Fact]
    public void In_a_transaction_a_query_goes_to_the_database_and_so_does_one_that_locks()
    {
        _shop.Count(Locking);
        using var db = _shop.New();
        using (db.Database.BeginTransaction())
        {
            db.Products.Where(p => p.Id == 1).ExecuteUpdate(static set => set.SetProperty(static p => p.Name, "mine"));
            var before = _shop.Sql.Count;
            Assert.Equal("mine", Locking(db));
            Assert.Equal("mine", Locking(db));
            Assert.Equal(2, _shop.Sql.Count - before);
        }

        Assert.Equal("product 001", Locking(db));

        static object? Locking(CachedShopContext db) => db.Products.AsNoTracking().TagWith("FOR UPDATE").Single(p => p.Id == 1).Name;
    }

    [Fact]
    public void Switched_off_a_query_goes_to_the_database_and_on_again_it_is_remembered()
    {
        var off = _shop.ConfigurePlain().AddInterceptors(_shop.Sql).UseFastOrmCache(_shop.Cache, static o => o.IsEnabled = false).Options;
        foreach (var _ in new[] { 1, 2 })
        {
            using var db = new CachedShopContext(off);
            var before = _shop.Sql.Count;
            Assert.Equal(20, Remembered["entities"](db));
            Assert.Equal(1, _shop.Sql.Count - before);
        }

        _shop.Cache.IsEnabled = false;
        Assert.Equal((20, 1), _shop.Count(Remembered["entities"]));
        Assert.Equal((20, 1), _shop.Count(Remembered["entities"]));
        _shop.Cache.IsEnabled = true;
        Assert.Equal((20, 1), _shop.Count(Remembered["entities"]));
        Assert.Equal((20, 0), _shop.Count(Remembered["entities"]));
    }

    [Theory]
    [MemberData(nameof(ForeignCompilers.Names), MemberType = typeof(ForeignCompilers))]
    public void Through_other_libraries_compilers_it_is_remembered_too(string place)
    {
        var options = ForeignCompilers.Options(place, _shop);
        AssertRemembered(options);
    }

    [Fact]
    public void What_is_compiled_keeps_no_context_alive()
    {
        var context = Run();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        Assert.False(context.IsAlive);
        Assert.Equal(0, _shop.Commands(Remembered["entities"]));

        [MethodImpl(MethodImplOptions.NoInlining)]
        WeakReference Run()
        {
            using var db = _shop.New();
            Remembered["entities"](db);
            return new WeakReference(db);
        }
    }

    public void Dispose() => _shop.Dispose();

    private static int Captured(CachedShopContext db, int category) => db.Products.Count(p => p.CategoryId == category);

    private void AssertRemembered(DbContextOptions options)
    {
        foreach (var commands in new[] { 1, 0 })
        {
            using var db = new CachedShopContext(options);
            var before = _shop.Sql.Count;
            Assert.Equal(20, Remembered["entities"](db));
            Assert.Equal(commands, _shop.Sql.Count - before);
        }
    }

    private void Write(Action<CachedShopContext> write)
    {
        using var db = _shop.New();
        write(db);
        db.SaveChanges();
    }
}
