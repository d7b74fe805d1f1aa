namespace FastOrm.Cache.Diagnostics;

/// <summary>The counters behind one <see cref="QueryDiagnostics"/>.</summary>
/// <param name="owner">Where they are kept.</param>
/// <param name="identity">What the query is.</param>
/// <param name="metricTag">Its tag in metrics.</param>
internal sealed class QueryCounters(QueryRegistry owner, QueryIdentity identity, string metricTag)
{
    private readonly StripedCounter _hits = new();
    private readonly Counter _loadTicks = new();

    public QueryRegistry Owner => owner;

    public QueryIdentity Identity => identity;

    /// <summary>By what metrics tell it apart: the texts of its <c>TagWith</c>, as far as there are not too many.</summary>
    public string MetricTag => metricTag;

    public long Hits => _hits.Value;

    public Counter RemoteHits { get; } = new();

    public Counter StaleHits { get; } = new();

    public Counter Misses { get; } = new();

    public Counter JoinedLoads { get; } = new();

    public Counter Loads { get; } = new();

    public Counter FailedLoads { get; } = new();

    public Counter Bypasses { get; } = new();

    public Counter LastBytes { get; } = new();

    /// <summary>The SQL of the first command without values; set once, when it is loaded for the first time.</summary>
    public string? Sql { get; set; }

    /// <summary>Counts hits: in the cache's sum, too.</summary>
    public void Hit(int count) => _hits.Add(count);

    public void Loaded(TimeSpan time)
    {
        _loadTicks.Add(time.Ticks);
        Loads.Increment();
    }

    public QueryDiagnostics Snapshot() => new()
    {
        Id = identity.Id,
        Label = identity.Label,
        Tags = identity.Tags,
        Tables = identity.Tables,
        Sql = Sql,
        Hits = Hits,
        RemoteHits = RemoteHits.Value,
        StaleHits = StaleHits.Value,
        Misses = Misses.Value,
        JoinedLoads = JoinedLoads.Value,
        Loads = Loads.Value,
        FailedLoads = FailedLoads.Value,
        Bypasses = Bypasses.Value,
        LoadTime = TimeSpan.FromTicks(_loadTicks.Value),
        LastBytes = LastBytes.Value,
    };
}
