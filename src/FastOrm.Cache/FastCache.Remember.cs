namespace FastOrm.Cache;

/// <content>The default cache, to be called by name: <c>using static FastOrm.Cache.FastCache;</c></content>
public static partial class FastCache
{
    /// <summary>The value of a key in the default cache, loaded if it is not there.</summary>
    /// <param name="key">The key.</param>
    /// <param name="options">How the value is kept: its time to live or all options; null for the defaults of the cache.</param>
    /// <param name="loader">Loads the value.</param>
    /// <param name="tags">The tags by which the value can be flushed.</param>
    public static T Remember<T>(string key, CacheEntryOptions? options, Func<T> loader, params ReadOnlySpan<string> tags)
        => Default.Remember(key, options, loader, tags);

    /// <inheritdoc cref="Remember{T}"/>
    public static ValueTask<T> RememberAsync<T>(
        string key, CacheEntryOptions? options, Func<CancellationToken, Task<T>> loader, params ReadOnlySpan<string> tags)
        => Default.RememberAsync(key, options, loader, tags);

    /// <inheritdoc cref="Remember{T}"/>
    public static ValueTask<T> RememberAsync<T>(
        string key,
        CacheEntryOptions? options,
        Func<CancellationToken, Task<T>> loader,
        CancellationToken cancellationToken,
        params ReadOnlySpan<string> tags)
        => Default.RememberAsync(key, options, loader, cancellationToken, tags);

    /// <inheritdoc cref="Remember{T}"/>
    public static ValueTask<T> RememberAsync<T>(
        string key, CacheEntryOptions? options, Func<Task<T>> loader, params ReadOnlySpan<string> tags)
        => Default.RememberAsync(key, options, loader, tags);

    /// <summary>The value of a key in the default cache, loaded if it is not there and kept as long as it stays valid.</summary>
    public static T RememberForever<T>(string key, Func<T> loader, params ReadOnlySpan<string> tags)
        => Default.RememberForever(key, loader, tags);

    /// <inheritdoc cref="RememberForever{T}"/>
    public static ValueTask<T> RememberForeverAsync<T>(
        string key, Func<CancellationToken, Task<T>> loader, params ReadOnlySpan<string> tags)
        => Default.RememberForeverAsync(key, loader, tags);

    /// <summary>Drops what the default cache has under these keys.</summary>
    public static void Forget(params ReadOnlySpan<string> keys) => Default.Forget(keys);

    /// <inheritdoc cref="Forget"/>
    public static ValueTask ForgetAsync(params ReadOnlySpan<string> keys) => Default.ForgetAsync(keys);

    /// <summary>Drops what the default cache has with one of these tags, or a tag below one.</summary>
    public static void Flush(params ReadOnlySpan<string> tags) => Default.Flush(tags);

    /// <inheritdoc cref="Flush"/>
    public static ValueTask FlushAsync(params ReadOnlySpan<string> tags) => Default.FlushAsync(tags);
}
