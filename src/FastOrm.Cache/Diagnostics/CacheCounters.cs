using System.Collections.Concurrent;
using System.Collections.Frozen;

namespace FastOrm.Cache.Diagnostics;

/// <summary>The counters behind <see cref="CacheStatistics"/>.</summary>
/// <remarks>
/// Hits are counted on every hit by many threads, so they are striped over cache lines, and once: those of a query with the query. Everything
/// else is rare beside a database round trip and takes an interlocked increment.
/// </remarks>
/// <param name="maxQueryTags">How many tags of queries the metrics tell apart.</param>
internal sealed class CacheCounters(int maxQueryTags = 100)
{
    private readonly StripedCounter _valueHits = new();
    private readonly Counter _memoryHits = new();
    private readonly ConcurrentDictionary<string, Counter> _bypasses = new(StringComparer.Ordinal);

    public Counter StaleHits { get; } = new();

    public Counter Misses { get; } = new();

    public Counter Loads { get; } = new();

    public Counter JoinedLoads { get; } = new();

    public Counter FailedLoads { get; } = new();

    /// <summary>The time of loads that were carried out, in ticks.</summary>
    public Counter LoadTicks { get; } = new();

    public Counter Stores { get; } = new();

    public Counter Evictions { get; } = new();

    public Counter Expirations { get; } = new();

    public Counter Invalidations { get; } = new();

    public Counter RemoteHits { get; } = new();

    public Counter RemoteStores { get; } = new();

    public Counter RemoteFailures { get; } = new();

    /// <summary>The reads of those who want to be certain of what other nodes have changed.</summary>
    public Counter CertainReads { get; } = new();

    /// <summary>Those of them that the cache has answered.</summary>
    public Counter CertainHits { get; } = new();

    public Counter Verified { get; } = new();

    public Counter VerifyMismatches { get; } = new();

    public Counter VerifyDiscards { get; } = new();

    public Counter VerifyFailures { get; } = new();

    /// <summary>What was left out on purpose, by reason.</summary>
    public IEnumerable<KeyValuePair<string, Counter>> Bypasses => _bypasses;

    /// <summary>What each query has done.</summary>
    public QueryRegistry Queries { get; } = new(maxQueryTags);

    /// <summary>The hits of values under keys.</summary>
    public long ValueHits => _valueHits.Value;

    /// <summary>All hits.</summary>
    public long Hits => ValueHits + Queries.All.Sum(static query => query.Hits);

    /// <summary>Those of memory. Never less than it was: it is the difference of two counts that go on while they are read.</summary>
    public long MemoryHits => _memoryHits.RaiseTo(Hits - RemoteHits.Value);

    /// <summary>Counts hits of values.</summary>
    public void Hit(int count = 1) => _valueHits.Add(count);

    /// <summary>Counts a read or store that was left out on purpose.</summary>
    /// <param name="reason">One of a fixed set of texts: it becomes a key of <see cref="CacheStatistics.Bypasses"/>.</param>
    public void Bypass(string reason) => _bypasses.GetOrAdd(reason, static _ => new Counter()).Increment();

    public CacheStatistics Snapshot(long entries, long bytes, RemoteTierStatistics? remote = null) => new()
    {
        Hits = Hits,
        StaleHits = StaleHits.Value,
        Misses = Misses.Value,
        Loads = Loads.Value,
        JoinedLoads = JoinedLoads.Value,
        FailedLoads = FailedLoads.Value,
        LoadTime = TimeSpan.FromTicks(LoadTicks.Value),
        Stores = Stores.Value,
        Evictions = Evictions.Value,
        Expirations = Expirations.Value,
        Invalidations = Invalidations.Value,
        RemoteHits = RemoteHits.Value,
        RemoteStores = RemoteStores.Value,
        RemoteFailures = RemoteFailures.Value,
        Verified = Verified.Value,
        VerifyMismatches = VerifyMismatches.Value,
        VerifyDiscards = VerifyDiscards.Value,
        VerifyFailures = VerifyFailures.Value,
        CertainReads = CertainReads.Value,
        CertainHits = CertainHits.Value,
        Remote = remote,
        Entries = entries,
        Bytes = bytes,
        Bypasses = _bypasses.ToFrozenDictionary(pair => pair.Key, pair => pair.Value.Value, StringComparer.Ordinal),
    };
}
