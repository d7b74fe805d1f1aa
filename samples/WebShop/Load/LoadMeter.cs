using WebShop.Cost;

namespace WebShop.Load;

/// <summary>Counts the requests of one half of a run. Counting is thread-safe; samples are taken by one.</summary>
public sealed class LoadMeter(bool cache, TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();
    private readonly LatencyHistogram _current = new();
    private readonly LatencyHistogram _all = new();
    private TimeSpan _last;
    private long _commands;
    private long _failures;

    public void Count(RequestCost cost, TimeSpan latency)
    {
        Interlocked.Add(ref _commands, cost.Commands);
        _current.Add(latency);
    }

    public void CountFailure() => Interlocked.Increment(ref _failures);

    /// <summary>What was measured since the last sample.</summary>
    public LoadSample Take()
    {
        var drained = _current.Drain(_all);
        var now = time.GetElapsedTime(_start);
        var interval = now - _last;
        _last = now;
        return new LoadSample(
            cache,
            now.TotalSeconds,
            drained.Count / Math.Max(interval.TotalSeconds, 0.001),
            drained.Percentile(0.5),
            drained.Percentile(0.99));
    }

    /// <summary>All that the samples have held.</summary>
    public LoadTotals Total()
    {
        var requests = _all.Count;
        return new LoadTotals(
            requests,
            requests / Math.Max(_last.TotalSeconds, 0.001),
            _all.Percentile(0.5),
            _all.Percentile(0.99),
            requests == 0 ? 0 : (double)Volatile.Read(ref _commands) / requests,
            Volatile.Read(ref _failures));
    }
}
