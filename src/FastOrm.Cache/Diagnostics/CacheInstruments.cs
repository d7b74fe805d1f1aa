using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using FastOrm.Cache.Engine;

namespace FastOrm.Cache.Diagnostics;

/// <summary>The instruments of all caches that share a <see cref="Meter"/>: one for each factory of meters, and one for those without.</summary>
/// <remarks>
/// Almost all of them observe counters that are there anyway, when somebody listens; a hit costs the same whoever does. The caches are held
/// weakly: one that was abandoned without being disposed of is collected.
/// </remarks>
internal sealed class CacheInstruments
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "FastOrm.Cache";

    private static readonly Lazy<CacheInstruments> Shared = new(static () => new CacheInstruments(new Meter(MeterName)));
    private static readonly ConditionalWeakTable<IMeterFactory, CacheInstruments> ByFactory = [];

    private readonly ConditionalWeakTable<CacheEngine, object> _caches = [];

    private CacheInstruments(Meter meter)
    {
        LookUpDuration = Seconds(
            meter, "fastorm.cache.lookup.duration", "The time of look-ups in memory; measured only while somebody listens.", [1e-7, 2.5e-7, 5e-7, 1e-6, 2.5e-6, 5e-6, 1e-5, 1e-4, 1e-3]);
        LoadDuration = Seconds(
            meter, "fastorm.cache.load.duration", "The time of loads that were carried out.", [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]);
        CounterInstruments.AddTo(meter, () => _caches.Select(static pair => pair.Key));
    }

    public Histogram<double> LookUpDuration { get; }

    public Histogram<double> LoadDuration { get; }

    /// <summary>Those of a factory; null for those of the process.</summary>
    public static CacheInstruments Of(IMeterFactory? factory)
        => factory is null
            ? Shared.Value
            : ByFactory.GetValue(factory, static factory => new CacheInstruments(factory.Create(new MeterOptions(MeterName))));

    public void Add(CacheEngine cache) => _caches.AddOrUpdate(cache, this);

    public void Remove(CacheEngine cache) => _caches.Remove(cache);

    private static Histogram<double> Seconds(Meter meter, string name, string description, double[] buckets)
        => meter.CreateHistogram(name, "s", description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = buckets });
}
