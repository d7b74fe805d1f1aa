using FastOrm.Cache;
using FastOrm.Cache.EfCore;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using WebShop.Cost;
using WebShop.Data;

namespace WebShop.Shop;

public static class ShopServiceCollectionExtensions
{
    /// <summary>Everything that the shop is made of, for the pages and for the demo alike.</summary>
    /// <param name="services">The services of the application.</param>
    /// <param name="databasePath">The file of the SQLite database.</param>
    /// <param name="configure">Changes how the queries use the cache.</param>
    /// <param name="redis">The Redis server that several shops share; null for none.</param>
    public static IServiceCollection AddShop(
        this IServiceCollection services, string databasePath, Action<FastOrmCacheContextOptions>? configure = null, string? redis = null)
    {
        services.AddSingleton(TimeProvider.System);

        // The cache: one for the process, and one line where the context is set up. With Redis, one more line.
        services.AddFastOrmCache(o =>
        {
            o.MaxEntries = 20_000;
            if (redis is not null)
            {
                o.UseRedis(redis);
            }
        });
        services.AddDbContextPool<ShopContext>((provider, options) => options
            .UseSqlite(new SqliteConnectionStringBuilder { DataSource = databasePath }.ConnectionString)
            .UseFastOrmCache(provider, c =>
            {
                c.DatabaseName = $"shop in {Path.GetFileName(databasePath)}"; // The same for all shops, wherever each finds the file.
                c.OnRead(static (_, outcome) => RequestCost.Current?.CountRead(outcome));
                configure?.Invoke(c);
            })
            .AddInterceptors(new CommandCounter()));

        services.AddScoped<CatalogService>();
        services.AddScoped<BasketService>();
        services.AddScoped<OrderService>();
        services.AddScoped<AdminService>();
        return services;
    }
}
