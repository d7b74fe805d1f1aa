using FastOrm.Cache.Configuration;
using FastOrm.Cache.Keys;
using FastOrm.Cache.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace FastOrm.Cache;

/// <summary>Registers what is loaded into caches when the application starts.</summary>
/// <remarks>
/// Load with <c>RememberAsync</c> or <c>RefreshAsync</c> rather than <c>SetAsync</c>: what is invalidated while it is being
/// loaded is then not stored.
/// </remarks>
public static class CacheWarmupServiceCollectionExtensions
{
    /// <summary>Adds a warm-up of one item.</summary>
    /// <param name="services">The services to add to; the default cache is added as well if it is not there.</param>
    /// <param name="name">The name of the warm-up, for its progress; each has its own.</param>
    /// <param name="warm">
    /// Loads, with the services of a scope of its own. Its token is cancelled when the start is, or the host stops.
    /// </param>
    /// <returns>The same services, for chaining.</returns>
    /// <exception cref="ArgumentException">The name is null, empty or white space.</exception>
    /// <exception cref="InvalidOperationException">There is a warm-up of this name already.</exception>
    public static IServiceCollection AddCacheWarmup(
        this IServiceCollection services, string name, Func<IServiceProvider, CancellationToken, Task> warm)
    {
        ArgumentNullException.ThrowIfNull(warm);
        return services.AddCacheWarmup<bool>(
            name,
            static (_, _) => Task.FromResult<IReadOnlyCollection<bool>>([true]),
            (provider, _, token) => warm(provider, token));
    }

    /// <summary>Adds a warm-up of one item in a named cache.</summary>
    /// <param name="services">The services to add to; the default cache is added as well if it is not there.</param>
    /// <param name="name">The name of the warm-up, for its progress; each has its own.</param>
    /// <param name="cache">The name of the cache.</param>
    /// <param name="warm">
    /// Loads into the cache, with the services of a scope of its own. Its token is cancelled when the start is, or the host stops.
    /// </param>
    /// <returns>The same services, for chaining.</returns>
    /// <exception cref="ArgumentException">A name is null, empty or white space.</exception>
    /// <exception cref="InvalidOperationException">There is a warm-up of this name already.</exception>
    public static IServiceCollection AddCacheWarmup(
        this IServiceCollection services, string name, string cache, Func<ICache, IServiceProvider, CancellationToken, Task> warm)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(warm);
        return services.Uses(name, cache).AddCacheWarmup(name, (provider, token) => warm(Get(provider, cache), provider, token));
    }

    /// <summary>Adds a warm-up of many items, which are loaded in parallel; one that fails does not stop the others.</summary>
    /// <typeparam name="TItem">The type of the items, for example ids.</typeparam>
    /// <param name="services">The services to add to; the default cache is added as well if it is not there.</param>
    /// <param name="name">The name of the warm-up, for its progress; each has its own.</param>
    /// <param name="items">Finds the items, with the services of a scope of its own.</param>
    /// <param name="warm">Loads an item, with the services of a scope of its own.</param>
    /// <returns>The same services, for chaining.</returns>
    /// <exception cref="ArgumentException">The name is null, empty or white space.</exception>
    /// <exception cref="InvalidOperationException">There is a warm-up of this name already.</exception>
    public static IServiceCollection AddCacheWarmup<TItem>(
        this IServiceCollection services,
        string name,
        Func<IServiceProvider, CancellationToken, Task<IReadOnlyCollection<TItem>>> items,
        Func<IServiceProvider, TItem, CancellationToken, Task> warm)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(warm);
        Text.Checked(name, "The name of a cache warm-up");
        var others = services.Where(static service => service.ServiceType == typeof(CacheWarmup));
        if (others.Any(service => ((CacheWarmup)service.ImplementationInstance!).Name == name))
        {
            throw new InvalidOperationException(
                $"There is a cache warm-up named \"{name}\" already. Give this one another name.");
        }

        services.AddFastOrmCache();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, CacheWarmupService>());
        return services.AddSingleton<CacheWarmup>(new CacheWarmup<TItem>(name, items, warm));
    }

    /// <summary>
    /// Adds a warm-up of many items in a named cache, which are loaded in parallel; one that fails does not stop the others.
    /// </summary>
    /// <typeparam name="TItem">The type of the items, for example ids.</typeparam>
    /// <param name="services">The services to add to; the default cache is added as well if it is not there.</param>
    /// <param name="name">The name of the warm-up, for its progress; each has its own.</param>
    /// <param name="cache">The name of the cache.</param>
    /// <param name="items">Finds the items, with the services of a scope of its own.</param>
    /// <param name="warm">Loads an item into the cache, with the services of a scope of its own.</param>
    /// <returns>The same services, for chaining.</returns>
    /// <exception cref="ArgumentException">A name is null, empty or white space.</exception>
    /// <exception cref="InvalidOperationException">There is a warm-up of this name already.</exception>
    public static IServiceCollection AddCacheWarmup<TItem>(
        this IServiceCollection services,
        string name,
        string cache,
        Func<IServiceProvider, CancellationToken, Task<IReadOnlyCollection<TItem>>> items,
        Func<ICache, IServiceProvider, TItem, CancellationToken, Task> warm)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(warm);
        return services.Uses(name, cache).AddCacheWarmup(
            name,
            items,
            (IServiceProvider provider, TItem item, CancellationToken token) => warm(Get(provider, cache), provider, item, token));
    }

    /// <summary>Sets how the warm-ups run, all of them.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="options">The options, in place of others that were set before.</param>
    /// <returns>The same services, for chaining.</returns>
    public static IServiceCollection AddCacheWarmup(this IServiceCollection services, CacheWarmupOptions options)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(options);
        return services.Replace(ServiceDescriptor.Singleton(options));
    }

    private static IServiceCollection Uses(this IServiceCollection services, string name, string cache)
        => services.AddFastOrmCacheFor($"The cache warm-up \"{name}\"", cache);

    private static ICache Get(IServiceProvider services, string cache)
        => services.GetRequiredService<ICacheProvider>().Get(cache);
}
