using System.Diagnostics;
using System.Runtime;

namespace FastOrm.Cache.Benchmarks.Ratios;

/// <summary>Compares two operations on a machine that has other things to do.</summary>
/// <remarks>
/// The sides take turns in one process, so what slows one soon slows the other, and a ratio is formed of neighbours before
/// the median is taken. A batch is long against the resolution of the clock and short against the time slices of the
/// machine, so that even a busy one leaves enough pairs of batches that nothing interrupted: only those are counted.
/// </remarks>
internal static class PairedTimer
{
    private const int FewestPairs = 15;
    private const int WaitingPairs = 101;
    private const int WaitingFactor = 10;
    private static readonly TimeSpan Batch = TimeSpan.FromMilliseconds(1.5);
    private static readonly TimeSpan FirstWarmUp = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan ShortestWarmUp = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWarmUp = TimeSpan.FromSeconds(2.4);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(0.4);
    private static readonly TimeSpan Measuring = TimeSpan.FromSeconds(1.7);

    /// <summary>
    /// Brings the code that all comparisons of a group share to its final form. The first comparison would otherwise be made
    /// while much of it is still being compiled, which on a busy machine outlasts the warm-up of one comparison.
    /// </summary>
    public static void WarmUp(Side a, Side b) => SizedBatches(a, b, FirstWarmUp, FirstWarmUp);

    /// <summary>The time of <paramref name="a"/> divided by that of <paramref name="b"/>, for one operation of each.</summary>
    public static double Ratio(Side a, Side b)
    {
        Settle();
        var counts = SizedBatches(a, b, ShortestWarmUp, LongestWarmUp);
        var random = new Random(1);
        var pairs = new List<Pair>();
        var start = Stopwatch.GetTimestamp();
        while (pairs.Count < FewestPairs || Stopwatch.GetElapsedTime(start) < Measuring)
        {
            // By chance, both the order and the length: pairs of one length fall into step with the time slices of a busy
            // machine, and then it is always the same side that is interrupted.
            var length = 0.5 + random.NextDouble();
            pairs.Add(Measured(a, Scaled(counts.A, length), b, Scaled(counts.B, length), aFirst: random.Next(2) == 0));
        }

        // A side that waits by itself is "interrupted" every time; then all pairs count.
        var undisturbed = pairs.FindAll(pair => !pair.IsInterrupted);
        return Median([.. (undisturbed.Count < FewestPairs ? pairs : undisturbed).Select(pair => pair.Ratio)]);
    }

    /// <summary>
    /// As <see cref="Ratio"/>, of operations that wait for another process. How busy this one is says nothing about them, so every pair counts; the
    /// batches are long, so that what the first operations of a batch cost, whose threads have gone to sleep, is small.
    /// </summary>
    public static double RatioOfWaits(Side a, Side b)
    {
        Settle();
        var counts = SizedBatches(a, b, ShortestWarmUp, LongestWarmUp);
        var random = new Random(1);
        var ratios = new double[WaitingPairs];
        for (var i = 0; i < ratios.Length; i++)
        {
            ratios[i] = Measured(a, counts.A * WaitingFactor, b, counts.B * WaitingFactor, aFirst: random.Next(2) == 0).Ratio;
        }

        return Median(ratios);
    }

    public static double Median(double[] samples)
    {
        Array.Sort(samples);
        var middle = samples.Length / 2;
        return samples.Length % 2 == 1 ? samples[middle] : (samples[middle - 1] + samples[middle]) / 2;
    }

    private static Pair Measured(Side a, int countA, Side b, int countB, bool aFirst)
    {
        var early = aFirst ? a.Time(countA) : b.Time(countB);
        var late = aFirst ? b.Time(countB) : a.Time(countA);
        var ratio = aFirst ? early.PerOperation / late.PerOperation : late.PerOperation / early.PerOperation;
        return new(ratio, early.IsInterrupted || late.IsInterrupted);
    }

    private static int Scaled(int count, double factor) => Math.Max(1, (int)(count * factor));

    // Sizing the batches again and again is the warm-up. The largest sizes are those of fully compiled code that nothing
    // interrupted; a size taken during an interruption would give the two sides batches of unequal length.
    private static (int A, int B) SizedBatches(Side a, Side b, TimeSpan shortest, TimeSpan longest)
    {
        var start = Stopwatch.GetTimestamp();
        var compiling = new Compiling();
        var counts = (A: 1, B: 1);
        do
        {
            counts = (Math.Max(counts.A, CountPerBatch(a)), Math.Max(counts.B, CountPerBatch(b)));
        }
        while (Stopwatch.GetElapsedTime(start) is var elapsed
            && elapsed < longest
            && (elapsed < shortest || compiling.QuietFor() < Quiet));

        return counts;
    }

    private static int CountPerBatch(Side side)
    {
        for (var count = 1; ; count *= 2)
        {
            var sample = side.Time(count);
            if (sample.Elapsed >= Batch / 2)
            {
                return Math.Max(1, (int)(Batch.TotalSeconds / sample.PerOperation));
            }
        }
    }

    // The garbage of one comparison is not paid for by the next.
    private static void Settle()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }

    // Code is compiled again, from what its first runs were like, some time after those runs and in the background.
    private sealed class Compiling
    {
        private long _methods = -1;
        private long _since;

        public TimeSpan QuietFor()
        {
            var methods = JitInfo.GetCompiledMethodCount();
            if (methods != _methods)
            {
                (_methods, _since) = (methods, Stopwatch.GetTimestamp());
            }

            return Stopwatch.GetElapsedTime(_since);
        }
    }

    private readonly record struct Pair(double Ratio, bool IsInterrupted);
}
