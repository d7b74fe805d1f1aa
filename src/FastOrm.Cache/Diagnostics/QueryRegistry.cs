using System.Collections.Concurrent;

namespace FastOrm.Cache.Diagnostics;

/// <summary>The counters of the queries that a cache remembers. Bounded: what comes after is counted together.</summary>
internal sealed class QueryRegistry
{
    /// <summary>How many queries have counters of their own.</summary>
    public const int Capacity = 1000;

    private const string OtherTag = "other";
    private const string NoTag = "untagged";

    private readonly ConcurrentDictionary<ulong, QueryCounters> _queries = new();
    private readonly HashSet<string> _tags = new(StringComparer.Ordinal);
    private readonly Lock _adding = new();
    private readonly int _maxTags;
    private volatile bool _isFull; // Asked of each query beyond the bound: to count the others takes all their locks.

    /// <param name="maxTags">How many tags the metrics tell apart.</param>
    public QueryRegistry(int maxTags = 100)
    {
        _maxTags = maxTags;
        Values = new QueryCounters(this, QueryIdentity.Values, NoTag);
        Other = new QueryCounters(this, QueryIdentity.Other, OtherTag);
    }

    /// <summary>The loads of values. The rest that is known of them is what remains of the sums of the cache.</summary>
    public QueryCounters Values { get; }

    /// <summary>The queries beyond the bound.</summary>
    public QueryCounters Other { get; }

    /// <summary>Whether the cache is disposed of: nobody need keep these counters at hand.</summary>
    public bool IsOver { get; set; }

    /// <summary>All queries, also what stands for those beyond the bound.</summary>
    public IEnumerable<QueryCounters> All => _queries.Select(static pair => pair.Value).Append(Other);

    /// <summary>The counters of a query.</summary>
    /// <param name="shape">The hash of its shape.</param>
    /// <param name="identify">Says what it is, the first time.</param>
    /// <param name="state">What that is made of.</param>
    public QueryCounters Of<TState>(ulong shape, Func<TState, QueryIdentity> identify, TState state)
        => _queries.TryGetValue(shape, out var counters) ? counters : _isFull ? Other : Add(shape, identify(state));

    /// <summary>The counters of a query by its <see cref="QueryDiagnostics.Id"/>, or null.</summary>
    public QueryCounters? Find(string id)
        => ulong.TryParse(id, System.Globalization.NumberStyles.AllowHexSpecifier, null, out var shape) ? _queries.GetValueOrDefault(shape) : null;

    /// <summary>All of it, those queries first that save most time.</summary>
    /// <param name="sums">The sums of the cache, of which what no query has done was done for values.</param>
    /// <param name="valueHits">The hits of values.</param>
    public (IReadOnlyList<QueryDiagnostics> Queries, QueryDiagnostics Values) Snapshot(CacheStatistics sums, long valueHits)
    {
        var queries = _queries.Select(static pair => pair.Value.Snapshot()).OrderByDescending(static query => query.TimeSaved).ToList();
        if (Other.Snapshot() is { } other && other.Hits + other.Misses + other.Bypasses > 0)
        {
            queries.Add(other);
        }

        return (queries, Values.Snapshot() with
        {
            Hits = valueHits,
            RemoteHits = Rest(sums.RemoteHits, static query => query.RemoteHits),
            StaleHits = Rest(sums.StaleHits, static query => query.StaleHits),
            Misses = Rest(sums.Misses, static query => query.Misses),
            JoinedLoads = Rest(sums.JoinedLoads, static query => query.JoinedLoads),
            FailedLoads = Rest(sums.FailedLoads, static query => query.FailedLoads),
        });

        // The counters go on while they are read.
        long Rest(long sum, Func<QueryDiagnostics, long> of) => Math.Max(0, sum - queries.Sum(of));
    }

    // One at a time: two that add one query at once would take its tag for that of another.
    private QueryCounters Add(ulong shape, QueryIdentity identity)
    {
        lock (_adding)
        {
            if (_queries.TryGetValue(shape, out var known))
            {
                return known;
            }

            if (_isFull)
            {
                return Other;
            }

            var added = _queries[shape] = new QueryCounters(this, identity, MetricTagOf(identity));
            _isFull = _queries.Count >= Capacity;
            return added;
        }
    }

    private string MetricTagOf(QueryIdentity identity)
        => identity.Tags.Length == 0 ? NoTag
            : _tags.Contains(identity.Label) || (_tags.Count < _maxTags && _tags.Add(identity.Label)) ? identity.Label
            : OtherTag;
}
