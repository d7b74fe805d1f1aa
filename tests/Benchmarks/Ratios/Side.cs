using System.Diagnostics;

namespace FastOrm.Cache.Benchmarks.Ratios;

/// <summary>One side of a comparison. Every batch is checked: a "hit" that reached the database is not a measurement.</summary>
/// <param name="name">What a failed check calls it.</param>
/// <param name="operations">
/// Does the operation so many times. The loop is the side's own, so that an operation of nanoseconds pays for no delegate.
/// </param>
/// <param name="runsSql">Whether each operation runs at least one SQL command; otherwise none runs any.</param>
internal sealed class Side(string name, Action<int> operations, bool runsSql)
{
    /// <summary>Does a batch of operations and tells how long one of them took.</summary>
    public Sample Time(int count)
    {
        var commands = CommandCounter.Count;
        var busy = Environment.CpuUsage.TotalTime;
        var start = Stopwatch.GetTimestamp();
        operations(count);
        var elapsed = Stopwatch.GetElapsedTime(start);
        busy = Environment.CpuUsage.TotalTime - busy;
        Check(count, CommandCounter.Count - commands);
        return new(elapsed, elapsed.TotalSeconds / count, IsInterrupted: busy < elapsed * 0.95);
    }

    /// <summary>The bytes that this thread allocates for one operation: the median of a few batches.</summary>
    public long BytesPerOperation(int count)
    {
        var samples = new double[9];
        foreach (ref var sample in samples.AsSpan())
        {
            var commands = CommandCounter.Count;
            var before = GC.GetAllocatedBytesForCurrentThread();
            operations(count);
            sample = (double)(GC.GetAllocatedBytesForCurrentThread() - before) / count;
            Check(count, CommandCounter.Count - commands);
        }

        return (long)Math.Round(PairedTimer.Median(samples));
    }

    private void Check(int count, long commands)
    {
        if (runsSql ? commands < count : commands != 0)
        {
            var rule = runsSql ? "each must run at least one" : "none must run any";
            throw new MeasurementException($"{name}: {count} operations ran {commands} SQL commands, but {rule}.");
        }
    }
}

/// <summary>One batch.</summary>
/// <param name="Elapsed">How long the batch took.</param>
/// <param name="PerOperation">How long one of its operations took, in seconds.</param>
/// <param name="IsInterrupted">Whether the batch waited, most likely because something else had the processor.</param>
internal readonly record struct Sample(TimeSpan Elapsed, double PerOperation, bool IsInterrupted);
