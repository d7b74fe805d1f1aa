namespace FastOrm.Cache.EfCore;

/// <summary>A further command of a split query.</summary>
public sealed record ExplainedPart
{
    /// <summary>The SQL of the command.</summary>
    public required string Sql { get; init; }

    /// <summary>Its rows in memory; null if they are not there.</summary>
    public int? Rows { get; init; }

    /// <summary>Their estimated size in bytes.</summary>
    public long? Bytes { get; init; }

    /// <summary>How often memory has answered with them.</summary>
    public long? Hits { get; init; }
}
