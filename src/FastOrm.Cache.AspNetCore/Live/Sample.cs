namespace FastOrm.Cache.AspNetCore.Live;

/// <summary>What a cache did in one second.</summary>
/// <param name="Time">The end of it, in milliseconds since 1970.</param>
/// <param name="Hits">Reads that were answered.</param>
/// <param name="Misses">Reads that were not.</param>
/// <param name="Loads">Loads that were begun.</param>
/// <param name="LoadMilliseconds">The time that loads took together which ended in it.</param>
internal sealed record Sample(long Time, long Hits, long Misses, long Loads, double LoadMilliseconds)
{
    public static Sample Between(CacheStatistics before, CacheStatistics now, DateTimeOffset time) => new(
        time.ToUnixTimeMilliseconds(),
        Math.Max(0, now.Hits - before.Hits),
        Math.Max(0, now.Misses - before.Misses),
        Math.Max(0, now.Loads - before.Loads),
        Math.Max(0, (now.LoadTime - before.LoadTime).TotalMilliseconds));
}
