namespace FastOrm.Cache;

/// <summary>The tiers in which an entry is kept.</summary>
[Flags]
public enum CacheTiers
{
    /// <summary>None: the entry is loaded each time, though callers who ask at the same time still share a load.</summary>
    None = 0,

    /// <summary>The memory of this process.</summary>
    Memory = 1,

    /// <summary>The tier that nodes share, if the cache has one.</summary>
    Remote = 2,

    /// <summary>Both.</summary>
    All = 3,
}
