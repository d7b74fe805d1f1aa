using FastOrm.Cache.Coherence;
using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.Memory;
using FastOrm.Cache.Stamps;
using FastOrm.Cache.Values;

namespace FastOrm.Cache.Engine;

/// <summary>The one implementation of <see cref="ICache"/>: tiers, stamps and loads behind one name.</summary>
internal sealed partial class CacheEngine : ICache
{
    private readonly FastOrmCacheOptions _options;
    private readonly ValueKeeper _keeper;
    private readonly IRemoteCacheTier? _tier;
    private readonly bool _ownsTier;
    private readonly RemoteLink? _remote;
    private readonly CleanupTimer _cleanup;
    private readonly StatisticsTimer? _statistics;
    private readonly CacheInstruments _instruments;
    private long _loadNumber;

    public CacheEngine(string name, FastOrmCacheOptions options)
    {
        Name = name;
        _options = options.Validated();
        Switch(_options.IsEnabled, _options.DryRun);
        Clock = new Clock(_options.TimeProvider);
        Counters = new CacheCounters(_options.MaxQueryTags);
        (_tier, _ownsTier) = _options.RemoteTierOf(name);
        Stamps = new StampTable(isShared: _tier is not null);
        Loads = new LoadTable(_options.LoadWait, _options.TimeProvider);
        _keeper = new ValueKeeper(_options);
        Events = new CacheEvents(this);
        Invalidations = new InvalidationLog(_options.TimeProvider);
        Verdicts = new PendingVerdicts(this);
        Memory = _options.LocalTierOf(name, new Leavers(Clock, Counters, Events, Invalidations).Add);
        _cleanup = new CleanupTimer(Memory, _options.CleanupInterval, Clock);
        _remote = _tier is null ? null : new RemoteLink(_tier, Stamps, Memory, Counters, Invalidations, Clock, _options.RemoteTerms(name));
        _instruments = CacheInstruments.Of(_options.MeterFactory);
        _instruments.Add(this);
        _statistics = _options.StatisticsInterval is { } interval ? new StatisticsTimer(this, _options.Logger(), interval) : null;
    }

    public string Name { get; }

    public CacheStatistics Statistics => Counters.Snapshot(Memory.Count, Memory.Bytes, _remote?.Statistics);

    public CacheDiagnostics Diagnostics
    {
        get
        {
            var (queries, values) = Queries.Snapshot(Statistics, Counters.ValueHits);
            return new CacheDiagnostics { Queries = queries, Values = values, RecentInvalidations = Invalidations.Recent };
        }
    }

    public Clock Clock { get; }

    public CacheCounters Counters { get; }

    /// <summary>What each query has done.</summary>
    public QueryRegistry Queries => Counters.Queries;

    /// <summary>The last invalidations.</summary>
    public InvalidationLog Invalidations { get; }

    /// <summary>Hits that were found wrong, as long as it is not certain.</summary>
    public PendingVerdicts Verdicts { get; }

    public StampTable Stamps { get; }

    /// <summary>The link to the tier that nodes share; null for a cache in memory alone.</summary>
    public RemoteLink? Remote => _remote;

    /// <summary>The tier of this process.</summary>
    public ILocalCacheTier Memory { get; }

    public LoadTable Loads { get; }

    public int MaxRows => _options.MaxRows;

    public long MaxResultBytes => _options.MaxResultBytes;

    public TimeSpan DefaultTtl => _options.DefaultTtl;

    public TimeSpan DefaultLocalTtl => _options.LocalTtl ?? Timeout.InfiniteTimeSpan;

    public TimeSpan? LoadLease => _options.LoadLease;

    public TimeSpan PollInterval => _options.PollInterval;

    public int CompressRowsFrom => _options.CompressRowsFrom ?? int.MaxValue;

    public CacheTiers DefaultTiers => _options.Tiers;

    public CacheEvents Events { get; }

    /// <summary>The valid entry of the key, not older than <paramref name="maxAge"/> milliseconds, or null. Takes no lock.</summary>
    public LocalCacheEntry? Find(in LocalCacheKey key, long maxAge)
        => LookUpWatch.IsWanted(_instruments) ? FindWatched(key, maxAge) : Find(key, maxAge, Clock.Now);

    /// <summary>The same for one who does not read it: nobody who measures is told.</summary>
    public LocalCacheEntry? Peek(in LocalCacheKey key, long maxAge) => Find(key, maxAge, Clock.Now);

    private LocalCacheEntry? FindWatched(in LocalCacheKey key, long maxAge)
    {
        var watch = new LookUpWatch(
            _instruments, Clock.Provider, Name, key.Identity is string ? CacheActivities.Value : CacheActivities.Query);
        LocalCacheEntry? entry = null;
        try
        {
            return entry = Find(key, maxAge, Clock.Now);
        }
        finally
        {
            watch.End(isHit: entry is not null); // Also if a tier of the application throws: its span would stay the current one.
        }
    }

    /// <summary>The same for one who has read the clock.</summary>
    public LocalCacheEntry? Find(in LocalCacheKey key, long maxAge, long now)
    {
        var entry = FindKept(key, now);
        if (entry is null || now >= entry.FreshUntil || now - entry.StoredAt >= maxAge)
        {
            return null;
        }

        if (!Dependency.AreCurrent(entry.Dependencies))
        {
            Invalidations.FoundDead(entry);
            return null;
        }

        return entry;
    }

    // Whether or not its time is over.
    private LocalCacheEntry? FindKept(in LocalCacheKey key, long now)
    {
        if (_remote is { } remote && now >= remote.TrustedUntil)
        {
            remote.Distrust(now);
        }

        return Memory.Find(key, now);
    }

    /// <summary>Notes that a load begins now.</summary>
    public LoadStart StartLoad()
    {
        Counters.Loads.Increment();
        return StartedAt(Clock.Now) with { Began = Clock.Provider.GetTimestamp() };
    }

    /// <summary>Notes that the source has answered a load, and how long that took.</summary>
    public void EndLoad(LoadStart start, QueryCounters of)
    {
        var time = Clock.Provider.GetElapsedTime(start.Began);
        of.Loaded(time);
        Counters.LoadTicks.Add(time.Ticks);
        if (_instruments.LoadDuration.Enabled)
        {
            _instruments.LoadDuration.Record(
                time.TotalSeconds,
                KeyValuePair.Create<string, object?>("cache.name", Name),
                KeyValuePair.Create<string, object?>("cache.kind", of == Queries.Values ? CacheActivities.Value : CacheActivities.Query));
        }
    }

    /// <summary>The beginning of a load that is not made here.</summary>
    public LoadStart StartedAt(long at) => new(at, Interlocked.Increment(ref _loadNumber));

    /// <summary>Stores a value whose load began after the dependencies were read.</summary>
    /// <returns>Whether it was stored: not if a stamp has changed since, because then it could never be served.</returns>
    public bool Store(
        in LocalCacheKey key, object? value, Dependency[] dependencies, LoadStart start, long freshFor, int size, long staleFor = 0)
        => Store(NewEntry(key, value, dependencies, start, Clock.Sum(start.At, freshFor), staleFor, staleIfError: 0, size));

    /// <summary>For how long a result is kept, in milliseconds from the beginning of its load.</summary>
    public long FreshFor(TimeSpan ttl, bool isEmpty, TimeSpan? emptyTtl = null)
        => Math.Max(1, EntryTerms.Milliseconds(Lifetime(ttl, isEmpty ? emptyTtl ?? _options.EmptyTtl : null, _options.Jitter)));

    /// <summary>Stores an entry, unless it was overtaken.</summary>
    public bool Store(LocalCacheEntry entry)
    {
        if (!IsEnabled)
        {
            return false;
        }

        Memory.Store(entry, Clock.Now);
        if (entry.Conclude() is not { } isValid)
        {
            // It may be one that was forgotten meanwhile.
            Memory.Remove(entry.Key);
            throw new InvalidOperationException(
                $"{Memory.GetType()}.{nameof(ILocalCacheTier.Store)} has not asked whether the entry may be stored. Call "
                    + $"{nameof(LocalCacheEntry)}.{nameof(LocalCacheEntry.MayReplace)} under the lock under which entries are removed.");
        }

        if (isValid)
        {
            Counters.Stores.Increment();
        }

        return isValid;
    }

    public void Dispose()
    {
        Switch(disposed: true);
        Verdicts.Dispose();
        Queries.IsOver = true;
        _instruments.Remove(this);
        _statistics?.Dispose();
        FastCache.Disposed(this);
        _remote?.Dispose();
        if (_ownsTier)
        {
            _ = _tier!.DisposeAsync().AsTask();
        }

        _cleanup.Dispose();
        Memory.Dispose();
    }

    private static TimeSpan Lifetime(TimeSpan ttl, TimeSpan? limit, double jitter)
    {
        if (ttl == Timeout.InfiniteTimeSpan)
        {
            ttl = TimeSpan.MaxValue; // The infinite one is negative.
        }

        if (limit is { } shorter && shorter != Timeout.InfiniteTimeSpan && shorter < ttl)
        {
            ttl = shorter;
        }

        return jitter > 0 && ttl < TimeSpan.FromDays(3650) ? ttl * (1 - Random.Shared.NextDouble() * jitter) : ttl;
    }
}
