namespace FastOrm.Cache.Patterns;

/// <summary>The times between tries: doubled with each, up to a limit, and shortened at random.</summary>
internal static class Backoff
{
    // More doublings than from a tick to a day.
    private const int MostDoublings = 50;

    /// <param name="failures">How often it has failed: one or more.</param>
    /// <param name="first">The time after the first failure.</param>
    /// <param name="longest">The longest time.</param>
    /// <param name="jitter">The share by which the time is shortened at random.</param>
    public static TimeSpan Delay(int failures, TimeSpan first, TimeSpan longest, double jitter)
    {
        var ticks = first.Ticks * Math.Pow(2, Math.Min(failures - 1, MostDoublings));
        return TimeSpan.FromTicks((long)Math.Min(ticks, longest.Ticks)) * (1 - Random.Shared.NextDouble() * jitter);
    }
}
