using FastOrm.Cache.EfCore;
using FastOrm.Cache.EfCore.Internals;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;

namespace FastOrm.Cache.Tests.Integration.Queries;

/// <summary>Where nothing can be remembered, queries run as if they were not: with one warning.</summary>
public sealed class UnsupportedTests : IDisposable
{
    private readonly TestShop _shop = new();
    private readonly LogCapture _log = new();
    private readonly List<string> _logTo = [];

    // A memory cache of its own makes EF Core build a service provider of its own, which has not given its warning yet.
    private readonly MemoryCache _unique = new(new MemoryCacheOptions());

    [Fact]
    public async Task A_provider_that_is_not_relational_runs_uncached_with_one_warning()
    {
        var options = InMemory();
        await Use(options);
        await Use(options);

        Assert.Contains("relational", Assert.Single(_log.OfFastOrm), StringComparison.Ordinal);
        Assert.Equal(0, _shop.Cache.Statistics.Stores);
    }

    [Fact]
    public async Task The_warning_for_a_provider_that_is_not_relational_reaches_LogTo()
    {
        await Use(InMemory());

        Assert.Single(_logTo, text => text.Contains("Remember has no effect", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_EF_Core_whose_internals_have_moved_runs_uncached_with_one_warning()
    {
        using var simulation = EfInternals.Simulate("QueryCompiler.Moved");
        var options = Sqlite();
        await Use(options);
        await Use(options);

        Assert.Contains("QueryCompiler.Moved", Assert.Single(_log.OfFastOrm), StringComparison.Ordinal);
        Assert.Equal(0, _shop.Cache.Statistics.Stores);
    }

    [Fact]
    public void Queries_are_right_with_an_EF_Core_whose_internals_have_moved()
    {
        using var simulation = EfInternals.Simulate("QueryCompiler.Moved");
        using var db = new ShopContext(Sqlite());
        var before = _shop.Sql.Count;

        Assert.Equal(20, db.Products.Where(p => p.CategoryId == 2).Remember(Proof.Minute, "a").ToList().Count);
        Assert.Equal(20, db.Products.Where(p => p.CategoryId == 2).Remember(Proof.Minute, "a").ToList().Count);
        Assert.Equal(5, db.Categories.Count(c => db.Products.Where(p => p.CategoryId == c.Id).Remember(Proof.Minute).Any()));
        Assert.Equal(20, Compiled(db, 3).Count());
        Assert.Equal(1, db.Tags.Where(t => t.Id == 3).Remember().ExecuteDelete());
        Assert.Equal(5, _shop.Sql.Count - before);
    }

    [Fact]
    public void Forgetting_and_flushing_do_nothing_with_an_EF_Core_whose_internals_have_moved()
    {
        using var simulation = EfInternals.Simulate("QueryCompiler.Moved");
        using var db = new ShopContext(Sqlite());

        db.Products.Forget();
        db.Products.Flush();
        db.Products.Flush("a");
    }

    [Fact]
    public async Task Writes_through_an_EF_Core_whose_internals_have_moved_still_invalidate()
    {
        Assert.Equal(5, _shop.Count(db => db.Categories.Remember().Count()).Result);
        using (EfInternals.Simulate("QueryCompiler.Moved"))
        {
            await using var db = new ShopContext(Sqlite());
            db.Add(new Category { Name = "new" });
            await db.SaveChangesAsync();
        }

        Assert.Equal(6, _shop.Count(db => db.Categories.Remember().Count()).Result);
    }

    [Fact]
    public async Task Forgetting_and_flushing_do_nothing_with_a_provider_that_is_not_relational()
    {
        await using var db = new ShopContext(InMemory());

        db.Products.Forget();
        db.Products.Flush();
        await db.FlushAsync<Product>();
        await db.FlushTablesAsync("products");
        await db.ForgetAsync("x");
    }

    private static readonly Func<ShopContext, int, IEnumerable<Product>> Compiled = EF.CompileQuery(
        (ShopContext db, int category) => db.Products.Where(p => p.CategoryId == category).Remember(Proof.Minute));

    private static async Task Use(DbContextOptions options)
    {
        await using var db = new ShopContext(options);
        db.Add(new Category { Name = "new" });
        await db.SaveChangesAsync();
        var count = await db.Categories.CountAsync();

        Assert.Equal(count, await db.Categories.Remember().CountAsync());
        db.Add(new Category { Name = "newer" });
        await db.SaveChangesAsync();
        Assert.Equal(count + 1, await db.Categories.Remember().CountAsync());
        Assert.Equal(count + 1, db.Categories.Remember("x", Proof.Minute, "a").ToList().Count);
        Assert.Equal(1, db.Categories.RememberForever().Count(c => db.Categories.Remember().Min(other => other.Id) == c.Id));
        var mine = db.Categories.Local.First();
        Assert.Same(mine, await db.Categories.Remember().SingleAsync(c => c.Id == mine.Id));
    }

    private DbContextOptions InMemory()
        => Logged(TestOptions.New().UseInMemoryDatabase(Guid.NewGuid().ToString()));

    private DbContextOptions Sqlite()
        => Logged(TestOptions.New().UseSqlite(_shop.ConnectionString).AddInterceptors(_shop.Sql));

    private DbContextOptions Logged(DbContextOptionsBuilder builder)
        => builder.UseFastOrmCache(_shop.Cache).UseMemoryCache(_unique).UseLoggerFactory(_log).LogTo(_logTo.Add).Options;

    public void Dispose()
    {
        _shop.Dispose();
        _unique.Dispose();
        _log.Dispose();
    }
}
