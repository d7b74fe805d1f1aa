using Microsoft.Extensions.DependencyInjection;

namespace FastOrm.Cache;

/// <summary>Registers loaders with dependency injection.</summary>
public static class CacheLoaderServiceCollectionExtensions
{
    /// <summary>Adds a loader as a singleton <see cref="CacheLoader{TKey, T}"/>, under its name as the key of the service.</summary>
    /// <param name="services">The services to add to; the cache is added as well if it is not there.</param>
    /// <param name="name">The name of the loader, with which the keys of its values begin.</param>
    /// <param name="load">Loads a value with the services of a scope of its own.</param>
    /// <param name="options">How the values are kept young; null for the defaults.</param>
    /// <returns>The same services, for chaining.</returns>
    public static IServiceCollection AddCacheLoader<TKey, T>(
        this IServiceCollection services,
        string name,
        Func<IServiceProvider, TKey, CancellationToken, Task<T>> load,
        CacheLoaderOptions? options = null)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(load);
        services.AddFastOrmCache();
        return services.AddKeyedSingleton(
            name,
            (provider, _) => new CacheLoader<TKey, T>(
                provider.GetRequiredService<ICache>(), name, provider.GetRequiredService<IServiceScopeFactory>(), load, options));
    }
}
