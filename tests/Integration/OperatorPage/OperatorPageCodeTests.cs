using FastOrm.Cache.AspNetCore;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace FastOrm.Cache.Tests.Integration.OperatorPage;

/// <summary>The code of docs/operations.md that maps the page.</summary>
[Collection(nameof(FastCache.Default))]
public sealed class OperatorPageCodeTests
{
    [Fact]
    public void The_page_is_one_call()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Services.AddFastOrmCache();
        builder.Services.AddAuthorizationBuilder().AddPolicy("operators", static policy => policy.RequireRole("operator"));

        // code: operator page
        builder.Services.AddAntiforgery();
        var app = builder.Build();
        app.MapFastOrmCachePage("/cache", o => o.AuthorizationPolicy = "operators");
        // end
        using var application = (IDisposable)app;

        Assert.Contains(
            ((IEndpointRouteBuilder)app).DataSources.SelectMany(static source => source.Endpoints).OfType<RouteEndpoint>(),
            static endpoint => endpoint.RoutePattern.RawText!.Contains("cache", StringComparison.Ordinal));
    }
}
