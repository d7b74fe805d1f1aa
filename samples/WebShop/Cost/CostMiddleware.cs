using FastOrm.Cache.EfCore;
using Microsoft.AspNetCore.Diagnostics;

namespace WebShop.Cost;

/// <summary>Measures each request, and lets a visitor switch the cache off for themselves to see the difference.</summary>
public sealed class CostMiddleware(RequestDelegate next, TimeProvider time)
{
    private const string OffCookie = "cache";
    private const string OffValue = "off";
    private const int MaxNameLength = 200;

    public static bool IsCacheOff(HttpRequest request) => request.Cookies[OffCookie] == OffValue;

    public static void SwitchCache(HttpResponse response, bool on)
    {
        if (on)
        {
            response.Cookies.Delete(OffCookie);
        }
        else
        {
            response.Cookies.Append(OffCookie, OffValue, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax });
        }
    }

    public async Task InvokeAsync(HttpContext context)
    {
        RequestCost.Begin(time, NameOf(context.Request));
        using (IsCacheOff(context.Request) ? RememberScope.Suppress() : null)
        {
            await next(context);
        }
    }

    // A page that is not there is shown by another in its place.
    private static string NameOf(HttpRequest request)
    {
        var asked = request.HttpContext.Features.Get<IStatusCodeReExecuteFeature>();
        var name = $"{request.Method} {asked?.OriginalPath ?? request.Path}{asked?.OriginalQueryString ?? request.QueryString.ToString()}";
        return name.Length <= MaxNameLength ? name : $"{name.AsSpan(0, MaxNameLength)}…";
    }
}
