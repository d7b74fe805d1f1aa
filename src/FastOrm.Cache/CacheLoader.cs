using System.Collections.Concurrent;
using FastOrm.Cache.Engine;
using FastOrm.Cache.Keys;
using FastOrm.Cache.Loaders;
using Microsoft.Extensions.DependencyInjection;

namespace FastOrm.Cache;

/// <summary>
/// A loader that is known to the cache: it runs with services of its own, so it can also run in the background, ahead of expiry. A value
/// that nobody reads any more is no longer refreshed.
/// </summary>
/// <remarks>Safe to use from many threads at once. Disposing ends the refreshing; the values stay where they are.</remarks>
/// <typeparam name="TKey">What a value is asked for by.</typeparam>
/// <typeparam name="T">The type of the values.</typeparam>
public sealed class CacheLoader<TKey, T> : IDisposable
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Refreshing<T>> _refreshings = new();
    private readonly CacheEngine _cache;
    private readonly string _name;
    private readonly IServiceScopeFactory _scopes;
    private readonly Func<IServiceProvider, TKey, CancellationToken, Task<T>> _load;
    private readonly CacheLoaderOptions _options;
    private readonly TimeSpan? _refreshEvery;
    private volatile bool _disposed;

    /// <summary>Makes a loader.</summary>
    /// <param name="cache">A cache that this library has made.</param>
    /// <param name="name">The first part of the keys of the values; the second is the text of what they are asked for by.</param>
    /// <param name="scopes">Gives each load a scope of its own.</param>
    /// <param name="load">Loads a value with the services of its scope.</param>
    /// <param name="options">How the values are kept young; null for the defaults.</param>
    /// <exception cref="ArgumentException">The name is blank, or the cache is not one of this library.</exception>
    /// <exception cref="InvalidOperationException">A loader of other types has the name in this cache.</exception>
    public CacheLoader(
        ICache cache,
        string name,
        IServiceScopeFactory scopes,
        Func<IServiceProvider, TKey, CancellationToken, Task<T>> load,
        CacheLoaderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(scopes);
        ArgumentNullException.ThrowIfNull(load);
        _cache = cache as CacheEngine
            ?? throw new ArgumentException("A loader needs a cache made by FastCache.Create or AddFastOrmCache.", nameof(cache));
        _name = Text.Checked(name, "The name of a loader");
        LoaderName.Claim(_cache, _name, GetType());
        (_scopes, _load, _options) = (scopes, load, options ?? new CacheLoaderOptions());
        var ttl = _options.Entry?.Ttl ?? _cache.DefaultTtl;
        _refreshEvery = _options.RefreshEvery ?? (ttl == Timeout.InfiniteTimeSpan ? null : ttl * 0.8);
    }

    /// <summary>The value of a key, loaded if it is not there, and refreshed from now on as long as it is read.</summary>
    /// <param name="key">What it is asked for by.</param>
    /// <param name="cancellationToken">Cancels the wait, and the load if this caller runs it.</param>
    public ValueTask<T> GetAsync(TKey key, CancellationToken cancellationToken = default)
    {
        var text = KeyOf(key); // A key that has no text is refused before anything is done.
        Refresh(key)?.Read();
        return _cache.RememberAsync(text, _options.Entry, token => LoadAsync(key, token), cancellationToken);
    }

    /// <summary>Loads the value of a key now and replaces what is stored.</summary>
    public ValueTask<T> RefreshAsync(TKey key, CancellationToken cancellationToken = default)
        => _cache.RefreshAsync(KeyOf(key), _options.Entry, token => LoadAsync(key, token), cancellationToken);

    /// <summary>Drops the values of the keys. They are loaded anew when they are read.</summary>
    public ValueTask ForgetAsync(params ReadOnlySpan<TKey> keys)
    {
        var forgotten = new string[keys.Length];
        for (var i = 0; i < forgotten.Length; i++)
        {
            forgotten[i] = KeyOf(keys[i]);
        }

        return _cache.ForgetAsync(forgotten);
    }

    /// <summary>Ends the refreshing in the background.</summary>
    public void Dispose()
    {
        _disposed = true;
        foreach (var (_, refreshing) in _refreshings)
        {
            refreshing.Dispose();
        }
    }

    private string KeyOf(TKey key) => CacheKey.Of(_name, key);

    private Refreshing<T>? Refresh(TKey key)
    {
        if (_refreshEvery is not { } interval || _disposed)
        {
            return null;
        }

        var refreshing = _refreshings.GetOrAdd(
            key,
            static (key, it) => new Refreshing<T>(
                it.Self._cache.Clock,
                it.Interval,
                it.Self._options,

                // While the cache is switched off the load would be for nothing.
                token => it.Self._cache.IsEnabled ? it.Self.RefreshAsync(key, token) : new ValueTask<T>(default(T)!),
                refreshing => it.Self._refreshings.TryRemove(KeyValuePair.Create(key, refreshing))),
            (Self: this, Interval: interval));
        if (_disposed)
        {
            refreshing.Dispose(); // It was begun after those that there were had been ended.
        }

        return refreshing;
    }

    private async Task<T> LoadAsync(TKey key, CancellationToken cancellationToken)
    {
        var scope = _scopes.CreateAsyncScope();
        await using var ending = scope.ConfigureAwait(false);
        return await _load(scope.ServiceProvider, key, cancellationToken).ConfigureAwait(false);
    }
}
