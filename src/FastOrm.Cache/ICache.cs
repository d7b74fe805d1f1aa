namespace FastOrm.Cache;

/// <summary>
/// A named cache: entries that live until their time is over, until one of their tags is flushed, or until they are evicted.
/// </summary>
/// <remarks>
/// Get one from <see cref="FastCache.Default"/>, from <see cref="FastCache.Create"/> or by dependency injection. All members are
/// safe to call from many threads at once. Disposing stops the removal of expired entries; an owner disposes what it created.
/// </remarks>
public interface ICache : IDisposable
{
    /// <summary>The name of this cache; <c>"default"</c> unless another was given.</summary>
    string Name { get; }

    /// <summary>
    /// Whether the cache answers. While it is <see langword="false"/> nothing is read or stored and every query goes to its
    /// source; invalidations are still carried out, so switching it on again is safe at any time.
    /// </summary>
    bool IsEnabled { get; set; }

    /// <summary>A snapshot of what this cache holds and has done since it was created.</summary>
    CacheStatistics Statistics { get; }

    /// <summary>Drops every entry that was stored under one of the given keys.</summary>
    /// <param name="keys">The keys, compared by ordinal. For a remembered query: the name given in <c>Remember(key, …)</c>.</param>
    /// <returns>A task that is complete when no later read on this node can see the entries.</returns>
    /// <exception cref="ArgumentException">A key is null, empty or white space.</exception>
    ValueTask ForgetAsync(params ReadOnlySpan<string> keys);

    /// <summary>Drops every entry that carries one of the given tags.</summary>
    /// <param name="tags">The tags, compared by ordinal.</param>
    /// <returns>A task that is complete when no later read on this node can see the entries.</returns>
    /// <exception cref="ArgumentException">A tag is null, empty or white space.</exception>
    ValueTask FlushAsync(params ReadOnlySpan<string> tags);

    /// <summary>Drops every entry. A load that is under way is not stored.</summary>
    /// <returns>A task that is complete when no later read on this node can see the entries.</returns>
    ValueTask ClearAsync();
}
