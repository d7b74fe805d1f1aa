using System.Runtime.CompilerServices;

namespace FastOrm.Cache;

/// <summary>How a <see cref="WriteBehindQueue{T}"/> works. Immutable.</summary>
/// <typeparam name="T">The type of the values.</typeparam>
public sealed record WriteBehindOptions<T>
{
    /// <summary>
    /// Gets every value that could not be written: its retries are used up, or the time of the shut-down was. It is waited for,
    /// and no other value of its key is written meanwhile. What it throws is logged and counted
    /// (<see cref="WriteBehindStatistics.FailedDeadLetters"/>). Required: without it such values would be lost.
    /// </summary>
    /// <exception cref="ArgumentNullException">It is null.</exception>
    public required Func<WriteBehindDeadLetter<T>, Task> OnDeadLetter
    {
        get;
        init => field = value ?? throw new ArgumentNullException(
            nameof(OnDeadLetter), "WriteBehindOptions.OnDeadLetter must be set: it gets the values that could not be written.");
    }

    /// <summary>The most values that wait, those included that are being written. Default 10,000; at least 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 1.</exception>
    public int Capacity
    {
        get;
        init => field = Checked(value, value >= 1, "at least 1");
    } = 10_000;

    /// <summary>
    /// Whether a full queue refuses values with a <see cref="WriteBehindFullException"/>. Default <see langword="false"/>: then
    /// callers wait until there is room.
    /// </summary>
    public bool RejectWhenFull { get; init; }

    /// <summary>
    /// Whether a value takes the place of one of the same key that waits, also for its next try, so that only the newest is
    /// written. Default <see langword="false"/>: every value is written, in the order in which they came.
    /// </summary>
    public bool KeepNewestOnly { get; init; }

    /// <summary>How many values are written at a time, each of another key. Default 1; from 1 up to 256.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is outside of its range.</exception>
    public int Parallelism
    {
        get;
        init => field = Checked(value, value is >= 1 and <= 256, "from 1 up to 256");
    } = 1;

    /// <summary>How often a write that has failed is tried again. Default 5; zero or more.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than zero.</exception>
    public int MaxRetries
    {
        get;
        init => field = Checked(value, value >= 0, "zero or more");
    } = 5;

    /// <summary>
    /// The time before the first retry; it doubles with each. Default 200 milliseconds; more than zero, at most a day.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is outside of its range.</exception>
    public TimeSpan RetryDelay
    {
        get;
        init => field = Checked(
            value, value > TimeSpan.Zero && value <= TimeSpan.FromDays(1), "more than zero and at most a day");
    } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest time before a retry. Default 30 seconds; more than zero, at most a day.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is outside of its range.</exception>
    public TimeSpan MaxRetryDelay
    {
        get;
        init => field = Checked(
            value, value > TimeSpan.Zero && value <= TimeSpan.FromDays(1), "more than zero and at most a day");
    } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The share by which the time before a retry is shortened at random, so that many do not come back together. Default 0.2;
    /// from 0 up to 0.9.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is outside of its range.</exception>
    public double RetryJitter
    {
        get;
        init => field = Checked(value, value is >= 0 and <= 0.9, "from 0 up to 0.9");
    } = 0.2;

    /// <summary>
    /// How long a stop waits for what is left to be written before that goes to <see cref="OnDeadLetter"/>. Default 15 seconds;
    /// zero for not at all, at most a day, or <see cref="Timeout.InfiniteTimeSpan"/>. A host gives all that it stops 30 seconds
    /// together, unless told otherwise.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is outside of its range.</exception>
    public TimeSpan DrainTimeout
    {
        get;
        init => field = Checked(
            value,
            value == Timeout.InfiniteTimeSpan || (value >= TimeSpan.Zero && value <= TimeSpan.FromDays(1)),
            "from zero to a day, or infinite");
    } = TimeSpan.FromSeconds(15);

    /// <summary>The source of time for retries and for the stop. Default <see cref="TimeProvider.System"/>.</summary>
    /// <exception cref="ArgumentNullException">It is null.</exception>
    public TimeProvider TimeProvider
    {
        get;
        init => field = value ?? throw new ArgumentNullException(
            nameof(TimeProvider), "WriteBehindOptions.TimeProvider must not be null.");
    } = TimeProvider.System;

    private static TValue Checked<TValue>(TValue value, bool holds, string rule, [CallerMemberName] string? name = null)
        => holds ? value : throw new ArgumentOutOfRangeException(name, value, $"WriteBehindOptions.{name} must be {rule}.");
}
