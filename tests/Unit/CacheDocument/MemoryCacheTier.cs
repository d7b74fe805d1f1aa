using Microsoft.Extensions.Caching.Memory;

namespace FastOrm.Cache.Tests.Unit.CacheDocument;

/// <summary>A tier as others write it, by public API alone: kept in a <see cref="MemoryCache"/>, and the oldest entry leaves first.</summary>
internal sealed class MemoryCacheTier(LocalTierSettings settings) : ILocalCacheTier
{
    private readonly MemoryCache _store = new(new MemoryCacheOptions());
    private readonly LinkedList<LocalCacheEntry> _oldestFirst = [];
    private long _bytes;

    /// <summary>The lock under which it stores and removes, for tests.</summary>
    internal Lock Gate { get; } = new();

    public long Count
    {
        get
        {
            lock (Gate)
            {
                return _oldestFirst.Count;
            }
        }
    }

    public long Bytes
    {
        get
        {
            lock (Gate)
            {
                return _bytes;
            }
        }
    }

    public LocalCacheEntry? Find(in LocalCacheKey key, long now) => NodeOf(key)?.Value;

    // code: local tier
    public void Store(LocalCacheEntry entry, long now)
    {
        List<LocalCacheEntry> left = [];
        lock (Gate)
        {
            if (!entry.MayReplace(Find(entry.Key, now), now))
            {
                return;
            }

            // Readers find the old one until the new one takes its place.
            var old = Unlink(entry.Key);
            if (entry.Bytes <= settings.MaxBytes)
            {
                MakeRoomFor(entry, left);
                Link(entry);
            }
            else if (old is not null)
            {
                _store.Remove(entry.Key);
            }
        }

        left.ForEach(settings.OnLeft);
    }

    // end
    public bool Remove(in LocalCacheKey key)
    {
        lock (Gate)
        {
            if (Unlink(key) is null)
            {
                return false;
            }

            _store.Remove(key);
            return true;
        }
    }

    public void Clear()
    {
        lock (Gate)
        {
            _store.Clear();
            _oldestFirst.Clear();
            _bytes = 0;
        }
    }

    public void RemoveDead(long now)
    {
        List<LocalCacheEntry> left;
        lock (Gate)
        {
            left = [.. _oldestFirst.Where(entry => entry.IsDead(now))];
            left.ForEach(entry => Remove(entry.Key));
        }

        left.ForEach(settings.OnLeft);
    }

    // The store itself stays: it would throw at those who come later.
    public void Dispose() => Clear();

    private LinkedListNode<LocalCacheEntry>? NodeOf(in LocalCacheKey key) => _store.Get<LinkedListNode<LocalCacheEntry>>(key);

    private void Link(LocalCacheEntry entry)
    {
        _store.Set(entry.Key, _oldestFirst.AddLast(entry));
        _bytes += entry.Bytes;
    }

    private LocalCacheEntry? Unlink(in LocalCacheKey key)
    {
        if (NodeOf(key) is not { } node)
        {
            return null;
        }

        _oldestFirst.Remove(node);
        _bytes -= node.Value.Bytes;
        return node.Value;
    }

    private void MakeRoomFor(LocalCacheEntry entry, List<LocalCacheEntry> left)
    {
        while (_oldestFirst.Count >= settings.MaxEntries || _bytes + entry.Bytes > settings.MaxBytes)
        {
            var oldest = _oldestFirst.First!.Value;
            Remove(oldest.Key);
            left.Add(oldest);
        }
    }
}
