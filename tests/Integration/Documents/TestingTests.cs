using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace FastOrm.Cache.Tests.Integration.Documents;

/// <summary>The code of docs/testing.md.</summary>
[Collection(nameof(FastCache.Default))]
public sealed class TestingTests
{
    [Fact]
    public async Task Each_test_has_a_cache_and_a_database_of_its_own()
    {
        // code: one cache
        using var cache = FastCache.Create();
        await using var connection = new SqliteConnection("Data Source=:memory:");
        await connection.OpenAsync();
        var options = new DbContextOptionsBuilder<ShopContext>().UseSqlite(connection).UseFastOrmCache(cache).Options;

        await using var db = new ShopContext(options);
        await db.Database.EnsureCreatedAsync();
        // end
        ShopContext.Seed(db);
        await db.Categories.Remember().CountAsync();
        await db.Categories.Remember().CountAsync();

        Assert.Equal((1, 1), (cache.Statistics.Hits, cache.Statistics.Misses));
    }

    [Fact]
    public async Task A_cache_that_is_switched_off_keeps_nothing()
    {
        await using var connection = await NewDatabaseAsync();

        // code: switched off
        using var off = FastCache.Create(o => o.IsEnabled = false);
        var options = new DbContextOptionsBuilder<ShopContext>().UseSqlite(connection).UseFastOrmCache(off).Options;
        // end
        await using var db = new ShopContext(options);

        Assert.Equal(5, await db.Categories.Remember().CountAsync());
        Assert.Equal(0, off.Statistics.Entries);
    }

    [Fact]
    public async Task A_context_without_the_library_says_what_is_missing()
    {
        await using var db = new ShopContext(new DbContextOptionsBuilder().UseSqlite("Data Source=:memory:").Options);

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => db.Categories.Remember().CountAsync());

        Assert.Contains("UseFastOrmCache", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_moves_the_clock()
    {
        var time = new ManualTimeProvider();

        // code: clock
        using var cache = FastCache.Create(o => o.TimeProvider = time);
        await cache.SetAsync("rate", 1.25m, TimeSpan.FromMinutes(5));

        time.Advance(TimeSpan.FromMinutes(6));

        Assert.False(cache.TryGet<decimal>("rate").IsCached);
        // end
    }

    [Fact]
    public async Task Outcomes_prove_what_is_remembered_and_what_is_dropped()
    {
        using var cache = FastCache.Create();
        await using var connection = await NewDatabaseAsync();

        // code: outcomes
        var outcomes = new List<RememberOutcome>();
        var options = new DbContextOptionsBuilder<ShopContext>()
            .UseSqlite(connection)
            .UseFastOrmCache(cache, o => o.OnRead((_, outcome) => outcomes.Add(outcome)))
            .Options;
        // end
        await using var db = new ShopContext(options);
        var (catalog, admin) = (new Catalog(db), new Admin(db));

        // code: proof
        await catalog.CheapestAsync();
        await catalog.CheapestAsync();
        await admin.SetPriceAsync(id: 3, price: 1);
        await catalog.CheapestAsync();

        Assert.Equal([RememberOutcome.Miss, RememberOutcome.Hit, RememberOutcome.Miss], outcomes);
        // end
    }

    [Fact]
    public async Task The_cache_of_an_application_is_its_host_s_and_gets_the_clock_of_the_tests()
    {
        var time = new ManualTimeProvider();
        var services = new ServiceCollection().AddFastOrmCache(o => o.UseRedis("localhost:1"));

        // code: whole application
        services.AddFastOrmCache(o =>
        {
            o.UseMemory();
            o.TimeProvider = time;
        });
        // end
        await using var provider = services.BuildServiceProvider();
        await using var other = services.BuildServiceProvider();
        var cache = provider.GetRequiredService<ICache>();
        await cache.SetAsync("k", 1, TimeSpan.FromMinutes(1));

        Assert.True(cache.TryGet<int>("k").IsCached);
        Assert.False(other.GetRequiredService<ICache>().TryGet<int>("k").IsCached);
        time.Advance(TimeSpan.FromMinutes(2));
        Assert.False(cache.TryGet<int>("k").IsCached);
        Assert.Null(cache.Statistics.Remote);
    }

    private static async Task<SqliteConnection> NewDatabaseAsync()
    {
        var connection = new SqliteConnection("Data Source=:memory:");
        await connection.OpenAsync();
        await using var db = new ShopContext(new DbContextOptionsBuilder().UseSqlite(connection).Options);
        await db.Database.EnsureCreatedAsync();
        ShopContext.Seed(db);
        return connection;
    }

    // As an application's, but for the many set-ups of these tests.
    private sealed class ShopContext(DbContextOptions options)
        : Support.ShopContext(new DbContextOptionsBuilder(options).AllowManySetups().Options);

    private sealed class Catalog(ShopContext db)
    {
        public Task<List<string>> CheapestAsync()
            => db.Products.OrderBy(p => (double)p.Price).Take(10).Select(p => p.Name).Remember().ToListAsync();
    }

    private sealed class Admin(ShopContext db)
    {
        public Task<int> SetPriceAsync(int id, decimal price)
            => db.Products.Where(p => p.Id == id).ExecuteUpdateAsync(set => set.SetProperty(p => p.Price, price));
    }
}
