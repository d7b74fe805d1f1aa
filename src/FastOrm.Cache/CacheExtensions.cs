using FastOrm.Cache.Engine;

namespace FastOrm.Cache;

/// <summary>The calls of everyday use. What is said of <see cref="ICache"/> holds here too.</summary>
public static class CacheExtensions
{
    /// <summary>The value of a key; the default of its type if there is none.</summary>
    public static async ValueTask<T?> GetAsync<T>(this ICache cache, string key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(cache);
        return (await cache.TryGetAsync<T>(key, cancellationToken).ConfigureAwait(false)).Value;
    }

    /// <summary>The same for callers that are synchronous.</summary>
    public static T? Get<T>(this ICache cache, string key)
    {
        ArgumentNullException.ThrowIfNull(cache);
        return cache.TryGet<T>(key).Value;
    }

    /// <summary>The value of a key, loaded if it is not there.</summary>
    /// <param name="cache">The cache.</param>
    /// <param name="key">The key.</param>
    /// <param name="options">How the value is kept: its time to live or all options; null for the defaults of the cache.</param>
    /// <param name="loader">Loads the value.</param>
    /// <param name="tags">The tags by which the value can be flushed.</param>
    public static ValueTask<T> RememberAsync<T>(
        this ICache cache, string key, CacheEntryOptions? options, Func<CancellationToken, Task<T>> loader, params ReadOnlySpan<string> tags)
        => cache.RememberAsync(key, options, loader, CancellationToken.None, tags);

    /// <summary>The same, to be cancelled.</summary>
    public static ValueTask<T> RememberAsync<T>(
        this ICache cache,
        string key,
        CacheEntryOptions? options,
        Func<CancellationToken, Task<T>> loader,
        CancellationToken cancellationToken,
        params ReadOnlySpan<string> tags)
    {
        ArgumentNullException.ThrowIfNull(cache);
        ArgumentNullException.ThrowIfNull(loader);
        return cache is not CacheEngine engine
            ? Value(cache.RememberAsync(key, loader, options, static (loader, token) => loader(token), cancellationToken, tags))
            : engine.TryHit<T>(key, options, tags, out var hit) ? new ValueTask<T>(hit)
            : Value(engine.MissAsync(key, loader, options, static (loader, token) => loader(token), cancellationToken, tags));
    }

    /// <summary>The same, with a loader that cannot be cancelled.</summary>
    public static ValueTask<T> RememberAsync<T>(
        this ICache cache, string key, CacheEntryOptions? options, Func<Task<T>> loader, params ReadOnlySpan<string> tags)
    {
        ArgumentNullException.ThrowIfNull(cache);
        ArgumentNullException.ThrowIfNull(loader);
        return cache is not CacheEngine engine
            ? Value(cache.RememberAsync(key, loader, options, static (loader, _) => loader(), CancellationToken.None, tags))
            : engine.TryHit<T>(key, options, tags, out var hit) ? new ValueTask<T>(hit)
            : Value(engine.MissAsync(key, loader, options, static (loader, _) => loader(), CancellationToken.None, tags));
    }

    /// <summary>The value of a key, loaded if it is not there.</summary>
    public static T Remember<T>(
        this ICache cache, string key, CacheEntryOptions? options, Func<T> loader, params ReadOnlySpan<string> tags)
    {
        ArgumentNullException.ThrowIfNull(cache);
        ArgumentNullException.ThrowIfNull(loader);
        return cache is not CacheEngine engine ? cache.Remember(key, loader, options, static loader => loader(), tags).Value!
            : engine.TryHit<T>(key, options, tags, out var hit) ? hit
            : engine.Miss(key, loader, options, static loader => loader(), tags).Value!;
    }

    /// <summary>The value of a key, loaded if it is not there and kept as long as it stays valid.</summary>
    public static ValueTask<T> RememberForeverAsync<T>(
        this ICache cache, string key, Func<CancellationToken, Task<T>> loader, params ReadOnlySpan<string> tags)
        => cache.RememberAsync(key, Timeout.InfiniteTimeSpan, loader, tags);

    /// <summary>The same for callers that are synchronous.</summary>
    public static T RememberForever<T>(this ICache cache, string key, Func<T> loader, params ReadOnlySpan<string> tags)
        => cache.Remember(key, Timeout.InfiniteTimeSpan, loader, tags);

    /// <summary>Loads the value of a key now and replaces what is stored.</summary>
    public static ValueTask<T> RefreshAsync<T>(
        this ICache cache, string key, CacheEntryOptions? options, Func<CancellationToken, Task<T>> loader, params ReadOnlySpan<string> tags)
        => cache.RefreshAsync(key, options, loader, CancellationToken.None, tags);

    /// <summary>The same, to be cancelled.</summary>
    public static ValueTask<T> RefreshAsync<T>(
        this ICache cache,
        string key,
        CacheEntryOptions? options,
        Func<CancellationToken, Task<T>> loader,
        CancellationToken cancellationToken,
        params ReadOnlySpan<string> tags)
    {
        ArgumentNullException.ThrowIfNull(cache);
        ArgumentNullException.ThrowIfNull(loader);
        return cache.RefreshAsync(key, loader, options, static (loader, token) => loader(token), cancellationToken, tags);
    }

    /// <summary>The same for callers that are synchronous.</summary>
    public static T Refresh<T>(this ICache cache, string key, CacheEntryOptions? options, Func<T> loader, params ReadOnlySpan<string> tags)
    {
        ArgumentNullException.ThrowIfNull(cache);
        ArgumentNullException.ThrowIfNull(loader);
        return cache.Refresh(key, loader, options, static loader => loader(), tags);
    }

    /// <summary>The values of several ids under keys of the form <c>prefix:id</c>; those that are not there are loaded with one call.</summary>
    public static ValueTask<IReadOnlyDictionary<TId, T>> RememberManyAsync<TId, T>(
        this ICache cache,
        string prefix,
        IEnumerable<TId> ids,
        CacheEntryOptions? options,
        Func<IReadOnlyList<TId>, CancellationToken, Task<IReadOnlyDictionary<TId, T>>> loader,
        CancellationToken cancellationToken = default)
        where TId : notnull
    {
        ArgumentNullException.ThrowIfNull(cache);
        ArgumentException.ThrowIfNullOrWhiteSpace(prefix);
        return cache.RememberManyAsync(ids, id => CacheKey.Of(prefix, id), options, loader, cancellationToken);
    }

    /// <summary>The same for callers that are synchronous.</summary>
    public static IReadOnlyDictionary<TId, T> RememberMany<TId, T>(
        this ICache cache,
        string prefix,
        IEnumerable<TId> ids,
        CacheEntryOptions? options,
        Func<IReadOnlyList<TId>, IReadOnlyDictionary<TId, T>> loader)
        where TId : notnull
    {
        ArgumentNullException.ThrowIfNull(cache);
        ArgumentException.ThrowIfNullOrWhiteSpace(prefix);
        return cache.RememberMany(ids, id => CacheKey.Of(prefix, id), options, loader);
    }

    // A hit is complete, and then there is nothing to await.
    internal static ValueTask<T> Value<T>(ValueTask<CacheResult<T>> result)
    {
        return result.IsCompletedSuccessfully ? new ValueTask<T>(result.Result.Value!) : Await(result);

        static async ValueTask<T> Await(ValueTask<CacheResult<T>> result) => (await result.ConfigureAwait(false)).Value!;
    }
}
