namespace FastOrm.Cache.EfCore;

/// <summary>How a query would be answered now.</summary>
public enum CacheOutcome
{
    /// <summary>From the memory of this process: no command, no connection.</summary>
    Memory,

    /// <summary>From the tier that nodes share.</summary>
    Remote,

    /// <summary>By the database; the rows would then be stored, if nothing spoke against it.</summary>
    Miss,

    /// <summary>By the database each time: the query is not remembered, or cannot be.</summary>
    NotCacheable,

    /// <summary>Not by the cache, because of the circumstances of the context: by the database, or an entity by its key from the context that tracks it.</summary>
    Bypassed,

    /// <summary>By the database, because remembering is switched off.</summary>
    Disabled,
}
