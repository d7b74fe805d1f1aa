using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace FastOrm.Cache.Tests.Integration.Queries;

/// <summary>Mistakes in the set-up end in an error that names the call to make.</summary>
public sealed class SetupTests : IDisposable
{
    private readonly TestShop _shop = new();

    [Fact]
    public void UseFastOrmCache_before_the_provider_says_to_swap_the_calls()
    {
        var options = TestOptions.New().UseFastOrmCache(_shop.Cache).UseSqlite(_shop.ConnectionString).Options;

        var error = Assert.Throws<InvalidOperationException>(() => Count(options));

        Assert.Contains("Swap the calls", error.Message, StringComparison.Ordinal);
        Assert.Contains("UseFastOrmCache", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Remember_without_UseFastOrmCache_names_it_at_the_call()
    {
        using var db = _shop.NewPlain();
        var products = db.Products.Where(p => p.Id > 0);

        AssertNamesTheCall(() => products.Remember());
        AssertNamesTheCall(() => products.Remember(Proof.Minute, "a"));
        AssertNamesTheCall(() => products.Remember("x", Proof.Minute));
        AssertNamesTheCall(() => products.Remember(new RememberOptions()));
        AssertNamesTheCall(() => products.RememberForever());
        AssertNamesTheCall(() => products.RememberFresh());
        AssertNamesTheCall(() => products.Forget());
        AssertNamesTheCall(() => products.Flush("a"));
    }

    [Fact]
    public async Task Forgetting_and_flushing_without_UseFastOrmCache_name_it()
    {
        await using var db = _shop.NewPlain();

        await AssertNamesTheCallAsync(() => db.ForgetAsync("x"));
        await AssertNamesTheCallAsync(() => db.FlushAsync("x"));
        await AssertNamesTheCallAsync(() => db.FlushAsync<Product>());
        await AssertNamesTheCallAsync(() => db.FlushTablesAsync("products"));
        await AssertNamesTheCallAsync(() => db.Products.ForgetAsync());
    }

    [Fact]
    public void Forgetting_and_flushing_a_query_of_objects_is_refused()
    {
        var numbers = new[] { 1, 2 }.AsQueryable();

        Assert.Throws<InvalidOperationException>(() => numbers.Forget());
        Assert.Throws<InvalidOperationException>(() => numbers.Flush());
    }

    [Fact]
    public void A_null_cache_is_refused()
    {
        var builder = TestOptions.New<ShopContext>().UseSqlite(_shop.ConnectionString);

        Assert.Throws<ArgumentNullException>(() => builder.UseFastOrmCache((ICache)null!));
        Assert.Throws<ArgumentNullException>(() => builder.UseFastOrmCache((IServiceProvider)null!));
        Assert.Throws<ArgumentNullException>(() => ((DbContextOptionsBuilder)null!).UseFastOrmCache());
    }

    [Fact]
    public void Another_implementation_of_the_cache_is_refused()
    {
        var builder = TestOptions.New().UseSqlite(_shop.ConnectionString);

        var error = Assert.Throws<ArgumentException>(() => builder.UseFastOrmCache(new OtherCache()));

        Assert.Contains(nameof(OtherCache), error.Message, StringComparison.Ordinal);
        Assert.Contains("FastCache.Create", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Services_without_a_cache_are_told_of_AddFastOrmCache()
    {
        using var services = new ServiceCollection().BuildServiceProvider();

        var error = Assert.Throws<InvalidOperationException>(
            () => TestOptions.New().UseSqlite(_shop.ConnectionString).UseFastOrmCache(services));

        Assert.Contains("AddFastOrmCache", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void UseFastOrmCache_called_twice_uses_the_last_cache()
    {
        using var other = FastCache.Create();
        using var db = new ShopContext(
            TestOptions.New().UseSqlite(_shop.ConnectionString).UseFastOrmCache(other).UseFastOrmCache(_shop.Cache).Options);

        Assert.Equal(100, db.Products.Remember().Count());

        Assert.Equal(1, _shop.Cache.Statistics.Stores);
        Assert.Equal(0, other.Statistics.Stores);
    }

    [Fact]
    public void Contexts_with_different_caches_do_not_share_entries()
    {
        _shop.Count(db => db.Products.Remember().Count());
        using var other = FastCache.Create();
        using var db = new ShopContext(
            TestOptions.New().UseSqlite(_shop.ConnectionString).UseFastOrmCache(other).Options);

        Assert.Equal(100, db.Products.Remember().Count());

        Assert.Equal(0, other.Statistics.Hits);
        Assert.Equal(1, other.Statistics.Stores);
    }

    [Fact]
    public void A_disposed_context_gives_the_error_of_EF_Core()
    {
        _shop.Count(db => db.Products.Remember().Count());
        var db = _shop.New();
        var query = db.Products.Remember();
        db.Dispose();

        var plain = _shop.NewPlain();
        var plainQuery = plain.Products.AsQueryable();
        plain.Dispose();

        AssertSame(() => plainQuery.Count(), () => query.Count());
        AssertSame(() => plainQuery.ToList(), () => query.ToList());

        static void AssertSame(Func<object> expected, Func<object> actual)
        {
            var (alone, remembered) = (Assert.Throws<ObjectDisposedException>(expected), Assert.Throws<ObjectDisposedException>(actual));
            Assert.Equal((alone.ObjectName, alone.Message), (remembered.ObjectName, remembered.Message));
        }
    }

    [Fact]
    public void So_does_one_that_has_run_a_remembered_query_before()
    {
        var db = _shop.New();
        var query = db.Products.Remember();
        Assert.NotEmpty(query.ToList());
        db.Dispose();

        Assert.Equal(nameof(ShopContext), Assert.Throws<ObjectDisposedException>(() => query.ToList()).ObjectName);
    }

    private static int Count(DbContextOptions options)
    {
        using var db = new ShopContext(options);
        return db.Products.Count();
    }

    private static void AssertNamesTheCall(Action call)
        => Assert.Contains("UseFastOrmCache", Assert.Throws<InvalidOperationException>(call).Message, StringComparison.Ordinal);

    private static async Task AssertNamesTheCallAsync(Func<Task> call)
        => Assert.Contains(
            "UseFastOrmCache", (await Assert.ThrowsAsync<InvalidOperationException>(call)).Message, StringComparison.Ordinal);

    public void Dispose() => _shop.Dispose();
}
