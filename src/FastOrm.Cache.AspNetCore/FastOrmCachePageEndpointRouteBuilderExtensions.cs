using FastOrm.Cache.AspNetCore.Live;
using FastOrm.Cache.AspNetCore.Page;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace FastOrm.Cache.AspNetCore;

/// <summary>Maps the operator page.</summary>
public static class FastOrmCachePageEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps a page that shows live what each registered cache does, and from which keys are forgotten, tags flushed and caches switched off.
    /// </summary>
    /// <remarks>
    /// It loads nothing from elsewhere. What changes something is a POST with an antiforgery token. Tags, labels of queries and their SQL
    /// without values are shown; values never are, and of keys only whether one that the operator names is there.
    /// </remarks>
    /// <param name="endpoints">The routes of the application.</param>
    /// <param name="pattern">The path of the page.</param>
    /// <param name="configure">Sets the options; outside Development it must name an authorization policy.</param>
    /// <returns>What conventions can be added to, for all routes of the page.</returns>
    /// <exception cref="InvalidOperationException">
    /// The environment is not Development and no policy is given; or no cache, or no antiforgery with a header, is registered.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static IEndpointConventionBuilder MapFastOrmCachePage(
        this IEndpointRouteBuilder endpoints, string pattern = "/cache", Action<FastOrmCachePageOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentException.ThrowIfNullOrWhiteSpace(pattern);
        var given = new FastOrmCachePageOptions();
        configure?.Invoke(given);
        var options = given.Validated();
        var services = endpoints.ServiceProvider;
        RequireProtection(services, options);
        var caches = services.GetService<ICacheProvider>() ?? throw new InvalidOperationException(
            "The operator page has no cache to show: none is registered. Call services.AddFastOrmCache() before the application is built.");
        RequireAntiforgery(services);

        var sampler = new Sampler(
            caches,
            services.GetService<TimeProvider>() ?? TimeProvider.System,
            options.History,
            services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
        var group = endpoints.MapGroup(pattern);
        new PageEndpoints(caches, sampler, options).MapTo(group);
        return options.AuthorizationPolicy is { } policy ? group.RequireAuthorization(policy) : group;
    }

    private static void RequireAntiforgery(IServiceProvider services)
    {
        if (services.GetService<IAntiforgery>() is null)
        {
            throw new InvalidOperationException(
                "The operator page needs antiforgery tokens, which are not registered. Call services.AddAntiforgery() before the application is built.");
        }

        if (services.GetRequiredService<IOptions<AntiforgeryOptions>>().Value.HeaderName is null)
        {
            throw new InvalidOperationException(
                "The operator page sends its antiforgery token in a header, and AntiforgeryOptions.HeaderName is null. Leave it as it is, or give it a name.");
        }
    }

    private static void RequireProtection(IServiceProvider services, FastOrmCachePageOptions options)
    {
        var environment = services.GetRequiredService<IHostEnvironment>();
        if (options.AuthorizationPolicy is null && !environment.IsDevelopment())
        {
            throw new InvalidOperationException(
                $"The operator page is not mapped in the environment {environment.EnvironmentName} without authorization, because whoever reaches it "
                    + "could clear the caches. Give the name of a policy: app.MapFastOrmCachePage(\"/cache\", o => o.AuthorizationPolicy = \"operators\").");
        }
    }
}
