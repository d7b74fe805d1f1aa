using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace WebShop;

/// <summary>
/// Who may use the operator page, from which the cache can be emptied: whoever sits at the machine. The page wants a policy outside
/// Development, and this shop has no sign-in by which an operator could be known. An application that has one requires a role instead.
/// </summary>
public static class OperatorAccess
{
    /// <summary>The path of the page.</summary>
    public const string Page = "/cache";

    /// <summary>The name of the authorization policy.</summary>
    public const string Policy = "operators";

    public static IServiceCollection AddOperatorAccess(this IServiceCollection services)
    {
        services.AddAntiforgery();
        services.AddAuthorizationBuilder().AddPolicy(Policy, static policy => policy.RequireAssertion(
            static context => context.Resource is HttpContext http && IsAllowed(http)));
        return services.AddSingleton<IAuthorizationMiddlewareResultHandler, NoSignIn>();
    }

    /// <summary>
    /// Whether a request comes from this machine and was meant for it. The address alone would not do: a proxy on the same machine has it
    /// for everybody, and tells of whom it forwards; and a page on the internet whose name is made to lead here has a name of its own.
    /// </summary>
    public static bool IsAllowed(HttpContext context)
        => context.Connection.RemoteIpAddress is { } address
            && IPAddress.IsLoopback(address)
            && IsThisMachine(context.Request.Host.Host)
            && !context.Request.Headers.ContainsKey("X-Forwarded-For")
            && !context.Request.Headers.ContainsKey("Forwarded");

    private static bool IsThisMachine(string host)
        => string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    // Who is refused cannot sign in, so that there is nothing to ask for and nowhere to send them.
    private sealed class NoSignIn : IAuthorizationMiddlewareResultHandler
    {
        public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
        {
            if (authorizeResult.Succeeded)
            {
                return next(context);
            }

            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        }
    }
}
