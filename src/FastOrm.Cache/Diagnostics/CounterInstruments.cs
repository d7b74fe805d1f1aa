using System.Diagnostics.Metrics;
using System.Runtime.InteropServices;
using FastOrm.Cache.Engine;

namespace FastOrm.Cache.Diagnostics;

/// <summary>The instruments that observe the counters of caches. <c>docs/operations.md</c> lists them.</summary>
internal static class CounterInstruments
{
    public static void AddTo(Meter meter, Func<IEnumerable<CacheEngine>> caches)
    {
        Counter("hits", "{hit}", "Reads that were answered from the cache.", static (cache, tell) =>
        {
            tell(cache.Counters.MemoryHits, "cache.tier", "memory");
            tell(cache.Counters.RemoteHits.Value, "cache.tier", "remote");
        });
        Counter("stale_hits", "{hit}", "Misses that were answered with a value whose time was over.", Of(static counters => counters.StaleHits));
        Counter("misses", "{miss}", "Reads for which there was no valid entry.", Of(static counters => counters.Misses));
        Counter("loads", "{load}", "Loads that were begun.", Of(static counters => counters.Loads));
        Counter("loads.joined", "{load}", "Misses that were answered by the load of another caller.", Of(static counters => counters.JoinedLoads));
        Counter("loads.failed", "{load}", "Loads that ended with an exception or were cancelled.", Of(static counters => counters.FailedLoads));
        Counter("stores", "{entry}", "Entries that were stored.", static (cache, tell) =>
        {
            tell(cache.Counters.Stores.Value, "cache.tier", "memory");
            tell(cache.Counters.RemoteStores.Value, "cache.tier", "remote");
        });
        Counter("evictions", "{entry}", "Entries that left because memory was full.", Of(static counters => counters.Evictions));
        Counter("expirations", "{entry}", "Dead entries that were removed from memory.", Of(static counters => counters.Expirations));
        Counter("certain.reads", "{read}", "Reads with Consistency = Verified.", Of(static counters => counters.CertainReads));
        Counter("certain.hits", "{hit}", "Those of them that were answered from the cache.", Of(static counters => counters.CertainHits));
        Counter("verify.hits", "{hit}", "Hits that were compared with the source.", Of(static counters => counters.Verified));
        Counter("verify.mismatches", "{mismatch}", "Verified hits that differed from the source.", Of(static counters => counters.VerifyMismatches));
        Counter("verify.discards", "{hit}", "Hits that could not be judged because of a change meanwhile.", Of(static counters => counters.VerifyDiscards));
        Counter("verify.failures", "{hit}", "Hits that could not be compared with the source.", Of(static counters => counters.VerifyFailures));
        Counter("remote.failures", "{operation}", "Operations of the tier that nodes share which failed.", Of(static counters => counters.RemoteFailures));
        Counter("invalidations", "{invalidation}", "Invalidations, those of other nodes included.", static (cache, tell) =>
        {
            foreach (var cause in Enum.GetValues<InvalidationCause>())
            {
                tell(cache.Invalidations.CountOf(cause), "cache.invalidation.cause", SnakeCase.Of(cause.ToString()));
            }
        });
        Counter("bypasses", "{operation}", "Reads and stores that were left out on purpose.", static (cache, tell) =>
        {
            foreach (var (reason, count) in cache.Counters.Bypasses)
            {
                tell(count.Value, "cache.bypass.reason", reason);
            }
        });
        Counter("query.hits", "{hit}", "Hits of queries by the text of their TagWith.", ByTag(static query => query.Hits));
        Counter("query.misses", "{miss}", "Misses of queries by the text of their TagWith.", ByTag(static query => query.Misses.Value));
        Counter("query.loads", "{load}", "Loads of queries by the text of their TagWith.", ByTag(static query => query.Loads.Value));

        UpDown("entries", "{entry}", "Entries in memory.", static (cache, tell) => tell(cache.Memory.Count));
        UpDown("memory.usage", "By", "The estimated size of the entries in memory.", static (cache, tell) => tell(cache.Memory.Bytes));
        UpDown("remote.backlog", "{change}", "Changes that wait to be told to other nodes.", Remote(static state => state.Backlog));
        Gauge("remote.breaker", "1", "Whether the shared tier is asked: 0 closed, 1 open, 2 half open.", Remote(static state => (int)state.Breaker), Math.Max);
        Gauge("remote.listening", "1", "Whether the changes of other nodes are heard.", Remote(static state => state.IsListening ? 1 : 0), Math.Min);
        Gauge("remote.trusted", "1", "Whether memory is trusted: the shared tier was heard of lately.", Remote(static state => state.IsTrusted ? 1 : 0), Math.Min);

        void Counter(string name, string unit, string description, Observer observer)
            => meter.CreateObservableCounter(Full(name), () => Observe(caches(), observer), unit, description);

        void UpDown(string name, string unit, string description, Observer observer)
            => meter.CreateObservableUpDownCounter(Full(name), () => Observe(caches(), observer), unit, description);

        void Gauge(string name, string unit, string description, Observer observer, Func<long, long, long> both)
            => meter.CreateObservableGauge(Full(name), () => Observe(caches(), observer, both), unit, description);
    }

    private static string Full(string name) => "fastorm.cache." + name;

    private static Observer Of(Func<CacheCounters, Counter> counter) => (cache, tell) => tell(counter(cache.Counters).Value);

    private static Observer Remote(Func<RemoteTierStatistics, long> value) => (cache, tell) =>
    {
        if (cache.Remote is { } remote)
        {
            tell(value(remote.Statistics));
        }
    };

    private static Observer ByTag(Func<QueryCounters, long> value) => (cache, tell) =>
    {
        foreach (var (tag, sum) in cache.Queries.All.GroupBy(static query => query.MetricTag, value, static (tag, values) => (tag, values.Sum()), StringComparer.Ordinal))
        {
            tell(sum, "cache.query.tag", tag);
        }
    };

    // Caches of one name, which an application may make by itself, are one series: of two measurements of a series one would be lost.
    private static List<Measurement<long>> Observe(IEnumerable<CacheEngine> caches, Observer observer, Func<long, long, long>? both = null)
    {
        var series = new Dictionary<(string Cache, string? Tag, string? Text), long>();
        foreach (var cache in caches)
        {
            observer(cache, (value, tag, text) =>
            {
                ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(series, (cache.Name, tag, text), out var isKnown);
                known = !isKnown ? value : both is null ? known + value : both(known, value);
            });
        }

        return series.Select(static one => new Measurement<long>(one.Value, TagsOf(one.Key.Cache, one.Key.Tag, one.Key.Text))).ToList();
    }

    private static KeyValuePair<string, object?>[] TagsOf(string cache, string? tag, string? text)
        => tag is null ? [new("cache.name", cache)] : [new("cache.name", cache), new(tag, text)];

    private delegate void Observer(CacheEngine cache, Tell tell);

    private delegate void Tell(long value, string? tag = null, string? text = null);
}
