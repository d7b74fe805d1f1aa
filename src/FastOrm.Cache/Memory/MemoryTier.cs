using System.Collections.Concurrent;
using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.Engine;

namespace FastOrm.Cache.Memory;

/// <summary>The entries of this node.</summary>
internal sealed class MemoryTier : IDisposable
{
    private readonly ConcurrentDictionary<EntryKey, MemoryEntry> _entries = new();

    public MemoryTier(long maxEntries, long maxBytes, TimeSpan cleanupInterval, Clock clock, CacheCounters counters)
    {
        _ = (maxEntries, maxBytes, cleanupInterval, clock, counters);
    }

    public long Count => _entries.Count;

    public long Bytes { get; }

    public MemoryEntry? Find(in EntryKey key, long now)
        => _entries.TryGetValue(key, out var entry) && entry.ExpiresAt > now ? entry : null;

    public void Store(MemoryEntry entry) => _entries[entry.Key] = entry;

    public bool Remove(in EntryKey key) => _entries.TryRemove(key, out _);

    public void Clear() => _entries.Clear();

    public void RemoveExpired() => _entries.Clear();

    public void Dispose()
    {
    }
}
