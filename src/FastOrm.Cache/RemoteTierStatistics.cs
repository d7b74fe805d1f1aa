namespace FastOrm.Cache;

/// <summary>How a cache stands with the tier that nodes share, as Redis, at one moment. An immutable snapshot.</summary>
public sealed record RemoteTierStatistics
{
    /// <summary>Whether the tier is asked.</summary>
    public RemoteTierBreaker Breaker { get; init; }

    /// <summary>
    /// Whether the changes of other nodes are heard, for all that is known. Not before the first answer of the tier, nor from the loss of a
    /// connection until the tier answers again.
    /// </summary>
    public bool IsListening { get; init; }

    /// <summary>
    /// Whether the last poll was answered lately enough for memory to be trusted; see
    /// <see cref="FastOrmCacheOptions.TrustWhileDisconnected"/>. If not, what is in memory is checked with the tier or loaded anew.
    /// </summary>
    public bool IsTrusted { get; init; }

    /// <summary>
    /// The stamps, keys and claims that were changed here, wait to be sent to the tier, and are not being sent just now. Other nodes do not know of
    /// them yet.
    /// </summary>
    public int Backlog { get; init; }

    /// <summary>
    /// Whether there were too many of them: then the one that waits makes everything unknown to all nodes.
    /// </summary>
    public bool IsBacklogEverything { get; init; }

    /// <summary>What the last operation that failed has told, with its remedy; null if none has failed yet.</summary>
    public string? LastError { get; init; }

    /// <summary>When that was; null if none has failed yet.</summary>
    public DateTimeOffset? LastErrorAt { get; init; }
}

/// <summary>Whether a tier that nodes share is asked, or left alone because it has failed several times in a row.</summary>
public enum RemoteTierBreaker
{
    /// <summary>It is asked.</summary>
    Closed,

    /// <summary>It is left alone for a while, or is being tried by one caller. The others do without it.</summary>
    Open,

    /// <summary>It was left alone for long enough: the next who needs it tries it.</summary>
    HalfOpen,
}
