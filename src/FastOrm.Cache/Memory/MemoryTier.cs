using System.Collections.Concurrent;
using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.Engine;

namespace FastOrm.Cache.Memory;

/// <summary>The entries of this node, bounded by their number and by their estimated bytes.</summary>
/// <remarks>
/// Reads take no lock. Writes take one, for the dictionary and the eviction's queues together: the two always agree, and a write
/// comes with a load that costs a thousand times as much. <see cref="S3Fifo"/> chooses what leaves when the tier is full.
/// </remarks>
internal sealed class MemoryTier : IDisposable
{
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<EntryKey, MemoryEntry> _entries = new(concurrencyLevel: 1, capacity: 31);
    private readonly S3Fifo _policy;
    private readonly Clock _clock;
    private readonly CacheCounters _counters;
    private readonly CleanupTimer _cleanup;

    public MemoryTier(long maxEntries, long maxBytes, TimeSpan cleanupInterval, Clock clock, CacheCounters counters)
    {
        _policy = new S3Fifo(maxEntries, maxBytes);
        _clock = clock;
        _counters = counters;
        _cleanup = new CleanupTimer(this, cleanupInterval, clock.Provider);
    }

    /// <summary>The number of entries, also of those whose time is over but which have not been removed yet.</summary>
    public long Count
    {
        get
        {
            lock (_gate)
            {
                return _policy.Count;
            }
        }
    }

    /// <summary>The estimated size of the entries in bytes, with <see cref="S3Fifo.EntryOverhead"/> for each.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate)
            {
                return _policy.Bytes;
            }
        }
    }

    /// <summary>The entry of the key, or null if none or its time is over. Its stamps are for the caller to check.</summary>
    public MemoryEntry? Find(in EntryKey key, long now)
    {
        if (!_entries.TryGetValue(key, out var entry) || entry.ExpiresAt <= now)
        {
            return null;
        }

        entry.Touch();
        return entry;
    }

    /// <summary>Stores an entry in place of any other of its key that was not loaded later, and evicts others until the bounds hold.</summary>
    /// <remarks>An entry that is larger than the whole tier is not kept, nor is the one that it replaces.</remarks>
    public void Store(MemoryEntry entry)
    {
        lock (_gate)
        {
            if (!_policy.CanHold(entry))
            {
                Remove(entry.Key);
                return;
            }

            if (_entries.TryGetValue(entry.Key, out var replaced))
            {
                if (replaced.LoadNumber > entry.LoadNumber && !replaced.IsDead(_clock.Now))
                {
                    return; // It was loaded after this one, which only took longer.
                }

                // Readers find it until the new one takes its place.
                entry.Succeed(replaced);
                S3Fifo.Remove(replaced);
            }

            MakeRoomFor(entry);
            _policy.Add(entry);
            _entries[entry.Key] = entry;
        }
    }

    /// <returns>Whether there was an entry of the key.</returns>
    public bool Remove(in EntryKey key)
    {
        lock (_gate)
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
        lock (_gate)
        {
            _entries.Clear();
            _policy.Clear();
        }
    }

    /// <summary>Removes what can never be served again: entries that expired and those that depend on a changed stamp.</summary>
    public void RemoveExpired()
    {
        var now = _clock.Now;

        // Without the lock, so that writers wait for one removal and not for a walk over everything.
        foreach (var (_, entry) in _entries)
        {
            if (entry.IsDead(now))
            {
                RemoveDead(entry);
            }
        }
    }

    public void Dispose() => _cleanup.Dispose();

    private void RemoveDead(MemoryEntry entry)
    {
        lock (_gate)
        {
            if (TryRemove(entry))
            {
                S3Fifo.Remove(entry);
                _counters.Expirations.Increment();
            }
        }
    }

    private void MakeRoomFor(MemoryEntry entry)
    {
        if (_policy.HasRoomFor(entry))
        {
            return;
        }

        var now = _clock.Now;
        do
        {
            var evicted = _policy.Evict(now);
            TryRemove(evicted);
            (evicted.IsDead(now) ? _counters.Expirations : _counters.Evictions).Increment();
        }
        while (!_policy.HasRoomFor(entry));
    }

    // By reference too: another entry may have taken the place of this one.
    private bool TryRemove(MemoryEntry entry) => _entries.TryRemove(KeyValuePair.Create(entry.Key, entry));
}
