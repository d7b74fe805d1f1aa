using System.Buffers;
using FastOrm.Cache.Engine;
using Microsoft.Extensions.Caching.Distributed;

namespace FastOrm.Cache.Adapters;

/// <summary>A cache as the <see cref="IDistributedCache"/> of .NET. Bytes are copied on their way in and out.</summary>
/// <remarks>
/// What the contract leaves open is as in <c>MemoryDistributedCache</c>: without an expiration an entry lives until it is
/// evicted, the earlier of two absolute times counts, and one that is over leaves nothing under the key.
/// </remarks>
internal sealed class DistributedCacheAdapter(CacheEngine cache) : IBufferDistributedCache
{
    private readonly DistributedStore _store = new(cache);

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

        destination.Write(found.Bytes.Span);
        return true;
    }

    public async ValueTask<bool> TryGetAsync(string key, IBufferWriter<byte> destination, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (await FindAsync(key, token).ConfigureAwait(false) is not { } found)
        {
            return false;
        }

        destination.Write(found.Bytes.Span);
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
        => Done(SetOwnAsync(key, value, options));

    public ValueTask SetAsync(
        string key, ReadOnlySequence<byte> value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        token.ThrowIfCancellationRequested();
        return SetOwnAsync(key, value, options);
    }

    public void Refresh(string key) => Find(key);

    public Task RefreshAsync(string key, CancellationToken token = default) => FindAsync(key, token).AsTask();

    public void Remove(string key) => Done(_store.RemoveAsync(Own(key)));

    public Task RemoveAsync(string key, CancellationToken token = default)
    {
        token.ThrowIfCancellationRequested();
        return _store.RemoveAsync(Own(key)).AsTask();
    }

    private DistributedEntry? Find(string key)
        => CacheEngine.Now(_store.FindAsync(async: false, Own(key), CancellationToken.None));

    private ValueTask<DistributedEntry?> FindAsync(string key, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        return _store.FindAsync(async: true, Own(key), token);
    }

    private ValueTask SetOwnAsync(string key, ReadOnlySequence<byte> value, DistributedCacheEntryOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        key = Own(key);
        return DistributedEntry.TryMake(value, options, cache.Clock.Provider.GetUtcNow()) is { } entry
            ? _store.SetAsync(key, entry)
            : _store.RemoveAsync(key);
    }

    // The caller is synchronous, and the tier answers on another thread.
    private static void Done(ValueTask changing)
    {
        if (changing.IsCompleted)
        {
            changing.GetAwaiter().GetResult();
        }
        else
        {
            changing.AsTask().GetAwaiter().GetResult();
        }
    }

    // The contract knows no bound, and takes a blank key for a key.
    private static string Own(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return string.IsNullOrWhiteSpace(key) ? $"\0{key.Length}{key}" : CacheKey.Shortened(key);
    }
}
