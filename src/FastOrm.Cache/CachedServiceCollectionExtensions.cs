using FastOrm.Cache.Functions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace FastOrm.Cache;

/// <summary>Registers services whose results are remembered.</summary>
public static class CachedServiceCollectionExtensions
{
    /// <summary>
    /// Adds a service of which the methods marked <see cref="CachedAttribute"/> are remembered by a cache; its other members are
    /// called as ever. The implementation is added as well and is created by the provider.
    /// </summary>
    /// <typeparam name="TService">The interface, with at least one marked method, of its own or inherited.</typeparam>
    /// <typeparam name="TImplementation">The class that does the work.</typeparam>
    /// <param name="services">The services to add to.</param>
    /// <param name="lifetime">The lifetime of both. Scoped by default.</param>
    /// <param name="cacheName">
    /// The key under which the <see cref="ICache"/> is registered; null (the default) for the default cache.
    /// </param>
    /// <param name="instance">
    /// What tells an object from others of its class, such as its tenant: a value that <see cref="CacheKey.Of"/> takes, asked for
    /// once per object. Null (the default) if nothing does: then the object is no part of the keys, and all share their values.
    /// </param>
    /// <returns>The same services, for chaining.</returns>
    /// <exception cref="ArgumentException">
    /// The service is no interface, a marked method cannot be remembered, or a method has a span or a reference to hand on.
    /// </exception>
    public static IServiceCollection AddCached<TService, TImplementation>(
        this IServiceCollection services,
        ServiceLifetime lifetime = ServiceLifetime.Scoped,
        string? cacheName = null,
        Func<TImplementation, object?>? instance = null)
        where TService : class
        where TImplementation : class, TService
    {
        ArgumentNullException.ThrowIfNull(services);
        var methods = CachedMethods.Of(typeof(TService), typeof(TImplementation));
        services.TryAdd(new ServiceDescriptor(typeof(TImplementation), typeof(TImplementation), lifetime));
        services.Add(new ServiceDescriptor(typeof(TService), Create, lifetime));
        return services;

        object Create(IServiceProvider provider)
        {
            var target = provider.GetRequiredService<TImplementation>();
            return CachedProxy.Create(typeof(TService), methods, CacheOf(provider), target, instance?.Invoke(target));
        }

        ICache CacheOf(IServiceProvider provider)
            => (cacheName is null ? provider.GetService<ICache>() : provider.GetKeyedService<ICache>(cacheName))
                ?? throw new InvalidOperationException(
                    $"The cached service {typeof(TService)} has no cache '{cacheName ?? "default"}': call AddFastOrmCache.");
    }
}
