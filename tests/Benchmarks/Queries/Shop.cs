using FastOrm.Cache.Benchmarks.Ratios;
using FastOrm.Cache.EfCore;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace FastOrm.Cache.Benchmarks.Queries;

/// <summary>A shop in a SQLite file of its own, and two pools of contexts on it that differ only in the cache.</summary>
internal sealed class Shop : IDisposable
{
    public const int Products = 5_000;
    public const int Categories = 50;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("fastorm-cache-benchmarks-");
    private readonly string _connectionString;

    /// <param name="configure">How the contexts with the cache use it.</param>
    public Shop(Action<FastOrmCacheContextOptions>? configure = null)
    {
        _connectionString = "Data Source=" + Path.Combine(_directory.FullName, "shop.db");
        Plain = NewPlainPool();
        Cached = NewCachedPool(Cache, configure);
        using var db = Plain.CreateDbContext();
        Seed(db, Products, Categories);
    }

    public ICache Cache { get; } = FastCache.Create();

    public PooledDbContextFactory<ShopContext> Plain { get; }

    public PooledDbContextFactory<ShopContext> Cached { get; }

    public PooledDbContextFactory<ShopContext> NewPlainPool() => new(Options(o => o.UseSqlite(_connectionString)));

    public PooledDbContextFactory<ShopContext> NewCachedPool(ICache cache, Action<FastOrmCacheContextOptions>? configure = null)
        => new(Options(o => o.UseSqlite(_connectionString).UseFastOrmCache(cache, configure)));

    public static DbContextOptions<ShopContext> Options(Action<DbContextOptionsBuilder> configure)
    {
        var builder = new DbContextOptionsBuilder<ShopContext>().CountCommands();
        configure(builder);
        return builder.Options;
    }

    /// <summary>Creates the tables. Ids begin at 1, and products are dealt out to the categories one by one.</summary>
    public static void Seed(ShopContext db, int products, int categories)
    {
        db.Database.EnsureCreated();
        db.AddRange(Enumerable.Range(1, categories).Select(id => new Category { Id = id, Name = $"Category {id}" }));
        db.AddRange(Enumerable.Range(1, products).Select(id => NewProduct(id, 1 + id % categories)));
        db.SaveChanges();
    }

    public void Dispose()
    {
        Cache.Dispose();
        SqliteConnection.ClearAllPools();
        _directory.Delete(recursive: true);
    }

    private static Product NewProduct(int id, int categoryId) => new()
    {
        Id = id,
        Name = $"Product {id * 7919 % 10_007:00000}",
        Sku = $"SKU-{id:000000}",
        CategoryId = categoryId,
        PriceCents = 100 + id * 37L % 100_000,
        Stock = id % 200,
        Discontinued = id % 25 == 0,
        CreatedAt = new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddMinutes(id),
        Weight = id % 100 / 8.0,
        Description = id % 3 == 0 ? null : $"What there is to say about product {id}, in a sentence of ordinary length.",
    };
}
