using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using FastOrm.Cache.AspNetCore;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace FastOrm.Cache.Tests.Integration.OperatorPage;

/// <summary>Who may see the page, and who may change something by it.</summary>
public sealed class ProtectionTests
{
    public static TheoryData<string> Routes { get; } = ["", "/page.css", "/page.js", "/chart.js", "/explain.js", "/icon.svg", "/live?cache=shop", "/state?cache=shop", "/query?cache=shop&id=1"];

    [Fact]
    public void Outside_development_it_is_not_mapped_without_a_policy()
    {
        var error = Assert.Throws<InvalidOperationException>(static () => PageHost.Build("Production"));
        Assert.Contains("o.AuthorizationPolicy = ", error.Message, StringComparison.Ordinal);
        Assert.Contains("Production", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Every_route_requires_the_policy(string route)
    {
        await using var host = await PageHost.StartAsync("Production", static options => options.AuthorizationPolicy = "operators");
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.GetAsync(route)).StatusCode);

        host.Client.DefaultRequestHeaders.Add("Role", "guest");
        Assert.Equal(HttpStatusCode.Forbidden, (await host.GetAsync(route)).StatusCode);
    }

    [Fact]
    public async Task Who_fulfils_the_policy_may_see_and_change()
    {
        await using var host = await PageHost.StartAsync("Production", static options => options.AuthorizationPolicy = "operators");
        host.Client.DefaultRequestHeaders.Add("Role", "operator");

        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.PostAsync("/clear", new { cache = "shop" })).StatusCode);
    }

    [Theory]
    [InlineData("/forget")]
    [InlineData("/flush")]
    [InlineData("/clear")]
    [InlineData("/switch")]
    [InlineData("/look-up")]
    public async Task An_order_requires_the_policy(string route)
    {
        await using var host = await PageHost.StartAsync("Production", static options => options.AuthorizationPolicy = "operators");
        await host.Cache.SetAsync("key", 1);
        foreach (var (role, status) in new[] { ("", HttpStatusCode.Unauthorized), ("guest", HttpStatusCode.Forbidden) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/ops/cache" + route) { Content = JsonContent.Create(new { cache = "shop", name = "key", on = false }) };
            if (role.Length > 0)
            {
                request.Headers.Add("Role", role);
            }

            Assert.Equal(status, (await host.Client.SendAsync(request)).StatusCode);
        }

        Assert.True((await host.Cache.TryGetAsync<int>("key")).HasValue);
    }

    [Theory]
    [InlineData("/forget")]
    [InlineData("/flush")]
    [InlineData("/clear")]
    [InlineData("/switch")]
    [InlineData("/look-up")]
    public async Task Without_its_token_nothing_is_changed(string route)
    {
        await using var host = await PageHost.StartAsync();
        await host.Cache.SetAsync("key", 1, new CacheEntryOptions { Tags = ["tag"] });
        var answer = await host.PostAsync(route, new { cache = "shop", name = route == "/forget" ? "key" : "tag", on = false }, withToken: false);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.True((await host.Cache.TryGetAsync<int>("key")).HasValue);
    }

    [Fact]
    public async Task A_form_of_another_page_cannot_send_an_order()
    {
        await using var host = await PageHost.StartAsync();
        await host.Cache.SetAsync("key", 1);
        foreach (var type in new[] { "application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x" })
        {
            using var order = new StringContent("""{"cache":"shop","name":"key"}""");
            order.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
            Assert.Equal(HttpStatusCode.BadRequest, (await host.PostAsync("/forget", order)).StatusCode);
        }

        Assert.True((await host.Cache.TryGetAsync<int>("key")).HasValue);
    }

    [Fact]
    public async Task The_page_makes_nothing_warn()
    {
        await using var host = await PageHost.StartAsync();
        await host.GetAsync("");
        await host.PostAsync("/clear", new { cache = "shop" });

        Assert.Empty(host.Log.Warnings); // Antiforgery warns where it finds a Cache-Control that it would not write.
    }

    [Fact]
    public async Task A_page_that_only_shows_has_no_route_that_changes()
    {
        await using var host = await PageHost.StartAsync(page: static options => options.AllowChanges = false);
        Assert.Equal(HttpStatusCode.NotFound, (await host.PostAsync("/clear", new { cache = "shop" })).StatusCode);
    }

    [Fact]
    public async Task Nothing_of_it_comes_from_elsewhere_and_no_script_stands_in_the_page()
    {
        await using var host = await PageHost.StartAsync();
        var page = await host.GetAsync("");
        var policy = page.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("default-src 'none'; script-src 'self'; style-src 'self'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", page.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.True(page.Headers.CacheControl!.NoStore);

        foreach (var route in new[] { "", "/page.css", "/page.js", "/chart.js", "/explain.js" })
        {
            var text = await (await host.GetAsync(route)).Content.ReadAsStringAsync();
            Assert.DoesNotContain("://", text.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal), StringComparison.Ordinal);
            Assert.DoesNotContain("innerHTML", text, StringComparison.Ordinal);
            Assert.DoesNotContain(" style=\"", text, StringComparison.Ordinal);
            Assert.DoesNotContain("<script>", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Names_are_text_and_never_markup()
    {
        await using var host = await PageHost.StartAsync();
        var html = await host.Client.GetStringAsync("/ops/cache");
        Assert.Contains("&lt;b&gt;session&lt;/b&gt;", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>session", html, StringComparison.Ordinal);

        await host.Cache.FlushAsync("</script><img src=x onerror=alert(1)>");
        var json = await host.Client.GetStringAsync("/ops/cache/state?cache=shop");
        Assert.DoesNotContain('<', json);
        Assert.Contains("onerror", json, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_antiforgery_or_without_caches_it_says_what_to_call()
    {
        Assert.Contains("HeaderName", Refused(static services => PageHost.AddCaches(services, static o => o.HeaderName = null)), StringComparison.Ordinal);
        Assert.Contains("AddAntiforgery()", Refused(static services => services.AddFastOrmCache("shop")), StringComparison.Ordinal);
        Assert.Contains("AddFastOrmCache()", Refused(static services => services.AddAntiforgery()), StringComparison.Ordinal);

        static string Refused(Action<IServiceCollection> add)
            => Assert.Throws<InvalidOperationException>(() => PageHost.Build(services: add)).Message;
    }

    [Theory]
    [InlineData(0, 300)]
    [InlineData(1001, 300)]
    [InlineData(20, 9)]
    [InlineData(20, 3601)]
    public void Options_out_of_range_are_refused(int streams, int seconds)
        => Assert.Throws<ArgumentOutOfRangeException>(() => PageHost.Build(
            page: options => (options.MaxStreams, options.History) = (streams, TimeSpan.FromSeconds(seconds))));
}
