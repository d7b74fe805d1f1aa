using System.Globalization;
using System.Text;

namespace FastOrm.Cache.Diagnostics;

/// <summary>What a cache did between two moments, tier by tier, as a table for a log.</summary>
internal static class StatisticsTable
{
    private const string Columns = "tier   |        qpm | hit ratio |       hits |     misses |      loads |   failures";

    /// <summary>The table.</summary>
    /// <param name="before">What was counted before.</param>
    /// <param name="now">What is counted now.</param>
    /// <param name="time">The time between the two.</param>
    public static string Of(CacheStatistics before, CacheStatistics now, TimeSpan time)
    {
        var hits = now.Hits - before.Hits;
        var misses = now.Misses - before.Misses;
        var loads = now.Loads - before.Loads;
        var failed = now.FailedLoads - before.FailedLoads;
        var text = new StringBuilder(Columns).Append('\n').Append(Line());
        Row("all", hits, misses, loads, failed);
        if (now.Remote is not null)
        {
            // What memory does not have is asked of the tier that nodes share.
            var remote = now.RemoteHits - before.RemoteHits;
            Row("memory", hits - remote, misses + remote, 0, 0);
            Row("remote", remote, misses, 0, now.RemoteFailures - before.RemoteFailures);
        }

        return text.ToString();

        void Row(string tier, long hits, long misses, long loads, long failures)
        {
            var queries = hits + misses;
            text.Append(
                CultureInfo.InvariantCulture,
                $"\n{tier,-6} | {queries / Math.Max(time.TotalMinutes, 1e-9),10:F0} | {Ratio(hits, queries),9} | {hits,10} | {misses,10} | {loads,10} | {failures,10}");
        }
    }

    private static string Ratio(long hits, long queries)
        => queries == 0 ? "-" : string.Create(CultureInfo.InvariantCulture, $"{100.0 * hits / queries:F2}%");

    private static string Line() => string.Concat(Columns.Select(static sign => sign == '|' ? '+' : '-'));
}
