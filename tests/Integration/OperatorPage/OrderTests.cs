using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace FastOrm.Cache.Tests.Integration.OperatorPage;

/// <summary>What the page changes, and what it says of what there is not.</summary>
public sealed class OrderTests
{
    [Fact]
    public async Task A_key_is_forgotten_and_a_tag_flushed()
    {
        await using var host = await PageHost.StartAsync();
        await host.Cache.SetAsync("a", 1);
        await host.Cache.SetAsync("b", 1, new CacheEntryOptions { Tags = ["tag"] });

        Assert.Equal("The key is forgotten; one entry was dropped.", await OrderAsync(host, "/forget", new { cache = "shop", name = "a" }));
        Assert.Equal("The key is forgotten; nothing was in memory.", await OrderAsync(host, "/forget", new { cache = "shop", name = "a" }));
        Assert.True((await host.Cache.TryGetAsync<int>("b")).HasValue);

        await OrderAsync(host, "/flush", new { cache = "shop", name = "tag" });
        Assert.False((await host.Cache.TryGetAsync<int>("b")).HasValue);
    }

    [Fact]
    public async Task A_cache_is_cleared_and_switched_off_and_on()
    {
        await using var host = await PageHost.StartAsync();
        await host.Cache.SetAsync("a", 1);
        await host.Cache.SetAsync("b", 1);

        Assert.Equal("The cache is empty; 2 entries were dropped.", await OrderAsync(host, "/clear", new { cache = "shop" }));
        await OrderAsync(host, "/switch", new { cache = "shop", on = false });
        Assert.False(host.Cache.IsEnabled);
        await OrderAsync(host, "/switch", new { cache = "shop", on = true });
        Assert.True(host.Cache.IsEnabled);
    }

    [Theory]
    [InlineData("/forget", "")]
    [InlineData("/flush", "  ")]
    [InlineData("/forget", null)]
    public async Task What_is_no_key_or_tag_is_refused_with_the_reason(string route, string? name)
        => await AssertRefusedAsync(route, new { cache = "shop", name }, HttpStatusCode.BadRequest);

    [Fact]
    public async Task What_is_too_large_or_no_order_is_refused()
    {
        await AssertRefusedAsync("/forget", new { cache = "shop", name = new string('x', 100_000) }, HttpStatusCode.BadRequest);
        await AssertRefusedAsync("/forget", new[] { 1 }, HttpStatusCode.BadRequest);
        await AssertRefusedAsync("/forget", new { cache = 5 }, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_cache_that_there_is_not_is_not_found()
    {
        await AssertRefusedAsync("/clear", new { cache = "nobody" }, HttpStatusCode.NotFound);
        await using var host = await PageHost.StartAsync();
        foreach (var route in new[] { "/state?cache=nobody", "/live?cache=nobody", "/query?cache=nobody&id=1" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await host.GetAsync(route)).StatusCode);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("?id=")]
    [InlineData("?id=0123456789abcdef")]
    [InlineData("?id=%3Cscript%3E&cache=shop")]
    public async Task An_unknown_query_is_explained_by_a_reason(string query)
    {
        await using var host = await PageHost.StartAsync();
        var answer = await host.GetAsync("/query" + query);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("not met such a query", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static async Task<string?> OrderAsync(PageHost host, string route, object order)
        => (string?)(await (await host.PostAsync(route, order)).Content.ReadFromJsonAsync<JsonObject>())!["message"];

    private static async Task AssertRefusedAsync(string route, object order, HttpStatusCode status)
    {
        await using var host = await PageHost.StartAsync();
        var answer = await host.PostAsync(route, order);

        Assert.Equal(status, answer.StatusCode);
        Assert.NotEmpty((string)(await answer.Content.ReadFromJsonAsync<JsonObject>())!["reason"]!);
    }
}
