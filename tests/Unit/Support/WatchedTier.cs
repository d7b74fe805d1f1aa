using FastOrm.Cache.Memory;

namespace FastOrm.Cache.Tests.Unit.Support;

/// <summary>A tier in memory that tells when an entry is about to be removed.</summary>
internal sealed class WatchedTier(LocalTierSettings settings) : ILocalCacheTier
{
    private readonly MemoryTier _inner = new(settings);

    /// <summary>Told once of the next key that is removed, while its entry is still there.</summary>
    public Action? OnNextRemoval { get; set; }

    public long Count => _inner.Count;

    public long Bytes => _inner.Bytes;

    public LocalCacheEntry? Find(in LocalCacheKey key, long now) => _inner.Find(key, now);

    public void Store(LocalCacheEntry entry, long now) => _inner.Store(entry, now);

    public bool Remove(in LocalCacheKey key)
    {
        var onRemoval = OnNextRemoval;
        OnNextRemoval = null;
        onRemoval?.Invoke();
        return _inner.Remove(key);
    }

    public void Clear() => _inner.Clear();

    public void RemoveDead(long now) => _inner.RemoveDead(now);

    public void Dispose() => _inner.Dispose();
}
