namespace FastOrm.Cache;

/// <summary>What a <see cref="WriteBehindQueue{T}"/> has done since it was made. An immutable snapshot.</summary>
/// <remarks>
/// While nothing moves, <see cref="Enqueued"/> is the sum of <see cref="Written"/>, <see cref="Replaced"/>,
/// <see cref="DeadLettered"/> and <see cref="Waiting"/>: nothing is lost silently.
/// </remarks>
public sealed record WriteBehindStatistics
{
    /// <summary>Values that were accepted.</summary>
    public long Enqueued { get; init; }

    /// <summary>Values that were written to the source.</summary>
    public long Written { get; init; }

    /// <summary>Values whose place a newer one of the same key has taken before they were written.</summary>
    public long Replaced { get; init; }

    /// <summary>Tries after the first.</summary>
    public long Retried { get; init; }

    /// <summary>Values that were given to <see cref="WriteBehindOptions{T}.OnDeadLetter"/>.</summary>
    public long DeadLettered { get; init; }

    /// <summary>Those of them for which that callback threw.</summary>
    public long FailedDeadLetters { get; init; }

    /// <summary>Values that were refused because the queue was full.</summary>
    public long Rejected { get; init; }

    /// <summary>Values that wait now, those included that are being written.</summary>
    public long Waiting { get; init; }
}
