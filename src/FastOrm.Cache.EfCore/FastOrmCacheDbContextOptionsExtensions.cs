using FastOrm.Cache.EfCore.Internals;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace FastOrm.Cache.EfCore;

/// <summary>Sets up a <see cref="DbContext"/> to use FastOrm.Cache.</summary>
public static class FastOrmCacheDbContextOptionsExtensions
{
    /// <summary>Uses <see cref="FastCache.Default"/>. Call it after the database provider.</summary>
    /// <param name="builder">The options of the context.</param>
    /// <param name="configure">Sets how the context uses the cache; <see langword="null"/> for the defaults.</param>
    /// <returns>The same builder, for chaining.</returns>
    public static DbContextOptionsBuilder UseFastOrmCache(
        this DbContextOptionsBuilder builder, Action<FastOrmCacheContextOptions>? configure = null)
        => Use(builder, null, configure);

    /// <summary>Uses the given cache. Call it after the database provider.</summary>
    /// <param name="builder">The options of the context.</param>
    /// <param name="cache">The cache, made by this library.</param>
    /// <param name="configure">Sets how the context uses the cache; <see langword="null"/> for the defaults.</param>
    /// <returns>The same builder, for chaining.</returns>
    /// <exception cref="ArgumentException">The cache is another implementation of <see cref="ICache"/>.</exception>
    public static DbContextOptionsBuilder UseFastOrmCache(
        this DbContextOptionsBuilder builder, ICache cache, Action<FastOrmCacheContextOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(cache);
        return Use(builder, cache, configure);
    }

    /// <summary>Uses the cache that was registered with <c>AddFastOrmCache</c>. Call it after the database provider.</summary>
    /// <param name="builder">The options of the context.</param>
    /// <param name="services">The application's services. The cache is resolved now; the provider is not kept.</param>
    /// <param name="configure">Sets how the context uses the cache; <see langword="null"/> for the defaults.</param>
    /// <returns>The same builder, for chaining.</returns>
    /// <exception cref="InvalidOperationException">No cache is registered.</exception>
    public static DbContextOptionsBuilder UseFastOrmCache(
        this DbContextOptionsBuilder builder, IServiceProvider services, Action<FastOrmCacheContextOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var cache = services.GetService<ICache>()
            ?? throw new InvalidOperationException(
                "UseFastOrmCache found no cache among the services. Call services.AddFastOrmCache() at start-up.");
        return Use(builder, cache, configure);
    }

    /// <inheritdoc cref="UseFastOrmCache(DbContextOptionsBuilder, Action{FastOrmCacheContextOptions}?)"/>
    /// <typeparam name="TContext">The type of the context.</typeparam>
    public static DbContextOptionsBuilder<TContext> UseFastOrmCache<TContext>(
        this DbContextOptionsBuilder<TContext> builder, Action<FastOrmCacheContextOptions>? configure = null)
        where TContext : DbContext
        => (DbContextOptionsBuilder<TContext>)UseFastOrmCache((DbContextOptionsBuilder)builder, configure);

    /// <inheritdoc cref="UseFastOrmCache(DbContextOptionsBuilder, ICache, Action{FastOrmCacheContextOptions}?)"/>
    /// <typeparam name="TContext">The type of the context.</typeparam>
    public static DbContextOptionsBuilder<TContext> UseFastOrmCache<TContext>(
        this DbContextOptionsBuilder<TContext> builder, ICache cache, Action<FastOrmCacheContextOptions>? configure = null)
        where TContext : DbContext
        => (DbContextOptionsBuilder<TContext>)UseFastOrmCache((DbContextOptionsBuilder)builder, cache, configure);

    /// <inheritdoc cref="UseFastOrmCache(DbContextOptionsBuilder, IServiceProvider, Action{FastOrmCacheContextOptions}?)"/>
    /// <typeparam name="TContext">The type of the context.</typeparam>
    public static DbContextOptionsBuilder<TContext> UseFastOrmCache<TContext>(
        this DbContextOptionsBuilder<TContext> builder, IServiceProvider services, Action<FastOrmCacheContextOptions>? configure = null)
        where TContext : DbContext
        => (DbContextOptionsBuilder<TContext>)UseFastOrmCache((DbContextOptionsBuilder)builder, services, configure);

    /// <summary>
    /// Adds FastOrm.Cache to a service collection for EF Core itself, for applications that call <c>UseInternalServiceProvider</c>.
    /// Call it after the provider's own method, such as <c>AddEntityFrameworkSqlite</c>, and <c>UseFastOrmCache</c> as ever.
    /// </summary>
    /// <param name="services">The services of EF Core.</param>
    /// <returns>The same services, for chaining.</returns>
    /// <exception cref="InvalidOperationException">The provider's own method was not called before.</exception>
    public static IServiceCollection AddEntityFrameworkFastOrmCache(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (!services.Any(static service => service.ServiceType == typeof(IDatabaseProvider)))
        {
            throw new InvalidOperationException(
                "There is no database provider among the services yet. "
                + "Call AddEntityFrameworkFastOrmCache after the provider's own method, such as AddEntityFrameworkSqlite.");
        }

        return EfServices.Add(services);
    }

    private static DbContextOptionsBuilder Use(
        DbContextOptionsBuilder builder, ICache? cache, Action<FastOrmCacheContextOptions>? configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new FastOrmCacheContextOptions();
        configure?.Invoke(options);
        ((IDbContextOptionsBuilderInfrastructure)builder).AddOrUpdateExtension(new FastOrmCacheOptionsExtension(cache, options));
        return builder;
    }
}
