using FastOrm.Cache.Configuration;
using FastOrm.Cache.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace FastOrm.Cache;

/// <summary>Adds caches to the health checks of an application.</summary>
public static class FastOrmCacheHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds a check of a cache. It is healthy while all is well, and degraded while the cache is switched off or does without the tier that nodes share:
    /// the breaker is open, changes wait to be told, other nodes are not heard, or memory is not trusted. It asks nobody and waits for nothing.
    /// </summary>
    /// <remarks>Never unhealthy by default, because an application goes on without its cache, and to restart it helps nobody.</remarks>
    /// <param name="builder">The health checks.</param>
    /// <param name="cache">The name of the cache; see <see cref="ICacheProvider"/>. It must be registered when the check is run.</param>
    /// <param name="name">The name of the check; null for <c>fastorm-cache</c>, with the name of the cache behind it if that is not the default one.</param>
    /// <param name="failureStatus">What is reported when not all is well; null for <see cref="HealthStatus.Degraded"/>.</param>
    /// <param name="tags">The tags of the check.</param>
    /// <returns>The same health checks, for chaining.</returns>
    /// <exception cref="ArgumentException">The name of the cache is null, empty or white space.</exception>
    public static IHealthChecksBuilder AddFastOrmCache(
        this IHealthChecksBuilder builder,
        string cache = CacheNames.Default,
        string? name = null,
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        CacheNames.Checked(cache);
        return builder.Add(new HealthCheckRegistration(
            name ?? (CacheNames.Plain(cache) == CacheNames.Default ? "fastorm-cache" : $"fastorm-cache:{cache}"),
            services => new CacheHealthCheck(services.GetRequiredService<ICacheProvider>().Get(cache)),
            failureStatus ?? HealthStatus.Degraded,
            tags));
    }
}
