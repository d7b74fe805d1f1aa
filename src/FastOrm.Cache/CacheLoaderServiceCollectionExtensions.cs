using FastOrm.Cache.Configuration;
using FastOrm.Cache.Loaders;
using Microsoft.Extensions.DependencyInjection;

namespace FastOrm.Cache;

/// <summary>Registers loaders with dependency injection.</summary>
public static class CacheLoaderServiceCollectionExtensions
{
    /// <summary>Adds a loader as a singleton <see cref="CacheLoader{TKey, T}"/>, under its name as the key of the service.</summary>
    /// <param name="services">The services to add to; the default cache is added as well if it is not there.</param>
    /// <param name="name">The name of the loader, with which the keys of its values begin.</param>
    /// <param name="load">Loads a value with the services of a scope of its own.</param>
    /// <param name="options">How the values are kept young; null for the defaults.</param>
    /// <param name="cache">The name of the cache that keeps the values.</param>
    /// <returns>The same services, for chaining.</returns>
    /// <exception cref="ArgumentException">A name is null, empty or white space.</exception>
    /// <exception cref="InvalidOperationException">There is a loader of this name already in this cache, or of these types in another.</exception>
    public static IServiceCollection AddCacheLoader<TKey, T>(
        this IServiceCollection services,
        string name,
        Func<IServiceProvider, TKey, CancellationToken, Task<T>> load,
        CacheLoaderOptions? options = null,
        string cache = CacheNames.Default)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(load);
        services.AddFastOrmCacheFor($"The loader \"{name}\"", cache);
        LoaderName.Claim(services, new LoaderName(name, CacheNames.OptionsOf(cache), typeof(CacheLoader<TKey, T>)));
        return services.AddKeyedSingleton(
            name,
            (provider, _) => new CacheLoader<TKey, T>(
                provider.GetRequiredService<ICacheProvider>().Get(cache),
                name,
                provider.GetRequiredService<IServiceScopeFactory>(),
                load,
                options));
    }
}
