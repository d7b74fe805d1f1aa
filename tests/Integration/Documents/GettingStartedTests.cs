using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace FastOrm.Cache.Tests.Integration.Documents;

/// <summary>The code of docs/getting-started.md and of the README, step by step.</summary>
[Collection(nameof(FastCache.Default))]
public sealed class GettingStartedTests : IDisposable
{
    private readonly TestShop _shop = new();
    private readonly ServiceProvider _services;

    public GettingStartedTests()
    {
        var services = new ServiceCollection();
        var connectionString = _shop.ConnectionString;

        // code: register
        services.AddFastOrmCache();
        services.AddDbContextPool<ShopContext>((provider, options) => options
            .UseSqlite(connectionString)
            .UseFastOrmCache(provider));
        // end
        services.ConfigureDbContext<ShopContext>(static options => options.AllowManySetups());
        _services = services.BuildServiceProvider();
    }

    private ICache Cache => _services.GetRequiredService<ICache>();

    [Fact]
    public async Task A_query_is_remembered_until_a_save_changes_it()
    {
        await ReadAsync(id: 3);
        var again = await ReadAsync(id: 3);
        await using (var scope = _services.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<ShopContext>();

            // code: change
            var product = await db.Products.SingleAsync(p => p.Id == 7);
            product.Price = 9.90m;
            await db.SaveChangesAsync();   // whatever depends on product 7 is read anew; the rest stays
            // end
        }

        var after = await ReadAsync(id: 3);

        Assert.Equal(20, again.Count);
        Assert.Equal(9.90m, after.Single(p => p.Id == 7).Price);
        Assert.Equal((1, 2), (Cache.Statistics.Hits, Cache.Statistics.Misses));
    }

    [Fact]
    public async Task What_it_does_is_counted()
    {
        var cache = Cache;
        await ReadAsync(id: 3);
        var output = Console.Out;
        await using var written = new StringWriter();
        Console.SetOut(written);
        try
        {
            // code: statistics
            CacheStatistics statistics = cache.Statistics;
            Console.WriteLine($"{statistics.Hits} hits, {statistics.Misses} misses, {statistics.Entries} entries");
            foreach (var (reason, count) in statistics.Bypasses)
            {
                Console.WriteLine($"{count} times past the cache: {reason}");
            }
            // end
        }
        finally
        {
            Console.SetOut(output);
        }

        Assert.Contains("0 hits, 1 misses, 1 entries", written.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Entities_are_found_by_their_keys()
    {
        await using var scope = _services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ShopContext>();

        // code: by key
        Product? product = await db.Products.FindOrCacheAsync(42);
        IReadOnlyList<Product> basket = await db.Products.AsNoTracking().FindManyOrCacheAsync([3, 1, 2]);
        // end

        Assert.Equal("product 042", product!.Name);
        Assert.Equal([3, 1, 2], basket.Select(p => p.Id));
    }

    [Fact]
    public async Task Values_are_loaded_once()
    {
        var cache = Cache;
        var bank = new Bank();
        for (var i = 0; i < 2; i++)
        {
            await cache.RememberAsync("rate:EUR-USD", TimeSpan.FromMinutes(1), token => bank.GetRateAsync("EUR", "USD", token), "rates");
        }

        // code: value
        var rate = await cache.RememberAsync(
            "rate:EUR-USD", TimeSpan.FromMinutes(1), token => bank.GetRateAsync("EUR", "USD", token), "rates");
        await cache.FlushAsync("rates");
        // end

        Assert.Equal((1.25m, 1), (rate, bank.Calls));
        Assert.False(cache.TryGet<decimal>("rate:EUR-USD").IsCached);
    }

    [Fact]
    public async Task Redis_is_one_option()
    {
        var services = new ServiceCollection();

        // code: redis
        services.AddFastOrmCache(o => o.UseRedis("localhost:6379"));
        // end
        await using var provider = services.BuildServiceProvider();

        Assert.NotNull(provider.GetRequiredService<ICache>().Statistics.Remote);
    }

    public void Dispose()
    {
        _services.Dispose();
        _shop.Dispose();
    }

    private async Task<List<Product>> ReadAsync(int id)
    {
        await using var scope = _services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ShopContext>();

        // code: remember
        var products = await db.Products
            .Where(product => product.CategoryId == id)
            .OrderBy(product => product.Name)
            .Remember(TimeSpan.FromMinutes(10))
            .Take(20)
            .ToListAsync();
        // end
        return products;
    }

    private sealed class Bank
    {
        public int Calls { get; private set; }

        public Task<decimal> GetRateAsync(string from, string to, CancellationToken token)
        {
            token.ThrowIfCancellationRequested();
            Calls++;
            return Task.FromResult(from == to ? 1m : 1.25m);
        }
    }
}
