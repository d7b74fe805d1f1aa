namespace FastOrm.Cache;

/// <summary>What the memory of this process has under a key, and why it would not be served. An immutable snapshot without the value.</summary>
/// <remarks>Of a key that is not known there is a <see cref="Reason"/>, and nothing else.</remarks>
public sealed record CacheValueExplanation
{
    /// <summary>Whether memory would answer now.</summary>
    public bool IsHit { get; init; }

    /// <summary>Why memory would not; <see langword="null"/> for a hit.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether what is remembered is that there is no value, or that it is <see langword="null"/>.</summary>
    public bool IsAbsence { get; init; }

    /// <summary>How long ago the load of the value began.</summary>
    public TimeSpan? Age { get; init; }

    /// <summary>How much longer it is fresh; zero if its time is over, <see cref="Timeout.InfiniteTimeSpan"/> for no end.</summary>
    public TimeSpan? TimeLeft { get; init; }

    /// <summary>How much longer it may be served while another caller loads it anew.</summary>
    public TimeSpan? StaleLeft { get; init; }

    /// <summary>Its estimated size in bytes.</summary>
    public long? Bytes { get; init; }

    /// <summary>The last invalidation of something on which the value depends, if it is still known.</summary>
    public CacheInvalidation? LastInvalidation { get; init; }
}
