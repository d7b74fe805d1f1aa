using System.Diagnostics.Metrics;
using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.Engine;
using FastOrm.Cache.Tests.Integration.Support;
using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry;

namespace FastOrm.Cache.Tests.Unit.Diagnostics;

[Collection(nameof(Alone))] // Who listens by a name listens to the caches of all tests.
public sealed class MetricsTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly OwnMeters _meters = new();
    private readonly CacheEngine _cache;

    public MetricsTests() => _cache = (CacheEngine)FastCache.Create(options => (options.TimeProvider, options.MeterFactory) = (_time, _meters), "shop");

    public void Dispose()
    {
        _cache.Dispose();
        _meters.Dispose();
    }

    [Fact]
    public async Task The_SDK_of_OpenTelemetry_collects_what_is_counted()
    {
        var metrics = new List<Metric>();
        using var provider = Sdk.CreateMeterProviderBuilder().AddMeter(CacheInstruments.MeterName)
            .AddReader(new BaseExportingMetricReader(new Collecting(metrics))).Build();
        await UseAsync();
        provider.ForceFlush();

        Assert.Equal(2, Sum("fastorm.cache.hits", ("cache.tier", "memory")));
        Assert.Equal(0, Sum("fastorm.cache.hits", ("cache.tier", "remote")));
        Assert.Equal(1, Sum("fastorm.cache.misses"));
        Assert.Equal(1, Sum("fastorm.cache.loads"));
        Assert.Equal(1, Sum("fastorm.cache.invalidations", ("cache.invalidation.cause", "flushed")));
        Assert.Equal(1, Sum("fastorm.cache.entries"));
        Assert.Equal("{hit}", metrics.First(static metric => metric.Name == "fastorm.cache.hits").Unit);
        var (count, seconds) = Histogram("fastorm.cache.load.duration");
        Assert.Equal((1, 0.25), (count, seconds));
        Assert.Equal(3, Histogram("fastorm.cache.lookup.duration").Count - 1); // The load looks once more when it is its turn.

        long Sum(string name, params (string Name, object Value)[] tags)
            => Points(name).Where(point => tags.All(tag => Has(point, tag))).Sum(static point => point.GetSumLong());

        (long Count, double Sum) Histogram(string name)
            => (Points(name).Sum(static point => point.GetHistogramCount()), Points(name).Sum(static point => point.GetHistogramSum()));

        List<MetricPoint> Points(string name)
        {
            var points = new List<MetricPoint>();
            foreach (ref readonly var point in metrics.Last(metric => metric.Name == name).GetMetricPoints())
            {
                if (Has(point, ("cache.name", "shop")))
                {
                    points.Add(point);
                }
            }

            return points;
        }

        static bool Has(MetricPoint point, (string Name, object Value) wanted)
        {
            foreach (var tag in point.Tags)
            {
                if (tag.Key == wanted.Name && Equals(tag.Value, wanted.Value))
                {
                    return true;
                }
            }

            return false;
        }
    }

    [Fact]
    public async Task A_disposed_cache_leaves_the_instruments()
    {
        await UseAsync();
        Assert.NotEmpty(Observed("fastorm.cache.misses"));

        _cache.Dispose();
        Assert.Empty(Observed("fastorm.cache.misses"));
    }

    [Fact]
    public void Queries_are_told_apart_by_their_tags_up_to_a_bound()
    {
        using var cache = (CacheEngine)FastCache.Create(options => (options.MaxQueryTags, options.MeterFactory) = (2, _meters), "bounded");
        string[][] tags = [["a"], ["b"], ["c"], ["d"], [], ["a"]];
        for (var i = 0UL; i < (ulong)tags.Length; i++)
        {
            cache.Queries.Of(i, static at => QueryIdentity.Of(at.i, at.Item2, []), (i, tags[i])).Hit(1);
        }

        Assert.Equal(
            [("a", 2), ("b", 1), ("other", 2), ("untagged", 1)],
            Observed("fastorm.cache.query.hits", "bounded").Select(static one => (one.Tag, (int)one.Value)).Order());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_hit_allocates_nothing_also_when_somebody_listens(bool measuresLookUps)
    {
        await UseAsync();
        var measured = 0;
        using var listener = new MeterListener();
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => measured++);
        listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == _meters && (measuresLookUps || instrument.IsObservable))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        listener.Start();
        Get();

        var before = GC.GetAllocatedBytesForCurrentThread();
        Get();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(measuresLookUps, measured > 0);

        void Get()
        {
            for (var i = 0; i < 100; i++)
            {
                Assert.True(_cache.TryGet<string>("a").HasValue);
            }
        }
    }

    [Fact]
    public void Caches_of_one_name_are_one_series()
    {
        using var twin = FastCache.Create(options => options.MeterFactory = _meters, "shop");
        _cache.TryGet<string>("none");
        twin.TryGet<string>("none");
        twin.TryGet<string>("none");

        Assert.Equal([("", 3L)], Observed("fastorm.cache.misses"));
        Assert.Equal([("memory", 0L), ("remote", 0L)], Observed("fastorm.cache.hits"));
    }

    [Fact]
    public void What_is_told_of_the_hits_of_memory_never_goes_back()
    {
        var counters = new CacheCounters();
        counters.Hit(10);
        Assert.Equal(10, counters.MemoryHits);

        counters.RemoteHits.Increment(); // Read between the two counts of one hit.
        Assert.Equal(10, counters.MemoryHits);
        counters.Hit();
        Assert.Equal(10, counters.MemoryHits);
        counters.Hit();
        Assert.Equal(11, counters.MemoryHits);
    }

    [Fact]
    public void Each_counter_has_an_instrument_of_its_own()
    {
        var counters = _cache.Counters;
        (Counter Counter, string Instrument, string Tag)[] all =
        [
            (counters.StaleHits, "stale_hits", ""),
            (counters.Misses, "misses", ""),
            (counters.Loads, "loads", ""),
            (counters.JoinedLoads, "loads.joined", ""),
            (counters.FailedLoads, "loads.failed", ""),
            (counters.Stores, "stores", "memory"),
            (counters.RemoteStores, "stores", "remote"),
            (counters.RemoteHits, "hits", "remote"),
            (counters.RemoteFailures, "remote.failures", ""),
            (counters.Evictions, "evictions", ""),
            (counters.Expirations, "expirations", ""),
            (counters.CertainReads, "certain.reads", ""),
            (counters.CertainHits, "certain.hits", ""),
            (counters.Verified, "verify.hits", ""),
            (counters.VerifyMismatches, "verify.mismatches", ""),
            (counters.VerifyDiscards, "verify.discards", ""),
            (counters.VerifyFailures, "verify.failures", ""),
        ];
        foreach (var (place, one) in all.Index())
        {
            one.Counter.Add(100 + place);
        }

        counters.Hit(500);
        counters.Bypass("a reason");

        Assert.All(all.Index(), one => Assert.Contains((one.Item.Tag, 100 + one.Index), Observed($"fastorm.cache.{one.Item.Instrument}")));
        Assert.Contains(("memory", 500 - counters.RemoteHits.Value), Observed("fastorm.cache.hits"));
        Assert.Equal([("a reason", 1)], Observed("fastorm.cache.bypasses"));
    }

    [Fact]
    public void How_the_shared_tier_is_and_what_memory_holds_have_instruments()
    {
        var store = new InMemoryRemoteStore(_time);
        using var cache = (CacheEngine)FastCache.Create(
            options => (options.TimeProvider, options.MeterFactory) = (_time, _meters), "alone");
        using var node = (CacheEngine)FastCache.Create(
            options =>
            {
                (options.TimeProvider, options.MeterFactory) = (_time, _meters);
                options.UseRemoteTier(_ => new InMemoryRemoteTier(store));
            },
            "shared");
        node.Set("k", new string('x', 1_000), TimeSpan.FromMinutes(1));

        Assert.Equal([("", node.Statistics.Bytes)], Observed("fastorm.cache.memory.usage", "shared"));
        Assert.InRange(node.Statistics.Bytes, 1_000, 10_000);
        Assert.Equal([("", 0)], Observed("fastorm.cache.remote.backlog", "shared"));
        Assert.Equal([("", 0)], Observed("fastorm.cache.remote.breaker", "shared"));
        Assert.Equal([("", 1)], Observed("fastorm.cache.remote.listening", "shared"));
        Assert.Equal([("", 1)], Observed("fastorm.cache.remote.trusted", "shared"));
        Assert.Empty(Observed("fastorm.cache.remote.trusted", "alone"));
    }

    [Fact]
    public void The_document_lists_the_instruments()
    {
        var published = new List<string>();
        using var listener = _meters.Listen(instrument =>
        {
            published.Add(instrument.Name);
            return false;
        });
        listener.Start();
        var rows = File.ReadLines(Path.Combine(Repository.Root, "docs", "operations.md")).Where(static line => line.StartsWith("| `fastorm.cache.", StringComparison.Ordinal));
        var listed = rows.SelectMany(static row => row.Split('|')[1].Split('`').Where(static (_, place) => place % 2 == 1))
            .Select(static name => name.StartsWith('.') ? $"fastorm.cache{name}" : name);

        Assert.Equal(published.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void With_dependency_injection_the_meter_is_that_of_the_application()
    {
        using var services = new ServiceCollection().AddFastOrmCache("metered").AddSingleton<IMeterFactory>(_meters).BuildServiceProvider();
        services.GetRequiredService<ICacheProvider>().Get("metered").Flush("x");

        Assert.NotEmpty(Observed("fastorm.cache.invalidations", "metered"));
    }

    private async Task UseAsync()
    {
        for (var i = 0; i < 3; i++)
        {
            await _cache.RememberAsync("a", new CacheEntryOptions(), _ =>
            {
                _time.Advance(TimeSpan.FromMilliseconds(250));
                return Task.FromResult("value");
            });
        }

        _cache.Flush("x");
    }

    private List<(string Tag, long Value)> Observed(string name, string cache = "shop")
    {
        var observed = new List<(string, long)>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == _meters && instrument.Name == name)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            if (tags.ToArray().Any(tag => tag.Key == "cache.name" && Equals(tag.Value, cache)))
            {
                observed.Add((tags.ToArray().Where(static tag => tag.Key != "cache.name").Select(static tag => $"{tag.Value}").FirstOrDefault() ?? "", value));
            }
        });
        listener.Start();
        listener.RecordObservableInstruments();
        return observed;
    }

    private sealed class Collecting(List<Metric> metrics) : BaseExporter<Metric>
    {
        public override ExportResult Export(in Batch<Metric> batch)
        {
            foreach (var metric in batch)
            {
                metrics.Add(metric);
            }

            return ExportResult.Success;
        }
    }
}
