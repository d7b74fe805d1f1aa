namespace FastOrm.Cache.Tests.Unit.Support;

/// <summary>A tier that fails when a test wants it.</summary>
internal sealed class FailingTier(ILocalCacheTier inner) : ILocalCacheTier
{
    public bool Fails { get; set; }

    public long Count => inner.Count;

    public long Bytes => inner.Bytes;

    public LocalCacheEntry? Find(in LocalCacheKey key, long now) => Working.Find(key, now);

    public void Store(LocalCacheEntry entry, long now) => Working.Store(entry, now);

    public bool Remove(in LocalCacheKey key) => Working.Remove(key);

    public void Clear() => Working.Clear();

    public void RemoveDead(long now) => Working.RemoveDead(now);

    public void Dispose() => inner.Dispose();

    private ILocalCacheTier Working => Fails ? throw new IOException() : inner;
}
