namespace FastOrm.Cache.EfCore;

/// <summary>Something on which a result depends, and the number that is changed whenever it is invalidated.</summary>
public sealed record ExplainedStamp
{
    /// <summary>
    /// What it stands for: a table, <c>Products[Id=#]</c> for a row of it by its key, <c>Products[CategoryId=#]</c> for the rows that get a value, a
    /// tag. A value is shown for <c>#</c> only with <see cref="ExplainOptions.IncludeValues"/>.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>The number now; null for several stamps in one.</summary>
    public long? Current { get; init; }

    /// <summary>The number under which the rows in memory were stored; null if there are none, or for several stamps in one.</summary>
    public long? Stored { get; init; }

    /// <summary>Whether it has been invalidated since the rows were stored; null if there are none.</summary>
    public bool? HasMoved { get; init; }
}
