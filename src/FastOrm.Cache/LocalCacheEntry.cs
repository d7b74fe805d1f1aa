using FastOrm.Cache.Stamps;

namespace FastOrm.Cache.Memory;

/// <summary>One entry of the memory tier. Immutable but for the tier's own marks and a time that slides.</summary>
internal sealed class MemoryEntry(EntryKey key, object? value, Dependency[] dependencies, long storedAt, long expiresAt, int size)
{
    private EntryKey _key = key;
    private long _expiresAt = expiresAt;

    /// <summary>The uses since the eviction last looked, at most <see cref="S3Fifo.MaxFrequency"/>.</summary>
    internal byte Frequency;

    /// <summary>The queue that holds the entry, and its neighbours there. Touched under the tier's lock only.</summary>
    internal EntryQueue? Queue;
    internal MemoryEntry? Newer;
    internal MemoryEntry? Older;

    public EntryKey Key => _key;

    public object? Value => value;

    /// <summary>The stamps that must still stand for the value to be valid.</summary>
    public Dependency[] Dependencies => dependencies;

    /// <summary>The number of the load that gave the value: a later load has a greater one.</summary>
    public long LoadNumber { get; init; }

    /// <summary>When the load of the value began, on the cache's clock.</summary>
    public long StoredAt => storedAt;

    /// <summary>When the value can no longer be served, not even as a stale one, on the cache's clock.</summary>
    public long ExpiresAt => Volatile.Read(ref _expiresAt);

    /// <summary>What may be served after the value's time is over; null if nothing.</summary>
    public StaleTerms? Stale { get; init; }

    /// <summary>When the value's time is over.</summary>
    public long FreshUntil => Stale?.From ?? ExpiresAt;

    /// <summary>The estimated size in bytes.</summary>
    public int Size => size;

    /// <summary>Whether the value can never be served again: its time is over, or a stamp has changed.</summary>
    public bool IsDead(long now) => ExpiresAt <= now || !Dependency.AreCurrent(dependencies);

    /// <summary>Gives the value a longer time. Of an entry that was replaced or removed meanwhile it means nothing.</summary>
    public void Prolong(long until) => Volatile.Write(ref _expiresAt, until);

    /// <summary>Notes a use.</summary>
    /// <remarks>
    /// Neither interlocked nor volatile: where two threads meet here, or one meets the eviction, a use is lost or lasts longer,
    /// and at worst another entry leaves than the ideal one. A hot entry is soon at the limit and then only read, so that its
    /// cache line stays shared between the processors.
    /// </remarks>
    public void Touch()
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
    public void Succeed(MemoryEntry replaced)
    {
        _key = replaced._key;
        Queue = replaced.Queue;
        Frequency = replaced.Frequency;
        Touch();
    }
}
