using FastOrm.Cache.Benchmarks.Queries;
using FastOrm.Cache.Benchmarks.Ratios;
using FastOrm.Cache.EfCore.Internals;
using FastOrm.Cache.EfCore.Invalidation;
using FastOrm.Cache.EfCore.Plans;
using FastOrm.Cache.Engine;
using FastOrm.Cache.Memory;
using FastOrm.Cache.Stamps;
using FastOrm.Cache.EfCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace FastOrm.Cache.Benchmarks.Writes;

/// <summary>What invalidation costs those who write and those who read, and how much it leaves.</summary>
internal static class WriteRatios
{
    private static readonly TimeSpan Ttl = TimeSpan.FromHours(1);

    public static void Run()
    {
        using (var cache = FastCache.Create())
        {
            RatioGroup.Print("save1.scoped.over_plain", SaveOverhead(cache, rows: 1));
        }

        RatioGroup.Print("invalidate.table.entries1e5", InvalidationRatio());
        RatioGroup.Print("hit.scoped.over_unscoped", HitRatio());
        RatioGroup.Print("webshop.hit_rate.scoped", ShopTraffic.HitRate(precise: true));
        RatioGroup.Print("webshop.hit_rate.table_wide", ShopTraffic.HitRate(precise: false));
    }

    public static double SaveOverhead(ICache cache, int rows)
    {
        using var with = new Saves(cache, rows);
        using var without = new Saves(cache: null, rows);
        var invalidations = cache.Statistics.Invalidations;
        var ratio = PairedTimer.Ratio(with.Side, without.Side);
        return cache.Statistics.Invalidations > invalidations
            ? ratio
            : throw new MeasurementException($"save{rows}: the saves with the cache invalidated nothing.");
    }

    private static double InvalidationRatio()
    {
        using var many = new Dependents(100_000);
        using var one = new Dependents(1);
        return PairedTimer.Ratio(many.Side, one.Side);
    }

    private static double HitRatio()
    {
        using var scoped = new Shop();
        using var unscoped = new Shop(static options => options.UseScopes = false);
        return PairedTimer.Ratio(QueryCase.OneRow.Hit(scoped.Cached), QueryCase.OneRow.Hit(unscoped.Cached));
    }

    /// <summary>A database on one table of which many entries depend, and the operation that invalidates the table.</summary>
    private sealed class Dependents : IDisposable
    {
        private readonly Shop _shop = new();
        private readonly ShopContext _db;

        public Dependents(int count)
        {
            _db = _shop.Cached.CreateDbContext();
            var engine = (CacheEngine)_shop.Cache;
            var facts = new QueryFacts();
            facts.Read(new TableName("Products")).Add(row: null);
            var database = _db.GetService<RememberSession>().Database;
            var dependencies = DatabaseStamps.Read(engine, database, facts, parameters: null, tags: [], source: 0, out _);
            for (var i = 0; i < count; i++)
            {
                engine.Store(new LocalCacheKey($"{i}"), i, dependencies, engine.StartLoad(), engine.FreshFor(Ttl, isEmpty: false), size: 100);
            }

            if (engine.Memory.Count != count || !Dependency.AreCurrent(dependencies))
            {
                throw new MeasurementException($"{count} entries should depend on the table, {engine.Memory.Count} are stored.");
            }

            Side = new($"invalidation of {count} entries", Invalidate, runsSql: false);
        }

        public Side Side { get; }

        public void Dispose()
        {
            _db.Dispose();
            _shop.Dispose();
        }

        private void Invalidate(int count)
        {
            for (var i = 0; i < count; i++)
            {
                _db.FlushTablesAsync("Products").GetAwaiter().GetResult();
            }
        }
    }
}
