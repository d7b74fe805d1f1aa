using FastOrm.Cache.AspNetCore.Live;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace FastOrm.Cache.AspNetCore.Page;

/// <summary>The routes of the page.</summary>
internal sealed class PageEndpoints(ICacheProvider caches, Sampler sampler, FastOrmCachePageOptions options)
{
    private const string Policy
        = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
            + "frame-ancestors 'none'";

    private readonly LiveStream _live = new(sampler, options);

    public void MapTo(RouteGroupBuilder group)
    {
        group.MapGet("", Guarded(PageAsync));
        foreach (var (name, type, bytes) in PageResources.Files)
        {
            group.MapGet(name, Guarded(context =>
            {
                context.Response.ContentType = type;
                return context.Response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
            }));
        }

        group.MapGet("live", Guarded(context => sampler.Find(context.Request.Query["cache"]) is { } history
            ? _live.RunAsync(context, history)
            : UnknownCacheAsync(context)));
        group.MapGet("state", Guarded(context => OfCacheAsync(context, static (cache, _) => CacheView.Of(cache))));
        group.MapGet("query", Guarded(context => OfCacheAsync(
            context, static (cache, context) => CacheView.Explain(cache, context.Request.Query["id"]))));
        var orders = new PageOrders(sampler);
        group.MapPost("look-up", Guarded(orders.LookUpAsync));
        if (options.AllowChanges)
        {
            group.MapPost("forget", Guarded(orders.ForgetAsync));
            group.MapPost("flush", Guarded(orders.FlushAsync));
            group.MapPost("clear", Guarded(orders.ClearAsync));
            group.MapPost("switch", Guarded(orders.SwitchAsync));
        }
    }

    /// <summary>Answers with JSON that nobody keeps.</summary>
    public static Task AnswerAsync(HttpContext context, object answer, int status = StatusCodes.Status200OK)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        return context.Response.WriteAsync(CacheView.Serialize(answer), context.RequestAborted);
    }

    public static Task UnknownCacheAsync(HttpContext context)
        => AnswerAsync(context, new { reason = "No cache of this name is registered." }, StatusCodes.Status404NotFound);

    private Task OfCacheAsync(HttpContext context, Func<ICache, HttpContext, object> view)
        => sampler.Find(context.Request.Query["cache"]) is { } history
            ? AnswerAsync(context, view(history.Cache, context))
            : UnknownCacheAsync(context);

    private Task PageAsync(HttpContext context)
    {
        var tokens = context.RequestServices.GetRequiredService<IAntiforgery>().GetAndStoreTokens(context);
        context.Response.ContentType = "text/html; charset=utf-8";
        var path = (context.Request.PathBase + context.Request.Path).ToString().TrimEnd('/');
        return context.Response.WriteAsync(
            PageResources.Render(path, caches.Names, tokens.HeaderName ?? "", tokens.RequestToken ?? ""), context.RequestAborted);
    }

    private static RequestDelegate Guarded(RequestDelegate next) => context =>
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.CacheControl = "no-cache, no-store"; // As antiforgery writes it, which warns where it reads anything else.
        return next(context);
    };
}
