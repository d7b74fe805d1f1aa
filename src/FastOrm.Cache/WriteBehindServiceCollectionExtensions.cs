using FastOrm.Cache.Configuration;
using FastOrm.Cache.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FastOrm.Cache;

/// <summary>Registers write-behind queues with dependency injection.</summary>
public static class WriteBehindServiceCollectionExtensions
{
    /// <summary>
    /// Adds a singleton <see cref="WriteBehindQueue{T}"/>. When the host stops, it is drained after all
    /// other hosted services have stopped, so what they still put in is written.
    /// </summary>
    /// <typeparam name="T">The type of the values: one queue for each.</typeparam>
    /// <param name="services">The services to add to; the default cache is added as well if it is not there.</param>
    /// <param name="write">Writes a value to its source, with its key and the services of a scope of its own.</param>
    /// <param name="options">How the queue works.</param>
    /// <param name="cache">The name of the cache in which the values are stored.</param>
    /// <returns>The same services, for chaining.</returns>
    /// <exception cref="ArgumentException">The name of the cache is null, empty or white space.</exception>
    /// <exception cref="InvalidOperationException">There is a queue of this type already.</exception>
    public static IServiceCollection AddWriteBehind<T>(
        this IServiceCollection services,
        Func<IServiceProvider, string, T, CancellationToken, Task> write,
        WriteBehindOptions<T> options,
        string cache = CacheNames.Default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return services.AddWriteBehind(write, _ => options, cache);
    }

    /// <summary>The same, with options that are made of the services of the application.</summary>
    /// <typeparam name="T">The type of the values: one queue for each.</typeparam>
    /// <param name="services">The services to add to; the default cache is added as well if it is not there.</param>
    /// <param name="write">Writes a value to its source, with its key and the services of a scope of its own.</param>
    /// <param name="options">Makes the options, with the services of the application (not of a scope).</param>
    /// <param name="cache">The name of the cache in which the values are stored.</param>
    /// <returns>The same services, for chaining.</returns>
    /// <exception cref="ArgumentException">The name of the cache is null, empty or white space.</exception>
    /// <exception cref="InvalidOperationException">There is a queue of this type already.</exception>
    public static IServiceCollection AddWriteBehind<T>(
        this IServiceCollection services,
        Func<IServiceProvider, string, T, CancellationToken, Task> write,
        Func<IServiceProvider, WriteBehindOptions<T>> options,
        string cache = CacheNames.Default)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(write);
        ArgumentNullException.ThrowIfNull(options);
        if (services.Any(static service => service.ServiceType == typeof(WriteBehindQueue<T>)))
        {
            throw new InvalidOperationException(
                $"There is a write-behind queue of {typeof(T)} already: each type has one. Give these values a type "
                + "of their own.");
        }

        services.AddFastOrmCacheFor($"The write-behind queue of {typeof(T)}", cache);
        services.AddSingleton(provider => new WriteBehindQueue<T>(
            provider.GetRequiredService<ICacheProvider>().Get(cache),
            InScope(provider.GetRequiredService<IServiceScopeFactory>(), write),
            options(provider),
            provider.GetService<ILogger<WriteBehindQueue<T>>>()));
        return services.AddSingleton<IHostedService, WriteBehindService<T>>();
    }

    private static Func<string, T, CancellationToken, Task> InScope<T>(
        IServiceScopeFactory scopes, Func<IServiceProvider, string, T, CancellationToken, Task> write)
        => async (key, value, token) =>
        {
            var scope = scopes.CreateAsyncScope();
            await using var ending = scope.ConfigureAwait(false);
            await write(scope.ServiceProvider, key, value, token).ConfigureAwait(false);
        };
}
