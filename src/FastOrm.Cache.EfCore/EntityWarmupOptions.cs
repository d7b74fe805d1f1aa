namespace FastOrm.Cache.EfCore;

/// <summary>How <c>WarmAsync</c> fills the cache with entities. Immutable.</summary>
public sealed record EntityWarmupOptions
{
    /// <summary>How many entities are read by one command. Default 500; from 1 up to 1,000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is outside of its range.</exception>
    public int BatchSize
    {
        get;
        init => field = value is >= 1 and <= 1000
            ? value
            : throw new ArgumentOutOfRangeException(nameof(BatchSize), value, "EntityWarmupOptions.BatchSize must be from 1 up to 1,000.");
    } = 500;

    /// <summary>The most entities; null (the default) for all that the query gives.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 1.</exception>
    public int? Limit
    {
        get;
        init => field = value is null or >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Limit), value, "EntityWarmupOptions.Limit must be 1 or more, or null for all.");
    }

    /// <summary>How the entities are remembered, completed by the policy of their type. Null (the default) for the policy alone.</summary>
    public RememberOptions? Options { get; init; }

    /// <summary>Is told after each batch. It holds up the warm-up, and what it throws ends it. Null by default.</summary>
    public Action<EntityWarmupProgress>? OnProgress { get; init; }
}

/// <summary>How far a warm-up of entities is.</summary>
/// <param name="Total">How many entities it has.</param>
/// <param name="Done">Of how many it has seen to it that the cache has them, or has it that they are gone.</param>
public sealed record EntityWarmupProgress(int Total, int Done);
