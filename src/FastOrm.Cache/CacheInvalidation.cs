namespace FastOrm.Cache;

/// <summary>One invalidation: when, why, and what it has dropped so far. An immutable snapshot.</summary>
/// <remarks>
/// Keys of values and key values of rows are not in it, for they may be personal data: only how many they were. What <c>Set</c> and
/// <c>Refresh</c> do to the one value that they replace is no invalidation.
/// </remarks>
public sealed record CacheInvalidation
{
    /// <summary>When it was, by the clock of the cache; of several for one write whose end nobody told, the last time.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>Why.</summary>
    public InvalidationCause Cause { get; init; }

    /// <summary>
    /// The tags, at most the first 100 of them, or the names of the tables, as far as they are known. None where keys were forgotten, of another node, and where everything
    /// of a database or of the cache became invalid.
    /// </summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>How many keys, names, queries or entities it named.</summary>
    public int Keys { get; init; }

    /// <summary>How many stamps it changed: those of tags, tables, rows and values of columns.</summary>
    public int Stamps { get; init; }

    /// <summary>
    /// The entries that were found dead because of it, so far. Nothing looks for them when it happens: they are found by look-ups and by the
    /// clean-up of memory, and each counts once, for the last invalidation that hit it.
    /// </summary>
    public long Dropped { get; init; }
}
