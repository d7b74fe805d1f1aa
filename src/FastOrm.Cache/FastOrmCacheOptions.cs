using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace FastOrm.Cache;

/// <summary>The options of one cache. They are read when the cache is created; later changes have no effect.</summary>
public sealed partial class FastOrmCacheOptions
{
    /// <summary>The most entries that memory holds. Default 100,000; at least 16.</summary>
    public int MaxEntries { get; set; } = 100_000;

    /// <summary>The most bytes that memory holds, by the estimated size of the entries. Default 256 MiB; at least 64 KiB.</summary>
    public long MaxBytes { get; set; } = 256L << 20;

    /// <summary>
    /// The time to live of an entry whose caller gives none. Default 5 minutes; more than zero, or
    /// <see cref="Timeout.InfiniteTimeSpan"/> for as long as it stays valid.
    /// </summary>
    public TimeSpan DefaultTtl { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The share of the time to live by which it is shortened at random, so that entries stored together do not expire
    /// together: 0.1 takes away up to a tenth. Default 0; from 0 up to 0.9.
    /// </summary>
    public double Jitter { get; set; }

    /// <summary>
    /// The longest time to live of an empty result (no rows, nothing found); <see langword="null"/> for that of any other
    /// result, as is <see cref="Timeout.InfiniteTimeSpan"/>. Default 1 minute; more than zero.
    /// </summary>
    public TimeSpan? EmptyTtl { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The longest time in the memory of this node of an entry whose caller gives none, where another tier keeps it longer; see
    /// <see cref="CacheEntryOptions.LocalTtl"/>. Not for what is set through <c>IDistributedCache</c>. Default <see langword="null"/>, as
    /// <see cref="Timeout.InfiniteTimeSpan"/> for no limit; more than zero.
    /// </summary>
    public TimeSpan? LocalTtl { get; set; }

    /// <summary>
    /// How long after its time a value or the result of a query is still served while one caller loads it anew; see
    /// <see cref="CacheEntryOptions.StaleFor"/>. Default zero; zero or more.
    /// </summary>
    public TimeSpan StaleFor { get; set; }

    /// <summary>
    /// How long after its time a value is served if it cannot be loaded anew; see <see cref="CacheEntryOptions.StaleIfError"/>. For
    /// values, not for queries. Default zero; zero or more.
    /// </summary>
    public TimeSpan StaleIfError { get; set; }

    /// <summary>
    /// How long after a load has failed the stale value is served without trying again. Default 1 second; zero or more.
    /// </summary>
    public TimeSpan RetryAfterError { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Which exceptions of loaders mean that there is no value; see <see cref="CacheEntryOptions.IsNotFound"/>, also for values of types
    /// without null. None by default.
    /// </summary>
    public Func<Exception, bool>? IsNotFound { get; set; }

    /// <summary>
    /// Whether callers share one object, which none of them may change. Default <see langword="false"/>: then only values of immutable
    /// types are shared, and of the others each caller gets a copy.
    /// </summary>
    public bool ShareValues { get; set; }

    /// <summary>How values are turned into bytes. Default <see cref="JsonCacheSerializer"/>.</summary>
    public ICacheSerializer Serializer { get; set; } = new JsonCacheSerializer();

    /// <summary>
    /// Whether a value that is stored as bytes is read again at once and compared, so that one that would lose something is not kept.
    /// Default <see langword="true"/>. It costs as much as another store.
    /// </summary>
    public bool VerifySerialized { get; set; } = true;

    /// <summary>The most rows of a result that is stored; a larger one is returned whole and not stored. Default 10,000; zero or more.</summary>
    public int MaxRows { get; set; } = 10_000;

    /// <summary>The largest estimated size in bytes of a result or value that is stored. Default 4 MiB; zero or more.</summary>
    public long MaxResultBytes { get; set; } = 4L << 20;

    /// <summary>
    /// How long a caller waits for another caller's load of the same key, or of several of its keys together, before it loads itself. Default
    /// 5 seconds; at most a day, and zero means that callers never wait.
    /// </summary>
    public TimeSpan LoadWait { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often expired entries are looked for and removed. Default 30 seconds; more than zero.</summary>
    public TimeSpan CleanupInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether the cache answers from the start; see <see cref="ICache.IsEnabled"/>. Default <see langword="true"/>.</summary>
    public bool IsEnabled { get; set; } = true;

    /// <summary>
    /// Whether the source answers although everything is looked up, stored, invalidated and counted as always; see
    /// <see cref="ICache.DryRun"/>. Default <see langword="false"/>.
    /// </summary>
    public bool DryRun { get; set; }

    /// <summary>
    /// The share of the hits of remembered queries and entities that are read from the database as well, within the same call, and compared:
    /// 0.01 for one in a hundred. A difference is counted (<see cref="CacheStatistics.VerifyMismatches"/>) and logged, what is stored is
    /// dropped, and the caller gets what the database has given. Default 0; from 0 to 1. See <c>docs/operations.md</c>.
    /// </summary>
    public double VerifyFraction { get; set; }

    /// <summary>The source of time for every expiry. Default <see cref="TimeProvider.System"/>.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>
    /// Which tiers the cache has. Default <see langword="null"/>: memory, and Redis as well if <see cref="Redis"/> has an address. See
    /// <see cref="Tiers"/> for keeping entries in one of them only.
    /// </summary>
    public CacheType? CacheType { get; set; }

    /// <summary>The Redis server. Of no effect for a cache in memory.</summary>
    public RedisCacheOptions Redis { get; private set; } = new();

    /// <summary>The tiers in which entries are kept whose caller does not say. Default: all that the cache has.</summary>
    public CacheTiers Tiers { get; set; } = CacheTiers.All;

    /// <summary>
    /// What is promised of the changes of other nodes. Default <see cref="CacheConsistency.Eventual"/>. Without a tier that nodes share there is
    /// no difference. One call can ask for another by <see cref="CacheEntryOptions.Consistency"/>, one query by that of its own options.
    /// </summary>
    public CacheConsistency Consistency { get; set; }

    /// <summary>
    /// For how long a node that loads what several nodes may want keeps the others waiting for it: one load per key among all nodes, for values
    /// and queries. A node that dies while it loads delays the others by no more. <see langword="null"/> (the default): each node loads for
    /// itself, once; so it does with what is only stale. A split query that is not read to its end keeps the others waiting for all that time. More
    /// than zero, at most an hour; longer than a load takes.
    /// </summary>
    public TimeSpan? LoadLease { get; set; }

    /// <summary>
    /// From how many bytes on the rows of queries are compressed in the tier that nodes share; <see langword="null"/> (the default) for never.
    /// See <c>docs/redis.md</c> for what it costs and saves; for values there is <see cref="CompressingCacheSerializer"/>. Zero or more.
    /// </summary>
    public int? CompressRowsFrom { get; set; }

    /// <summary>
    /// The keys with which entries are encrypted in the tier that nodes share: values, rows and what is set through <c>IDistributedCache</c>.
    /// <see langword="null"/> (the default): they are not. An entry that none of the keys decrypts is a miss. See <c>docs/redis.md</c> for what
    /// is hidden. Without such a tier it has no effect.
    /// </summary>
    public CacheEncryption? Encryption { get; set; }

    /// <summary>
    /// How often it is looked whether a change of another node was missed: the longest time that a lost message can leave an old value in
    /// the memory of a node. Default 1 second; more than zero, at most an hour.
    /// </summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// For how long memory is trusted while the changes of other nodes cannot be heard. It counts from the last poll that was answered, so a
    /// time shorter than <see cref="PollInterval"/> ends when the next poll fails. Default 10 seconds; zero or more, at most a day.
    /// </summary>
    public TimeSpan TrustWhileDisconnected { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Whether the other nodes are told before the changes of a context are committed, and not only after: so that they serve nothing old if
    /// this process dies in between. It costs each write a round trip to the shared tier before its commit. Default <see langword="true"/>;
    /// without a shared tier it means nothing. A write is never refused for it: if the tier does not answer in time, it is committed all the
    /// same, and <see cref="CacheStatistics.Bypasses"/> counts it.
    /// </summary>
    public bool CrashSafeWrites { get; set; } = true;

    /// <summary>
    /// For how long the tier remembers that a node was about to commit which has not been heard of since: as long as that, what it may have
    /// written is read from the database. A commit that takes longer is covered for as long as its process lives. Longer than any commit
    /// takes after its process has died. Default 10 seconds.
    /// </summary>
    public TimeSpan CrashMarkerLife { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Where a cache says what needs attention, as that Redis does not answer. Default <see langword="null"/>: with dependency injection that
    /// of the application, otherwise nowhere.
    /// </summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>
    /// How often the cache logs a table of what it did since the last: queries a minute, hit ratio, hits, misses, loads and failures of each tier.
    /// <see langword="null"/> (the default): never. At least a second, at most a day.
    /// </summary>
    public TimeSpan? StatisticsInterval { get; set; }

    /// <summary>
    /// How many texts of <c>TagWith</c> the metrics of queries tell apart; those that come later are <c>other</c>. Default 100; zero or more.
    /// </summary>
    public int MaxQueryTags { get; set; } = 100;

    /// <summary>
    /// Makes the <c>Meter</c> of the metrics. Default <see langword="null"/>: with dependency injection that of the application, otherwise one
    /// of the process.
    /// </summary>
    public IMeterFactory? MeterFactory { get; set; }
}
