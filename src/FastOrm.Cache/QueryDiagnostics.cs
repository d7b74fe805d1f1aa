namespace FastOrm.Cache;

/// <summary>What a cache has done for one remembered query, whatever values it was asked with. An immutable snapshot.</summary>
/// <remarks>Of a split query each command counts, and of several entities by their keys each entity.</remarks>
public sealed record QueryDiagnostics
{
    /// <summary>
    /// What tells the query apart: sixteen hexadecimal digits, the same in every process of one version of the library. Empty for what is
    /// no single query.
    /// </summary>
    public string Id { get; init; } = "";

    /// <summary>
    /// For people: the texts of its <c>TagWith</c>; of an entity by its key <c>Product by key</c> or <c>Product by Sku</c>; or else its tables and
    /// the beginning of its <see cref="Id"/>.
    /// </summary>
    public string Label { get; init; } = "";

    /// <summary>The texts of its <c>TagWith</c>.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The tables that it reads, as far as they are known.</summary>
    public IReadOnlyList<string> Tables { get; init; } = [];

    /// <summary>The SQL of its first command, in which a question mark stands for each value; null before it was loaded here.</summary>
    public string? Sql { get; init; }

    /// <summary>Answers from the cache.</summary>
    public long Hits { get; init; }

    /// <summary>Those of the <see cref="Hits"/> that came from the tier which nodes share.</summary>
    public long RemoteHits { get; init; }

    /// <summary>Answers whose time was over. They are counted as misses too.</summary>
    public long StaleHits { get; init; }

    /// <summary>Reads for which there was no valid entry.</summary>
    public long Misses { get; init; }

    /// <summary>Those of the <see cref="Misses"/> that were answered by the load of another caller.</summary>
    public long JoinedLoads { get; init; }

    /// <summary>Loads that were carried out.</summary>
    public long Loads { get; init; }

    /// <summary>Loads that ended with an exception or were cancelled.</summary>
    public long FailedLoads { get; init; }

    /// <summary>Reads and stores that were left out on purpose.</summary>
    public long Bypasses { get; init; }

    /// <summary>The time that the <see cref="Loads"/> took together.</summary>
    public TimeSpan LoadTime { get; init; }

    /// <summary>The estimated size in bytes of the result that was loaded last.</summary>
    public long LastBytes { get; init; }

    /// <summary>The time that a load takes on average; zero before the first.</summary>
    public TimeSpan MeanLoadTime => Loads == 0 ? TimeSpan.Zero : LoadTime / Loads;

    /// <summary>The time that its hits would have taken as loads.</summary>
    public TimeSpan TimeSaved => Hits * MeanLoadTime;
}
