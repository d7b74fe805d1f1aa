namespace FastOrm.Cache;

/// <summary>What a cache does, more closely than its <see cref="ICache.Statistics"/>. An immutable snapshot.</summary>
public sealed record CacheDiagnostics
{
    /// <summary>
    /// The remembered queries, those first that save most time: at most 1,000. If there are more, the last of the list is named
    /// <c>other</c> and stands for all of them.
    /// </summary>
    public IReadOnlyList<QueryDiagnostics> Queries { get; init; } = [];

    /// <summary>All values under keys and results of functions together: their keys may be personal data.</summary>
    public QueryDiagnostics Values { get; init; } = new();

    /// <summary>The last invalidations, the newest first; at most 256.</summary>
    public IReadOnlyList<CacheInvalidation> RecentInvalidations { get; init; } = [];
}
