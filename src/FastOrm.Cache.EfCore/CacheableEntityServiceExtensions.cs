using FastOrm.Cache.EfCore.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace FastOrm.Cache.EfCore;

/// <summary>Registers the contexts of entities that are read without one: <c>User.FindOrCacheAsync(1)</c>.</summary>
public static class CacheableEntityServiceExtensions
{
    /// <summary>
    /// Uses the context for the <see cref="CacheableEntity{TSelf}"/> types of its model, from the start of the host until its services are
    /// disposed of. Call it beside <c>AddDbContextFactory</c> or <c>AddPooledDbContextFactory</c>.
    /// </summary>
    /// <typeparam name="TContext">The type of the context.</typeparam>
    /// <param name="services">The services to add to.</param>
    /// <returns>The same services, for chaining.</returns>
    public static IServiceCollection AddCacheableEntities<TContext>(this IServiceCollection services)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<EntityContext, EntityContext<TContext>>());
        services.TryAddSingleton<EntityContexts>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, EntityContextsStart>());
        return services;
    }

    /// <summary>
    /// Uses the contexts that were registered with <see cref="AddCacheableEntities"/> where no host does it: in a program without one, or
    /// before its start.
    /// </summary>
    /// <param name="services">The services of the application. When they are disposed of, their contexts are used no more.</param>
    /// <remarks>
    /// It holds for the whole process. Where several service providers have the same entity type, it holds in the asynchronous flow of the
    /// caller, so that each test of several in a process can have its own.
    /// </remarks>
    /// <exception cref="InvalidOperationException">No context was registered, or one without a factory.</exception>
    public static void UseCacheableEntities(this IServiceProvider services)
    {
        ArgumentNullException.ThrowIfNull(services);
        var contexts = services.GetService<EntityContexts>()
            ?? throw new InvalidOperationException(
                "UseCacheableEntities found no context among the services. Call services.AddCacheableEntities<TContext>() at start-up.");
        contexts.Use();
    }
}
