using System.Collections.Concurrent;
using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.Engine;
using FastOrm.Cache.Stamps;

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

    /// <summary>Who is told of evictions.</summary>
    public CacheEvents? Evicted { private get; set; }

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
    /// <param name="entry">The entry.</param>
    /// <param name="guard">What must not have changed since its load began, beside what it depends on later.</param>
    /// <returns>Whether nothing has changed that the entry depends on; if something has, it is not stored.</returns>
    public bool Store(MemoryEntry entry, Dependency[]? guard = null)
    {
        List<EntryKey>? evicted = Evicted is { HasEvicted: true } ? [] : null;
        var isValid = Store(entry, guard, evicted);
        foreach (var key in evicted ?? [])
        {
            Evicted!.OnEvicted(key.Identity);
        }

        return isValid;
    }

    private bool Store(MemoryEntry entry, Dependency[]? guard, List<EntryKey>? left)
    {
        lock (_gate)
        {
            // Under the lock: whoever forgets the key changes the guard first and removes the entry then.
            if (!Dependency.AreCurrent(entry.Dependencies) || (guard is not null && !Dependency.AreCurrent(guard)))
            {
                return false;
            }

            if (!_policy.CanHold(entry))
            {
                Remove(entry.Key);
                return true;
            }

            if (_entries.TryGetValue(entry.Key, out var replaced))
            {
                if (replaced.LoadNumber > entry.LoadNumber && !replaced.IsDead(_clock.Now))
                {
                    return true; // It was loaded after this one, which only took longer.
                }

                // Readers find it until the new one takes its place.
                entry.Succeed(replaced);
                S3Fifo.Remove(replaced);
            }

            MakeRoomFor(entry, left);
            _policy.Add(entry);
            _entries[entry.Key] = entry;
            return true;
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

    private void MakeRoomFor(MemoryEntry entry, List<EntryKey>? left)
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
            if (evicted.IsDead(now))
            {
                _counters.Expirations.Increment();
                continue;
            }

            _counters.Evictions.Increment();
            left?.Add(evicted.Key);
        }
        while (!_policy.HasRoomFor(entry));
    }

    // By reference too: another entry may have taken the place of this one.
    private bool TryRemove(MemoryEntry entry) => _entries.TryRemove(KeyValuePair.Create(entry.Key, entry));
}
