using System.Buffers;
using FastOrm.Cache.Engine;
using FastOrm.Cache.Memory;
using Microsoft.Extensions.Caching.Distributed;

namespace FastOrm.Cache.Adapters;

/// <summary>A cache as the <see cref="IDistributedCache"/> of .NET. Bytes are copied on their way in and out.</summary>
/// <remarks>
/// What the contract leaves open is as in <c>MemoryDistributedCache</c>: without an expiration an entry lives until it is
/// evicted, the earlier of two absolute times counts, and one that is over leaves nothing under the key.
/// </remarks>
internal sealed class DistributedCacheAdapter(CacheEngine cache) : IBufferDistributedCache
{
    public byte[]? Get(string key) => Find(key)?.Bytes.ToArray();

    public async Task<byte[]?> GetAsync(string key, CancellationToken token = default)
        => (await FindAsync(key, token).ConfigureAwait(false))?.Bytes.ToArray();

    public bool TryGet(string key, IBufferWriter<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (Find(key) is not { } found)
        {
            return false;
        }

        destination.Write(found.Bytes);
        return true;
    }

    public async ValueTask<bool> TryGetAsync(string key, IBufferWriter<byte> destination, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (await FindAsync(key, token).ConfigureAwait(false) is not { } found)
        {
            return false;
        }

        destination.Write(found.Bytes);
        return true;
    }

    public void Set(string key, byte[] value, DistributedCacheEntryOptions options)
    {
        ArgumentNullException.ThrowIfNull(value);
        Set(key, new ReadOnlySequence<byte>(value), options);
    }

    public Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(value);
        return SetAsync(key, new ReadOnlySequence<byte>(value), options, token).AsTask();
    }

    public void Set(string key, ReadOnlySequence<byte> value, DistributedCacheEntryOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        key = Own(key);
        if (DistributedEntry.TryMake(value, options, cache.Clock) is { } entry)
        {
            cache.Set(key, entry, entry.Options);
        }
        else
        {
            cache.Forget(key);
        }
    }

    public ValueTask SetAsync(
        string key, ReadOnlySequence<byte> value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        token.ThrowIfCancellationRequested();
        ArgumentNullException.ThrowIfNull(options);
        key = Own(key);
        return DistributedEntry.TryMake(value, options, cache.Clock) is { } entry
            ? cache.SetAsync(key, entry, entry.Options, token)
            : cache.ForgetAsync(key);
    }

    public void Refresh(string key) => Find(key);

    public Task RefreshAsync(string key, CancellationToken token = default)
    {
        return FindAsync(key, token).AsTask();
    }

    public void Remove(string key) => cache.Forget(Own(key));

    public Task RemoveAsync(string key, CancellationToken token = default)
    {
        token.ThrowIfCancellationRequested();
        return cache.ForgetAsync(Own(key)).AsTask();
    }

    private DistributedEntry? Find(string key)
    {
        key = Own(key);
        return Used(key, cache.TryGet<DistributedEntry>(key).Value);
    }

    private async ValueTask<DistributedEntry?> FindAsync(string key, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        key = Own(key);
        return Used(key, (await cache.TryGetAsync<DistributedEntry>(key, token).ConfigureAwait(false)).Value);
    }

    private DistributedEntry? Used(string key, DistributedEntry? found)
    {
        var now = cache.Clock.Now;
        if (found is { Slides: true }
            && cache.Memory.Find(new LocalCacheKey(key), now) is { } entry
            && ReferenceEquals(entry.Value, found))
        {
            entry.Prolong(found.ExpiryAfterUse(now));
        }

        return found;
    }

    // The contract knows no bound, and takes a blank key for a key.
    private static string Own(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return string.IsNullOrWhiteSpace(key) ? $"\0{key.Length}{key}" : CacheKey.Shortened(key);
    }
}
