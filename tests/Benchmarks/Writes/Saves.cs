using FastOrm.Cache.Benchmarks.Queries;
using FastOrm.Cache.Benchmarks.Ratios;
using FastOrm.Cache.EfCore;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Benchmarks.Writes;

/// <summary>
/// <c>SaveChanges</c> of some changed rows, in memory so that no disk hides what the cache adds. The context and its tracked
/// rows stay: a save is measured, not the query before it.
/// </summary>
internal sealed class Saves : IDisposable
{
    private readonly int _rows;
    private readonly SqliteConnection _connection = new("Data Source=:memory:");
    private readonly ShopContext _db;
    private readonly List<Product> _products;

    public Saves(ICache? cache, int rows, Action<FastOrmCacheContextOptions>? configure = null)
    {
        _rows = rows;
        _connection.Open();
        _db = new(Shop.Options(o => Configure(o.UseSqlite(_connection), cache, configure)));
        Shop.Seed(_db, rows, categories: 1);
        _db.ChangeTracker.Clear();
        _products = [.. _db.Products];
        Side = new($"save of {rows} {(cache is null ? "without" : "with")} cache", Save, runsSql: true);
    }

    public Side Side { get; }

    public void Dispose()
    {
        _db.Dispose();
        _connection.Dispose();
    }

    private static void Configure(DbContextOptionsBuilder options, ICache? cache, Action<FastOrmCacheContextOptions>? configure)
    {
        if (cache is not null)
        {
            options.UseFastOrmCache(cache, configure);
        }
    }

    private void Save(int count)
    {
        for (var i = 0; i < count; i++)
        {
            foreach (var product in _products)
            {
                product.Stock++;
            }

            var saved = _db.SaveChanges();
            if (saved != _rows)
            {
                throw new MeasurementException($"{saved} rows were saved, but {_rows} were changed.");
            }
        }
    }
}
