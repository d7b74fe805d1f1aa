using FastOrm.Cache.Benchmarks.Memory;
using FastOrm.Cache.Benchmarks.Queries;
using FastOrm.Cache.Benchmarks.Writes;

namespace FastOrm.Cache.Benchmarks.Ratios;

/// <summary>Compares things with themselves: what is printed should be 1.00 (2.00 for the last), the rest is the noise.</summary>
internal static class SelfTest
{
    public static void Run()
    {
        using var shop = new Shop();
        var other = shop.NewPlainPool();
        var query = QueryCase.OneRow;
        var list = QueryCase.List20;
        RatioGroup.Print("same.query", PairedTimer.Ratio(query.Uncached(shop.Plain), query.Uncached(shop.Plain)));
        RatioGroup.Print("same.query_in_another_pool", PairedTimer.Ratio(query.Uncached(other), query.Uncached(shop.Plain)));
        RatioGroup.Print("same.list20", PairedTimer.Ratio(list.Uncached(shop.Plain), list.Uncached(shop.Plain)));
        RatioGroup.Print("same.floor", PairedTimer.Ratio(query.Floor(shop.Plain), query.Floor(shop.Plain)));

        using var saves = new Saves(cache: null, rows: 100);
        using var otherSaves = new Saves(cache: null, rows: 100);
        RatioGroup.Print("same.save100", PairedTimer.Ratio(saves.Side, otherSaves.Side));

        using var lookUps = new LookUps();
        RatioGroup.Print("same.look_up", PairedTimer.Ratio(lookUps.InMemoryCache, lookUps.InMemoryCache));

        var once = query.Uncached(shop.Plain);
        var twice = new Side("twice", count => once.Time(2 * count), runsSql: true);
        RatioGroup.Print("twice.query", PairedTimer.Ratio(twice, once));
    }
}
