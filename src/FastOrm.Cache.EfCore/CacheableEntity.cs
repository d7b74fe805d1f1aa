namespace FastOrm.Cache.EfCore;

/// <summary>An entity that is read by its key from the cache. Its type is cacheable without saying more.</summary>
public abstract class CacheableEntity;
