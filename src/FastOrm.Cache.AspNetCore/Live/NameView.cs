namespace FastOrm.Cache.AspNetCore.Live;

/// <summary>
/// What a cache knows of a text that somebody has met somewhere: it may be the key of a value, the <c>TagWith</c> or a table of queries, or
/// what an invalidation names.
/// </summary>
internal static class NameView
{
    private const int MaxFound = 20;

    /// <summary>All of it, or why there is nothing. Whatever the text is, it is no error.</summary>
    public static object Of(ICache cache, string name)
    {
        var diagnostics = cache.Diagnostics;
        var queries = diagnostics.Queries
            .Where(query => query.Tags.Append(query.Label).Concat(query.Tables).Any(own => Is(name, own)))
            .Take(MaxFound)
            .Select(CacheView.Row)
            .ToList();
        var invalidations = diagnostics.RecentInvalidations
            .Where(one => one.Names.Any(own => Is(name, own)))
            .Take(MaxFound)
            .Select(CacheView.Row)
            .ToList();
        var value = cache.Explain(name);
        var isKnown = value.Age is not null || value.LastInvalidation is not null || queries.Count + invalidations.Count > 0;
        return new
        {
            name = CacheView.Short(name),
            reason = isKnown ? null : $"Nothing is known of it: {value.Reason}, and no query and none of the last invalidations has this name.",
            value = Row(value),
            queries,
            invalidations,
        };
    }

    // As it is, or as the page shows it.
    private static bool Is(string name, string own)
        => string.Equals(name, own, StringComparison.Ordinal) || string.Equals(name, CacheView.Short(own), StringComparison.Ordinal);

    private static object Row(CacheValueExplanation value) => new
    {
        value.IsHit,
        value.Reason,
        value.IsAbsence,
        ageMilliseconds = value.Age?.TotalMilliseconds,
        leftMilliseconds = Milliseconds(value.TimeLeft),
        staleMilliseconds = Milliseconds(value.StaleLeft),
        value.Bytes,
        lastInvalidation = value.LastInvalidation is { } last ? CacheView.Row(last) : null,
    };

    // JSON has no infinity: what has no end is negative.
    private static double? Milliseconds(TimeSpan? time) => time == Timeout.InfiniteTimeSpan ? -1 : time?.TotalMilliseconds;
}
