namespace FastOrm.Cache;

/// <summary>What a tier in the memory of this process is told of its cache.</summary>
/// <param name="Name">The name of the cache.</param>
/// <param name="MaxEntries">The most entries that it holds; see <see cref="FastOrmCacheOptions.MaxEntries"/>.</param>
/// <param name="MaxBytes">The most bytes that it holds, by <see cref="LocalCacheEntry.Bytes"/>; see <see cref="FastOrmCacheOptions.MaxBytes"/>.</param>
/// <param name="OnLeft">
/// To be told once of each entry that leaves because there is no room or because it is dead, and not of those that the cache removes, clears
/// or replaces. After it has left, and without a lock: handlers of <see cref="CacheEvents.Evicted"/> run in it. It does not throw.
/// </param>
public sealed record LocalTierSettings(string Name, long MaxEntries, long MaxBytes, Action<LocalCacheEntry> OnLeft);
