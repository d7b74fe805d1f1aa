namespace FastOrm.Cache;

/// <summary>
/// The tier of one cache in the memory of its process: entries under keys, within bounds. It decides what leaves when there is no room;
/// what may be served, stored or replaced the entries say. Tested by one suite for every tier.
/// </summary>
/// <remarks>
/// <para>
/// Safe to call from many threads. Nothing has to last: an entry may leave at any time, but of two of one key never the younger while the
/// older stays. No method may throw: an exception goes to the caller of the cache.
/// </para>
/// <para>
/// Times are in milliseconds on the clock of the cache. They are given with each call, so that a tier needs neither clock nor timer. The
/// cache disposes of the tier when it is disposed of itself. Calls may still come then and later: they find nothing, and throw nothing.
/// </para>
/// </remarks>
public interface ILocalCacheTier : IDisposable
{
    /// <summary>The number of entries, also of dead ones that have not been removed yet.</summary>
    long Count { get; }

    /// <summary>The sum of their <see cref="LocalCacheEntry.Bytes"/>.</summary>
    long Bytes { get; }

    /// <summary>Finds an entry. Called for each hit, by many threads at once: it does not wait for those who store or remove.</summary>
    /// <param name="key">The key.</param>
    /// <param name="now">The time.</param>
    /// <returns>
    /// The object that was stored last, or <see langword="null"/>. One that is dead may be returned or not: the cache looks itself whether
    /// it may be served.
    /// </returns>
    LocalCacheEntry? Find(in LocalCacheKey key, long now);

    /// <summary>
    /// Stores an entry in place of any other of its key, if <see cref="LocalCacheEntry.MayReplace"/> says so, which is to be asked even if there
    /// is no room for it; and lets others go until the bounds hold.
    /// </summary>
    /// <remarks>
    /// To look for the other, to ask and to store are one step, under the lock under which <see cref="Remove"/> removes and
    /// <see cref="Clear"/> clears: otherwise a value would be stored after its key was forgotten. An entry that may replace another and is
    /// not kept, because it is larger than the whole tier, takes the other with it.
    /// </remarks>
    /// <param name="entry">The entry.</param>
    /// <param name="now">The time.</param>
    void Store(LocalCacheEntry entry, long now);

    /// <summary>Removes the entry of a key.</summary>
    /// <param name="key">The key.</param>
    /// <returns>Whether there was one.</returns>
    bool Remove(in LocalCacheKey key);

    /// <summary>Removes all entries.</summary>
    void Clear();

    /// <summary>Removes the entries that are dead. Called every <see cref="FastOrmCacheOptions.CleanupInterval"/>, once at a time.</summary>
    /// <param name="now">The time.</param>
    void RemoveDead(long now);
}
