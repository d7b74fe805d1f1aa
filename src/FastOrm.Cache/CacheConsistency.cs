namespace FastOrm.Cache;

/// <summary>What a cache whose tier is shared with other nodes promises of their writes. <c>docs/coherence.md</c> states both in full.</summary>
public enum CacheConsistency
{
    /// <summary>
    /// What is in the memory of this node is served while the node is in touch: changes that other nodes make are heard of within
    /// milliseconds, and within two poll intervals if a message is lost.
    /// </summary>
    Eventual,

    /// <summary>
    /// Nothing is served that is older than a change which the shared tier had carried out before the call. Each call asks that tier, also for
    /// what is in memory; if it cannot be asked, nothing is served from the cache.
    /// </summary>
    Verified,
}
