using FastOrm.Cache.Memory;
using FastOrm.Cache.Stamps;

namespace FastOrm.Cache;

/// <summary>
/// A value in the memory of this process, and what decides whether it may be served. A tier keeps it as it is and gives the same object
/// back; only a cache makes one.
/// </summary>
/// <remarks>Safe to use from many threads. Immutable but for the marks of the tier that comes with the cache, and a time that slides.</remarks>
public sealed class LocalCacheEntry
{
    private readonly Dependency[] _dependencies;
    private readonly int _size;
    private LocalCacheKey _key;
    private long _expiresAt;
    private Admission _admission;
    private bool _wasFoundDead;

    /// <summary>The uses since the eviction last looked, at most <see cref="S3Fifo.MaxFrequency"/>.</summary>
    internal byte Frequency;

    /// <summary>The queue that holds the entry, and its neighbours there. Touched under the lock of the tier only.</summary>
    internal EntryQueue? Queue;
    internal LocalCacheEntry? Newer;
    internal LocalCacheEntry? Older;

    internal LocalCacheEntry(
        LocalCacheKey key, object? value, Dependency[] dependencies, long storedAt, long expiresAt, int size)
    {
        (_key, Value, _dependencies, StoredAt, _expiresAt, _size) = (key, value, dependencies, storedAt, expiresAt, size);
    }

    /// <summary>Under what it is found.</summary>
    public LocalCacheKey Key => _key;

    /// <summary>
    /// What it counts against <see cref="LocalTierSettings.MaxBytes"/>: the estimated size of its value and key in bytes, and what any entry
    /// costs. Never changes.
    /// </summary>
    public long Bytes => (long)S3Fifo.EntryOverhead + _size;

    internal object? Value { get; }

    /// <summary>The stamps that must still stand for the value to be valid.</summary>
    internal Dependency[] Dependencies => _dependencies;

    /// <summary>What must not have changed until the entry is stored, beside what it depends on later.</summary>
    internal Dependency[]? Guard { get; set; }

    /// <summary>The number of the load that gave the value: a later load has a greater one.</summary>
    internal long LoadNumber { get; init; }

    /// <summary>When the load of the value began, on the cache's clock.</summary>
    internal long StoredAt { get; }

    /// <summary>When the value can no longer be served, not even as a stale one, on the cache's clock.</summary>
    internal long ExpiresAt => Volatile.Read(ref _expiresAt);

    /// <summary>What may be served after the value's time is over; null if nothing.</summary>
    internal StaleTerms? Stale { get; init; }

    /// <summary>When the value's time is over.</summary>
    internal long FreshUntil => Stale?.From ?? ExpiresAt;

    /// <summary>The estimated size in bytes.</summary>
    internal int Size => _size;

    /// <summary>Whether the value can never be served again: its time is over, or something has changed that it depends on.</summary>
    /// <param name="now">The time that the cache has given, in milliseconds on its clock.</param>
    /// <returns>Whether the tier may drop it.</returns>
    public bool IsDead(long now) => ExpiresAt <= now || !Dependency.AreCurrent(_dependencies);

    /// <summary>
    /// Whether the entry may take its place in the tier: it was not overtaken by an invalidation while it was loaded, and the one that has
    /// the place was not loaded later. To be asked under the lock under which entries are stored and removed, each time anew.
    /// </summary>
    /// <param name="current">The entry that the tier has under the key; <see langword="null"/> for none.</param>
    /// <param name="now">The time that the cache has given, in milliseconds on its clock.</param>
    /// <returns>If not, the tier stays as it is.</returns>
    public bool MayReplace(LocalCacheEntry? current, long now)
    {
        // Under the lock: whoever forgets the key changes the guard first and removes the entry then.
        if (!Dependency.AreCurrent(_dependencies) || (Guard is { } guard && !Dependency.AreCurrent(guard)))
        {
            _admission = Admission.Overtaken;
            return false;
        }

        // One that was loaded after this one stays: this one only took longer.
        _admission = Admission.Valid;
        return current is null || current.LoadNumber <= LoadNumber || current.IsDead(now);
    }

    /// <summary>Ends the storing of the entry.</summary>
    /// <returns>Whether nothing has changed that it depends on; null if the tier has not asked.</returns>
    internal bool? Conclude()
    {
        Guard = null;
        return _admission == Admission.Unknown ? null : _admission == Admission.Valid;
    }

    /// <summary>True once: for whoever counts the entries that were invalidated.</summary>
    internal bool IsFirstDeath() => !_wasFoundDead && !Interlocked.Exchange(ref _wasFoundDead, true);

    /// <summary>Gives the value a longer time. Of an entry that was replaced or removed meanwhile it means nothing.</summary>
    internal void Prolong(long until) => Volatile.Write(ref _expiresAt, until);

    /// <summary>Notes a use.</summary>
    /// <remarks>
    /// Neither interlocked nor volatile: where two threads meet here, or one meets the eviction, a use is lost or lasts longer,
    /// and at worst another entry leaves than the ideal one. A hot entry is soon at the limit and then only read, so that its
    /// cache line stays shared between the processors.
    /// </remarks>
    internal void Touch()
    {
        if (Frequency < S3Fifo.MaxFrequency)
        {
            Frequency++;
        }
    }

    /// <summary>Takes over the marks of an entry of an equal key that this one, not yet published, is to replace.</summary>
    /// <remarks>
    /// Also its key: the dictionary keeps the identity that it has, so sharing it lets the equal one that this entry came with
    /// be collected. To be stored again counts as a use.
    /// </remarks>
    internal void Succeed(LocalCacheEntry replaced)
    {
        _key = replaced._key;
        Queue = replaced.Queue;
        Frequency = replaced.Frequency;
        Touch();
    }

    private enum Admission : byte
    {
        Unknown,
        Valid,
        Overtaken,
    }
}
