using FastOrm.Cache.EfCore;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using WebShop.Data;
using WebShop.Shop;

namespace FastOrm.Cache.Benchmarks.Writes;

/// <summary>
/// The traffic of the sample shop: of 100 requests 95 look around, mostly at few products, and 5 change a stock or a price.
/// </summary>
internal static class ShopTraffic
{
    private const int Requests = 4_000;

    /// <summary>The share of remembered commands that are answered without the database.</summary>
    /// <param name="precise">Whether writes drop only what they can have changed, or all that reads their table.</param>
    public static double HitRate(bool precise)
    {
        var directory = Directory.CreateTempSubdirectory("fastorm-cache-traffic-");
        try
        {
            using var services = new ServiceCollection()
                .AddShop(Path.Combine(directory.FullName, "shop.db"), options => options.UseScopes = precise)
                .BuildServiceProvider();
            RunAsync(services).GetAwaiter().GetResult();
            var statistics = services.GetRequiredService<ICache>().Statistics;
            return (double)statistics.Hits / (statistics.Hits + statistics.Misses);
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            directory.Delete(recursive: true);
        }
    }

    private static async Task RunAsync(IServiceProvider services)
    {
        await ShopDatabase.PrepareAsync(services);
        var random = new Random(42);
        for (var i = 0; i < Requests; i++)
        {
            await using var scope = services.CreateAsyncScope();
            await (random.Next(100) < 5 ? ChangeAsync(scope.ServiceProvider, random) : LookAsync(scope.ServiceProvider, random));
        }
    }

    private static Task ChangeAsync(IServiceProvider request, Random random)
    {
        var admin = request.GetRequiredService<AdminService>();
        var product = Product(random);
        return random.Next(2) == 0
            ? admin.SetStockAsync(product, random.Next(200))
            : admin.SetPriceAsync(product, 100 + random.Next(10_000));
    }

    private static Task LookAsync(IServiceProvider request, Random random)
    {
        var catalog = request.GetRequiredService<CatalogService>();
        return random.Next(10) switch
        {
            < 6 => catalog.FindAsync(Product(random)),
            < 8 => catalog.SearchAsync(new ProductQuery { CategoryId = 1 + random.Next(10), Page = 1 + random.Next(2) }),
            8 => catalog.GetCategoriesAsync(),
            _ => catalog.GetBestSellersAsync(),
        };
    }

    // Few products are looked at often.
    private static int Product(Random random) => 1 + (int)(Seed.Products * Math.Pow(random.NextDouble(), 3));
}
