using FastOrm.Cache.Benchmarks.Ratios;

namespace FastOrm.Cache.Benchmarks.Values;

/// <summary>What a hit of a value costs.</summary>
internal static class CacheRatios
{
    public static void Run()
    {
        using var hits = new ValueHits();
        PairedTimer.WarmUp(hits.Remember, hits.InMemoryCache);
        RatioGroup.Print("remember.hit.over_memorycache", PairedTimer.Ratio(hits.Remember, hits.InMemoryCache));
        RatioGroup.Print("remember.hit.bytes", hits.Remember.BytesPerOperation(10_000));
        RatioGroup.Print("batch.hit100.over_singles", PairedTimer.Ratio(hits.Many, hits.Singles));
    }
}
