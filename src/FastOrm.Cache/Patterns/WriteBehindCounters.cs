using FastOrm.Cache.Diagnostics;

namespace FastOrm.Cache.Patterns;

/// <summary>The counters behind <see cref="WriteBehindStatistics"/>.</summary>
internal sealed class WriteBehindCounters
{
    public Counter Enqueued { get; } = new();

    public Counter Written { get; } = new();

    public Counter Replaced { get; } = new();

    public Counter Retried { get; } = new();

    public Counter DeadLettered { get; } = new();

    public Counter FailedDeadLetters { get; } = new();

    public Counter Rejected { get; } = new();

    public WriteBehindStatistics Snapshot(long waiting) => new()
    {
        Enqueued = Enqueued.Value,
        Written = Written.Value,
        Replaced = Replaced.Value,
        Retried = Retried.Value,
        DeadLettered = DeadLettered.Value,
        FailedDeadLetters = FailedDeadLetters.Value,
        Rejected = Rejected.Value,
        Waiting = waiting,
    };
}
