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

    /// <summary>By the database, because of the circumstances of the context.</summary>
    Bypassed,

    /// <summary>By the database, because remembering is switched off.</summary>
    Disabled,
}
