using FastOrm.Cache.Engine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace FastOrm.Cache;

/// <summary>Registers caches with dependency injection.</summary>
public static class FastOrmCacheServiceCollectionExtensions
{
    /// <summary>Adds the default cache as a singleton <see cref="ICache"/>; it also becomes <see cref="FastCache.Default"/>.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="configure">Sets the options; <see langword="null"/> for the defaults.</param>
    /// <returns>The same services, for chaining.</returns>
    public static IServiceCollection AddFastOrmCache(this IServiceCollection services, Action<FastOrmCacheOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = services.AddOptions<FastOrmCacheOptions>();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        services.TryAddSingleton<ICache>(static provider =>
        {
            var cache = new CacheEngine("default", provider.GetRequiredService<IOptions<FastOrmCacheOptions>>().Value);
            FastCache.SetDefault(cache);
            return cache;
        });
        return services;
    }
}
