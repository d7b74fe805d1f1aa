using System.Collections.Frozen;

namespace FastOrm.Cache;

/// <summary>What a cache holds and has done since it was created. An immutable snapshot.</summary>
public sealed record CacheStatistics
{
    /// <summary>Reads answered from the cache.</summary>
    public long Hits { get; init; }

    /// <summary>
    /// Reads that were answered with a value whose time was over, because it was being loaded anew or could not be. They are counted as
    /// misses too.
    /// </summary>
    public long StaleHits { get; init; }

    /// <summary>Reads that found no valid entry and went to the source.</summary>
    public long Misses { get; init; }

    /// <summary>Loads that ran against the source. Fewer than <see cref="Misses"/> when callers shared a load.</summary>
    public long Loads { get; init; }

    /// <summary>Reads that waited for the load of another caller and were answered by it.</summary>
    public long JoinedLoads { get; init; }

    /// <summary>Loads that ended with an exception or were cancelled.</summary>
    public long FailedLoads { get; init; }

    /// <summary>The time that loads took together which were carried out.</summary>
    public TimeSpan LoadTime { get; init; }

    /// <summary>Entries stored.</summary>
    public long Stores { get; init; }

    /// <summary>Entries removed because the cache was full.</summary>
    public long Evictions { get; init; }

    /// <summary>Entries removed because their time was over.</summary>
    public long Expirations { get; init; }

    /// <summary>Stamps that were changed: one for each tag, key or table that was invalidated.</summary>
    public long Invalidations { get; init; }

    /// <summary>Those of the <see cref="Hits"/> that the tier which nodes share has answered, because the memory of this one could not.</summary>
    public long RemoteHits { get; init; }

    /// <summary>Entries stored in the tier that nodes share.</summary>
    public long RemoteStores { get; init; }

    /// <summary>Operations of the tier that nodes share which failed or took too long.</summary>
    public long RemoteFailures { get; init; }

    /// <summary>How the cache stands with the tier that nodes share; <see langword="null"/> for a cache without one.</summary>
    public RemoteTierStatistics? Remote { get; init; }

    /// <summary>
    /// Reads with <see cref="CacheConsistency.Verified"/>, by values and results: before each the tier that nodes share was asked what has changed,
    /// and one question may have served many. None without such a tier.
    /// </summary>
    public long CertainReads { get; init; }

    /// <summary>Those of the <see cref="CertainReads"/> that the cache has answered, because it was certain: they are part of the <see cref="Hits"/>.</summary>
    public long CertainHits { get; init; }

    /// <summary>Hits that were compared with what the database gives; see <see cref="FastOrmCacheOptions.VerifyFraction"/>.</summary>
    public long Verified { get; init; }

    /// <summary>Those of the <see cref="Verified"/> hits whose rows were not those of the database, although nothing had been invalidated.</summary>
    public long VerifyMismatches { get; init; }

    /// <summary>Hits that could not be judged: something on which they depend was changed while they were being compared.</summary>
    public long VerifyDiscards { get; init; }

    /// <summary>Hits that could not be compared: the database has failed, or the rows are too many or of a type that has no bytes.</summary>
    public long VerifyFailures { get; init; }

    /// <summary>Entries held now.</summary>
    public long Entries { get; init; }

    /// <summary>The estimated size in bytes of the entries held now.</summary>
    public long Bytes { get; init; }

    /// <summary>
    /// How often a read or a store was left out on purpose, by reason: in a transaction, not keyable, over the size limit …
    /// Reads that were left out went to the source and are counted neither as hits nor as misses; where only the store was left out,
    /// the read is counted as a miss as well.
    /// </summary>
    public IReadOnlyDictionary<string, long> Bypasses { get; init; } = FrozenDictionary<string, long>.Empty;
}
