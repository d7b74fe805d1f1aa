using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.Extensions.Options;

namespace WebShop;

/// <summary>
/// Who may use the operator page, from which the cache can be emptied: whoever sits at the machine. The page wants a policy outside
/// Development, and this shop has no sign-in by which an operator could be known. An application that has one requires a role instead.
/// </summary>
/// <remarks>
/// <b>Behind a proxy on the same machine</b> everybody comes from this machine. One that adds <c>X-Forwarded-For</c> or <c>Forwarded</c> is seen;
/// one that adds neither, and gives the shop a host of its own such as <c>localhost</c>, is not, and opens the page to all. There, listen
/// on a second port to which nothing is forwarded, and name it: <c>--urls "http://localhost:5080;http://localhost:5090"</c> and
/// <c>Operators__Port=5090</c>. Then the page answers on that port alone.
/// </remarks>
public static class OperatorAccess
{
    /// <summary>The path of the page.</summary>
    public const string Page = "/cache";

    /// <summary>The name of the authorization policy.</summary>
    public const string Policy = "operators";

    public static IServiceCollection AddOperatorAccess(this IServiceCollection services)
    {
        services.AddAntiforgery();
        services.AddOptions<OperatorOptions>().BindConfiguration("Operators").ValidateDataAnnotations().ValidateOnStart();
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
            && IsRightPort(context)
            && IsThisMachine(context.Request.Host.Host)
            && !context.Request.Headers.ContainsKey("X-Forwarded-For")
            && !context.Request.Headers.ContainsKey("Forwarded");

    private static bool IsRightPort(HttpContext context)
        => context.RequestServices.GetRequiredService<IOptions<OperatorOptions>>().Value.Port is not { } port || context.Connection.LocalPort == port;

    private static bool IsThisMachine(string host)
        => string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    /// <summary>The section <c>Operators</c> of the configuration.</summary>
    public sealed class OperatorOptions
    {
        /// <summary>The only port on which the page answers, of those that the shop listens on; null, the default, for all of them.</summary>
        [Range(1, 65_535)]
        public int? Port { get; set; }
    }

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
