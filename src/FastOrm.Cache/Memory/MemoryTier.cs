using System.Collections.Concurrent;

namespace FastOrm.Cache.Memory;

/// <summary>The tier that comes with the cache: bounded by the number of entries and by their estimated bytes.</summary>
/// <remarks>
/// Reads take no lock. Writes take one, for the dictionary and the eviction's queues together: the two always agree, and a write
/// comes with a load that costs a thousand times as much. <see cref="S3Fifo"/> chooses what leaves when the tier is full.
/// </remarks>
internal sealed class MemoryTier(LocalTierSettings settings) : ILocalCacheTier
{
    private readonly ConcurrentDictionary<LocalCacheKey, LocalCacheEntry> _entries = new(concurrencyLevel: 1, capacity: 31);
    private readonly S3Fifo _policy = new(settings.MaxEntries, settings.MaxBytes);

    /// <summary>The lock under which it stores and removes, for tests.</summary>
    internal Lock Gate { get; } = new();

    public long Count
    {
        get
        {
            lock (Gate)
            {
                return _policy.Count;
            }
        }
    }

    public long Bytes
    {
        get
        {
            lock (Gate)
            {
                return _policy.Bytes;
            }
        }
    }

    public LocalCacheEntry? Find(in LocalCacheKey key, long now)
    {
        if (!_entries.TryGetValue(key, out var entry) || entry.ExpiresAt <= now)
        {
            return null;
        }

        entry.Touch();
        return entry;
    }

    public void Store(LocalCacheEntry entry, long now)
    {
        List<LocalCacheEntry>? left = null;
        lock (Gate)
        {
            _entries.TryGetValue(entry.Key, out var replaced);
            if (!entry.MayReplace(replaced, now))
            {
                return;
            }

            if (!_policy.CanHold(entry))
            {
                Remove(entry.Key);
                return;
            }

            if (replaced is not null)
            {
                // Readers find it until the new one takes its place.
                entry.Succeed(replaced);
                S3Fifo.Remove(replaced);
            }

            MakeRoomFor(entry, now, ref left);
            _policy.Add(entry);
            _entries[entry.Key] = entry;
        }

        left?.ForEach(settings.OnLeft);
    }

    public bool Remove(in LocalCacheKey key)
    {
        lock (Gate)
        {
            if (!_entries.TryRemove(key, out var entry))
            {
                return false;
            }

            S3Fifo.Remove(entry);
            return true;
        }
    }

    public void Clear()
    {
        lock (Gate)
        {
            _entries.Clear();
            _policy.Clear();
        }
    }

    public void RemoveDead(long now)
    {
        // Without the lock, so that writers wait for one removal and not for a walk over everything.
        foreach (var (_, entry) in _entries)
        {
            if (entry.IsDead(now) && RemoveDead(entry))
            {
                settings.OnLeft(entry);
            }
        }
    }

    public void Dispose()
    {
        // Its memory goes with it.
    }

    private bool RemoveDead(LocalCacheEntry entry)
    {
        lock (Gate)
        {
            if (!TryRemove(entry))
            {
                return false;
            }

            S3Fifo.Remove(entry);
            return true;
        }
    }

    private void MakeRoomFor(LocalCacheEntry entry, long now, ref List<LocalCacheEntry>? left)
    {
        while (!_policy.HasRoomFor(entry))
        {
            var evicted = _policy.Evict(now);
            TryRemove(evicted);
            (left ??= []).Add(evicted);
        }
    }

    // By reference too: another entry may have taken the place of this one.
    private bool TryRemove(LocalCacheEntry entry) => _entries.TryRemove(KeyValuePair.Create(entry.Key, entry));
}
