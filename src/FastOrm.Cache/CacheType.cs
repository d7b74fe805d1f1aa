namespace FastOrm.Cache;

/// <summary>Where a cache keeps its entries.</summary>
public enum CacheType
{
    /// <summary>In the memory of this process.</summary>
    Memory,

    /// <summary>In memory and in Redis, shared by all processes.</summary>
    Redis,
}
