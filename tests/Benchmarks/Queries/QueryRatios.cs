using FastOrm.Cache.Benchmarks.Memory;
using FastOrm.Cache.Benchmarks.Ratios;
using FastOrm.Cache.Benchmarks.Writes;

namespace FastOrm.Cache.Benchmarks.Queries;

/// <summary>What a hit saves, and what those pay who get none.</summary>
internal static class QueryRatios
{
    public static void Run()
    {
        using var shop = new Shop();
        PairedTimer.WarmUp(QueryCase.OneRow.Uncached(shop.Plain), QueryCase.OneRow.Hit(shop.Cached));
        foreach (var query in QueryCase.All)
        {
            var hit = query.Hit(shop.Cached);
            RatioGroup.Print($"hit.{query.Name}.speedup", PairedTimer.Ratio(query.Uncached(shop.Plain), hit));
            if (query == QueryCase.OneRow)
            {
                RatioGroup.Print("hit.one_row.over_floor", PairedTimer.Ratio(hit, query.Floor(shop.Plain)));
                RatioGroup.Print("hit.one_row.bytes", hit.BytesPerOperation(1_000));
                RatioGroup.Print("hit.compiled_one_row.over_hit", PairedTimer.Ratio(QueryCase.CompiledHit(shop.Cached), hit));
            }
        }

        using (var keys = new KeyCosts(shop))
        {
            RatioGroup.Print("key.over_ef", PairedTimer.Ratio(keys.Ours, keys.EfCores));
        }

        var plain = QueryCase.OneRow;
        RatioGroup.Print("plain.overhead", PairedTimer.Ratio(plain.Uncached(shop.Cached), plain.Uncached(shop.Plain)));
        RatioGroup.Print("save100.overhead", WriteRatios.SaveOverhead(shop.Cache, rows: 100));
        using var lookUps = new LookUps();
        RatioGroup.Print("memory.get.over_memorycache", PairedTimer.Ratio(lookUps.InTier, lookUps.InMemoryCache));
    }
}
