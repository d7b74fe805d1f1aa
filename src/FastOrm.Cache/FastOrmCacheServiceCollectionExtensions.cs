using FastOrm.Cache.Adapters;
using FastOrm.Cache.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace FastOrm.Cache;

/// <summary>Registers caches with dependency injection.</summary>
/// <remarks>
/// Several registrations of one cache add up: their options are set in the order of the calls. Options that are out of range, and
/// wrong or unknown settings, are refused with an <see cref="OptionsValidationException"/> when a host starts, and without a host
/// when a cache is first asked for.
/// </remarks>
public static class FastOrmCacheServiceCollectionExtensions
{
    /// <summary>
    /// Adds the default cache as a singleton <see cref="ICache"/>; it also becomes <see cref="FastCache.Default"/>.
    /// </summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="configure">Sets the options; <see langword="null"/> for the defaults. It is called more than once.</param>
    /// <returns>The same services, for chaining.</returns>
    public static IServiceCollection AddFastOrmCache(this IServiceCollection services, Action<FastOrmCacheOptions>? configure = null)
        => services.AddFastOrmCache(CacheNames.Default, configure);

    /// <summary>
    /// Adds a cache with tiers and options of its own: the keyed service of its name, and <see cref="ICacheProvider.Get"/>.
    /// </summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="name">The name; see <see cref="ICacheProvider"/> for how names are compared.</param>
    /// <param name="configure">Sets the options; <see langword="null"/> for the defaults. It is called more than once.</param>
    /// <returns>The same services, for chaining.</returns>
    /// <exception cref="ArgumentException">The name is null, empty or white space.</exception>
    public static IServiceCollection AddFastOrmCache(
        this IServiceCollection services, string name, Action<FastOrmCacheOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var optionsName = CacheNames.OptionsOf(CacheNames.Checked(name));
        services.AddProvider().Configure<CacheNames>(names => names.Add(name));
        if (optionsName == Options.DefaultName)
        {
            services.TryAddSingleton(static provider => provider.GetRequiredService<ICacheProvider>().Get());
        }

        if (configure is not null)
        {
            services.Configure(optionsName, configure);
            services.AddAdapters(name, configure);
        }

        return services;
    }

    /// <summary>
    /// Adds the default cache, and a named one for each section within, by the settings of the configuration: of its section
    /// <c>Cache</c>, or of the section itself if that is what is given. <c>CACHE__MAX_SIZE=1000</c> in the environment and
    /// <c>"Cache": { "MaxSize": 1000 }</c> in a file are the same setting; <c>CACHE__SESSION__DEFAULT_TTL=3600</c> is one of the
    /// cache <c>session</c>.
    /// </summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="configuration">The configuration, which is read when the caches are made.</param>
    /// <returns>The same services, for chaining.</returns>
    public static IServiceCollection AddFastOrmCache(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var reader = ConfigurationReader.Of(configuration);
        services.AddFastOrmCache();
        services.AddSingleton<IConfigureOptions<FastOrmCacheOptions>>(reader);

        // After the names in code, whose spelling counts.
        services.PostConfigure<CacheNames>(names =>
        {
            foreach (var name in reader.Names)
            {
                names.Add(name);
            }
        });
        return services;
    }

    /// <summary>
    /// Adds the default cache for somebody who works with it or with another, which then must be registered, sooner or later.
    /// </summary>
    internal static IServiceCollection AddFastOrmCacheFor(this IServiceCollection services, string user, string cache)
    {
        CacheNames.Checked(cache);
        return services.AddFastOrmCache().Configure<CacheNames>(names => names.Use(cache, user));
    }

    private static IServiceCollection AddProvider(this IServiceCollection services)
    {
        if (services.Any(static service => service.ServiceType == typeof(CacheProvider)))
        {
            return services;
        }

        services.AddSingleton<CacheProvider>();
        services.AddSingleton<ICacheProvider>(static provider => provider.GetRequiredService<CacheProvider>());
        services.AddSingleton<IValidateOptions<FastOrmCacheOptions>, OptionsValidator>();
        services.TryAddKeyedSingleton(
            KeyedService.AnyKey, static (provider, key) => provider.GetRequiredService<ICacheProvider>().Get(key?.ToString()!));
        services.AddOptions<HostStart>().Configure<ICacheProvider>(static (_, caches) => Start(caches)).ValidateOnStart();
        return services;
    }

    // Before anything runs: the provider has validated all options, and what FastCache remembers is remembered by the default
    // cache.
    private static void Start(ICacheProvider caches)
    {
        if (caches.Names.Any(static name => CacheNames.OptionsOf(name) == Options.DefaultName))
        {
            caches.Get();
        }
    }

    /// <summary>Options that have nothing to set: their validation is what a host calls when it starts.</summary>
    private sealed class HostStart;
}
