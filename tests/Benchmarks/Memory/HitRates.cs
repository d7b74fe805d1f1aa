using System.Globalization;
using FastOrm.Cache.Benchmarks.Ratios;
using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.Engine;
using FastOrm.Cache.Memory;
using FastOrm.Cache.Tests.Unit.Memory;

namespace FastOrm.Cache.Benchmarks.Memory;

/// <summary>Hit rates of the eviction on generated traces, beside those of an exact LRU of the same size.</summary>
internal static class HitRates
{
    private const int Capacity = 1_000;
    private const int Length = 500_000;

    /// <returns>The exit code: 1 if LRU was better on one of the traces.</returns>
    public static int Print()
    {
        (string Name, IEnumerable<int> Trace)[] traces =
        [
            ("Zipf 0.9 with 10 % scans", Traces.Zipf(Length, 20_000, 0.9, oneTime: 0.1)),
            ("loop slightly larger than the cache", Traces.Loop(Length, Capacity + Capacity / 50)),
            ("shifting hot set", Traces.ShiftingHotSet(Length, 800, 0.9, shiftEvery: 20_000, shift: 800)),
        ];
        Console.WriteLine($"{"trace",-38}{"cache %",10}{"LRU %",10}");
        var isBetter = true;
        foreach (var (name, trace) in traces)
        {
            var (ours, lru) = Measure(trace);
            isBetter &= ours > lru;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-38}{ours,10:0.0}{lru,10:0.0}"));
        }

        return isBetter ? 0 : 1;
    }

    private static (double Ours, double Lru) Measure(IEnumerable<int> trace)
    {
        var clock = new Clock(TimeProvider.System);
        using var tier = new MemoryTier(new LocalTierSettings("trace", Capacity, long.MaxValue / 4, static _ => { }));
        var lru = new ReferenceLru(Capacity);
        var (length, hits, lruHits) = (0, 0, 0);
        foreach (var number in trace)
        {
            // The hash of a string is seeded anew in every process; this one is the same in every run.
            var key = new LocalCacheKey(number, number);
            length++;
            lruHits += lru.Access(number) ? 1 : 0;
            if (tier.Find(key, clock.Now) is not null)
            {
                hits++;
            }
            else
            {
                tier.Store(new LocalCacheEntry(key, null, [], 0, Clock.Never, size: 10), clock.Now);
            }
        }

        return length > 0 ? (100.0 * hits / length, 100.0 * lruHits / length) : throw new MeasurementException("The trace is empty.");
    }
}
