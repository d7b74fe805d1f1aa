using System.Net;
using System.Net.Http.Json;
using System.Security.Claims;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using FastOrm.Cache.AspNetCore;
using FastOrm.Cache.Tests.Integration.Support;
using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FastOrm.Cache.Tests.Integration.OperatorPage;

/// <summary>An application with two caches and the operator page, on a server and a clock of its own.</summary>
internal sealed partial class PageHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly CookieContainer _cookies = new();

    private PageHost(WebApplication app, ManualTimeProvider time)
    {
        (_app, Time) = (app, time);
        Client = new HttpClient(new SocketsHttpHandler { CookieContainer = _cookies }) { BaseAddress = new Uri(app.Urls.First()) };
    }

    public HttpClient Client { get; }

    public ManualTimeProvider Time { get; }

    /// <summary>What the application has logged.</summary>
    public LogCapture Log => _app.Services.GetRequiredService<LogCapture>();

    public ICache Cache => _app.Services.GetRequiredService<ICacheProvider>().Get("shop");

    /// <summary>An application that is not started yet.</summary>
    public static WebApplication Build(
        string environment = "Development", Action<FastOrmCachePageOptions>? page = null, Action<IServiceCollection>? services = null)
    {
        var time = new ManualTimeProvider();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = environment });
        var log = new LogCapture();
        builder.Logging.ClearProviders().AddProvider(log);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(time).AddSingleton<TimeProvider>(time).AddSingleton(log);
        builder.Services.AddAuthentication("header").AddScheme<AuthenticationSchemeOptions, HeaderAuthentication>("header", null);
        builder.Services.AddAuthorizationBuilder().AddPolicy("operators", static policy => policy.RequireRole("operator"));
        (services ?? AddCaches)(builder.Services);
        var app = builder.Build();
        app.MapFastOrmCachePage("/ops/cache", page);
        return app;
    }

    public static void AddCaches(IServiceCollection services) => AddCaches(services, static _ => { });

    public static void AddCaches(IServiceCollection services, Action<AntiforgeryOptions> antiforgery)
        => services.AddAntiforgery(antiforgery).AddFastOrmCache("shop").AddFastOrmCache("<b>session</b>");

    public static async Task<PageHost> StartAsync(string environment = "Development", Action<FastOrmCachePageOptions>? page = null)
    {
        var app = Build(environment, page);
        await app.StartAsync();
        return new PageHost(app, app.Services.GetRequiredService<ManualTimeProvider>());
    }

    public Task<HttpResponseMessage> GetAsync(string path) => Client.GetAsync("/ops/cache" + path);

    /// <summary>Sends an order as the page does.</summary>
    public Task<HttpResponseMessage> PostAsync(string path, object order, bool withToken = true)
        => PostAsync(path, JsonContent.Create(order), withToken);

    /// <summary>Sends something to where the page sends its orders.</summary>
    public async Task<HttpResponseMessage> PostAsync(string path, HttpContent content, bool withToken = true)
    {
        var html = await Client.GetStringAsync("/ops/cache");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/ops/cache" + path) { Content = content };
        await request.Content.LoadIntoBufferAsync();
        if (withToken)
        {
            request.Headers.Add("RequestVerificationToken", WebUtility.HtmlDecode(Token().Match(html).Groups["token"].Value));
        }

        return await Client.SendAsync(request);
    }

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }

    [GeneratedRegex("data-token=\"(?<token>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Token();

    private sealed class HeaderAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
            => Task.FromResult(Request.Headers["Role"] is [{ } role]
                ? AuthenticateResult.Success(new AuthenticationTicket(
                    new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Role, role)], "header")), "header"))
                : AuthenticateResult.NoResult());
    }
}
