namespace WebShop.Load;

/// <summary>What was measured in one interval of a run.</summary>
/// <param name="Cache">Whether the cache was on.</param>
/// <param name="Second">When the interval ended, in seconds since its half of the run began.</param>
/// <param name="PerSecond">Requests per second.</param>
/// <param name="P50">The latency that half of the requests did not exceed, in milliseconds.</param>
/// <param name="P99">The latency that 99 of 100 requests did not exceed, in milliseconds.</param>
public sealed record LoadSample(bool Cache, double Second, double PerSecond, double P50, double P99);

/// <summary>What was measured in one half of a run.</summary>
/// <param name="Requests">How many requests were answered.</param>
/// <param name="PerSecond">Requests per second.</param>
/// <param name="P50">The latency that half of the requests did not exceed, in milliseconds.</param>
/// <param name="P99">The latency that 99 of 100 requests did not exceed, in milliseconds.</param>
/// <param name="Commands">SQL commands for each request.</param>
/// <param name="Failures">How many requests failed; they are not among the others.</param>
public sealed record LoadTotals(long Requests, double PerSecond, double P50, double P99, double Commands, long Failures);

/// <summary>A run as far as it has come.</summary>
/// <param name="Running">Whether it goes on.</param>
/// <param name="Seconds">How long each half takes.</param>
/// <param name="Samples">What was measured so far.</param>
/// <param name="On">The half with the cache on, once it is over.</param>
/// <param name="Off">The half with the cache off, once it is over.</param>
public sealed record LoadState(bool Running, double Seconds, IReadOnlyList<LoadSample> Samples, LoadTotals? On, LoadTotals? Off)
{
    public static readonly LoadState None = new(false, 0, [], null, null);
}
