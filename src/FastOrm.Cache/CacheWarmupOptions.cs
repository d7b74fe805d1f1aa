namespace FastOrm.Cache;

/// <summary>How the warm-ups of an application run. Immutable.</summary>
public sealed record CacheWarmupOptions
{
    /// <summary>How many items are loaded at a time, of all warm-ups together. Default 4; from 1 up to 256.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is outside of its range.</exception>
    public int Parallelism
    {
        get;
        init => field = value is >= 1 and <= 256
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(Parallelism), value, "CacheWarmupOptions.Parallelism must be from 1 up to 256.");
    } = 4;

    /// <summary>
    /// Whether the host starts its other services only when all warm-ups have ended. Default <see langword="false"/>: they run
    /// beside them.
    /// </summary>
    public bool BlocksStart { get; init; }

    /// <summary>
    /// Whether the start of the host fails if anything has failed; that blocks the start, whatever <see cref="BlocksStart"/>
    /// says. Default <see langword="false"/>: failures are logged and counted.
    /// </summary>
    public bool FailureStopsStart { get; init; }

    /// <summary>
    /// Is told after each item and when a warm-up has ended; for one warm-up, one call at a time. It holds up the warm-up, and
    /// what it throws is logged. Null by default.
    /// </summary>
    public Action<CacheWarmupProgress>? OnProgress { get; init; }

    /// <summary>
    /// The source of time for <see cref="CacheWarmupProgress.Elapsed"/>. Default <see cref="TimeProvider.System"/>.
    /// </summary>
    /// <exception cref="ArgumentNullException">It is null.</exception>
    public TimeProvider TimeProvider
    {
        get;
        init => field = value ?? throw new ArgumentNullException(
            nameof(TimeProvider), "CacheWarmupOptions.TimeProvider must not be null.");
    } = TimeProvider.System;
}
