using System.Text.Json;
using System.Text.Json.Serialization;

namespace FastOrm.Cache.AspNetCore.Live;

/// <summary>What the page shows of a cache, as JSON. Texts are escaped, so that none of them is markup wherever it is put.</summary>
internal static class CacheView
{
    private const int MaxQueries = 50;
    private const int MaxInvalidations = 50;
    private const int MaxNames = 10;
    private const int MaxText = 300;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static string Serialize<T>(T value) => JsonSerializer.Serialize(value, Json);

    public static object Of(ICache cache)
    {
        var (statistics, diagnostics) = (cache.Statistics, cache.Diagnostics);
        return new
        {
            cache.Name,
            cache.IsEnabled,
            statistics.Hits,
            statistics.RemoteHits,
            statistics.StaleHits,
            statistics.Misses,
            statistics.Loads,
            statistics.JoinedLoads,
            statistics.FailedLoads,
            statistics.Evictions,
            statistics.Entries,
            statistics.Bytes,
            bypasses = statistics.Bypasses.OrderByDescending(static pair => pair.Value).Select(static pair => new { reason = pair.Key, count = pair.Value }),
            savedMilliseconds = diagnostics.Queries.Append(diagnostics.Values).Sum(static query => query.TimeSaved.TotalMilliseconds),
            remote = statistics.Remote,
            statistics.RemoteFailures,
            queries = diagnostics.Queries.Take(MaxQueries).Select(Row),
            values = Row(diagnostics.Values),
            invalidations = diagnostics.RecentInvalidations.Take(MaxInvalidations).Select(Row),
        };
    }

    /// <summary>A text of the application's as far as it is shown: all of them are sent to everyone who watches, each second.</summary>
    public static string Short(string text)
        => text.Length <= MaxText ? text : $"{text.AsSpan(0, char.IsHighSurrogate(text[MaxText - 1]) ? MaxText - 1 : MaxText)}…";

    /// <summary>An invalidation in the list.</summary>
    public static object Row(CacheInvalidation one) => new
    {
        time = one.Time.ToUnixTimeMilliseconds(),
        one.Cause,
        names = one.Names.Take(MaxNames).Select(Short),
        moreNames = Math.Max(0, one.Names.Count - MaxNames),
        one.Keys,
        one.Stamps,
        one.Dropped,
    };

    /// <summary>A query in the list.</summary>
    public static object Row(QueryDiagnostics query) => new
    {
        query.Id,
        label = Short(query.Label),
        query.Hits,
        query.Misses,
        query.Bypasses,
        loadMilliseconds = query.MeanLoadTime.TotalMilliseconds,
        savedMilliseconds = query.TimeSaved.TotalMilliseconds,
        query.LastBytes,
    };

    /// <summary>All that is known of a query, or why there is nothing.</summary>
    public static object Explain(ICache cache, string? id)
        => cache.Diagnostics.Queries.FirstOrDefault(query => query.Id.Length > 0 && string.Equals(query.Id, id, StringComparison.Ordinal)) is not { } query
            ? new { reason = "This cache has not met such a query since it was started." }
            : new
            {
                reason = (string?)null,
                query.Id,
                query.Label,
                query.Tags,
                query.Tables,
                query.Sql,
                query.Hits,
                query.RemoteHits,
                query.StaleHits,
                query.Misses,
                query.JoinedLoads,
                query.Loads,
                query.FailedLoads,
                query.Bypasses,
                loadMilliseconds = query.MeanLoadTime.TotalMilliseconds,
                savedMilliseconds = query.TimeSaved.TotalMilliseconds,
                query.LastBytes,
            };
}
