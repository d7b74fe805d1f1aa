namespace FastOrm.Cache;

/// <summary>What a cache does, more closely than its <see cref="ICache.Statistics"/>. An immutable snapshot.</summary>
public sealed record CacheDiagnostics
{
    /// <summary>The last invalidations, the newest first; at most 256.</summary>
    public IReadOnlyList<CacheInvalidation> RecentInvalidations { get; init; } = [];
}
