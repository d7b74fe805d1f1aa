using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.OperatorPage;

/// <summary>Whatever is looked up on the page: what is known of it, or why there is nothing.</summary>
public sealed class LookUpTests
{
    private const string Tag = "look-up of tags";

    /// <summary>What nobody would call anything, as JSON.</summary>
    public static TheoryData<string> AbsurdNames { get; } =
    [
        "\"\"",
        "\"   \"",
        "null",
        "\"\\u0000\\u0007\\u001b[31m\\r\\nSet-Cookie: a=b\"",
        "\"\\u202e\\ufeff\\uffff\"",
        "\"<script>alert(1)</script>\"",
        $"\"{new string('x', 10_000)}\"",
        $"\"{new string('é', 10_000)}\"",
    ];

    [Fact]
    public async Task A_key_is_explained_without_its_value()
    {
        await using var host = await PageHost.StartAsync();
        await host.Cache.SetAsync("user:42", "a secret", new CacheEntryOptions { Ttl = TimeSpan.FromMinutes(5) });

        var known = await LookUpAsync(host, "user:42");
        Assert.Null(known["reason"]);
        Assert.True((bool)known["value"]!["isHit"]!);
        Assert.Equal(300_000, (double)known["value"]!["ageMilliseconds"]! + (double)known["value"]!["leftMilliseconds"]!);
        Assert.DoesNotContain("secret", known.ToJsonString(), StringComparison.Ordinal);

        await host.Cache.ForgetAsync("user:42");
        Assert.Equal("forgotten", (string?)(await LookUpAsync(host, "user:42"))["value"]!["lastInvalidation"]!["cause"]);
    }

    [Fact]
    public async Task The_tag_of_a_query_its_table_and_what_was_flushed_lead_to_the_query()
    {
        await using var host = await PageHost.StartAsync();
        var id = await QueryAsync(host.Cache);
        foreach (var name in new[] { Tag, "Tags" })
        {
            var known = await LookUpAsync(host, name);
            Assert.Null(known["reason"]);
            Assert.Equal((Tag, id), ((string?)known["queries"]![0]!["label"], (string?)known["queries"]![0]!["id"]));
        }

        await host.Cache.FlushAsync("catalogue");
        Assert.Equal("flushed", (string?)(await LookUpAsync(host, "catalogue"))["invalidations"]![0]!["cause"]);

        var query = (await host.Client.GetFromJsonAsync<JsonObject>($"/ops/cache/query?cache=shop&id={id}"))!;
        Assert.Contains("FROM \"Tags\"", (string)query["sql"]!, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(AbsurdNames))]
    public async Task Of_what_nobody_knows_there_is_a_reason(string name)
    {
        await using var host = await PageHost.StartAsync();
        using var order = Json($$"""{"cache":"shop","name":{{name}}}""");
        var answer = await host.PostAsync("/look-up", order);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var known = await answer.Content.ReadAsStringAsync();
        Assert.StartsWith("Nothing is known of it: ", (string)JsonNode.Parse(known)!["reason"]!, StringComparison.Ordinal);
        Assert.True(known.Length < 2_500);
        Assert.DoesNotContain('<', known);
        Assert.Empty(host.Log.Warnings);
    }

    [Theory]
    [InlineData("{\"cache\":\"shop\",\"name\":\"\\ud800\"}", "utf-8")]
    [InlineData("{\"cache\":\"shop\",\"name\":\"a\"}", "utf-16")]
    [InlineData("{\"cache\":\"shop\",\"name\":\"é\"}", "iso-8859-1")]
    [InlineData("{\"cache\":\"shop\",\"name\":", "utf-8")]
    public async Task What_is_no_text_is_refused_with_a_reason(string body, string encoding)
    {
        await using var host = await PageHost.StartAsync();
        foreach (var route in new[] { "/look-up", "/forget", "/flush" })
        {
            using var order = Json(body, Encoding.GetEncoding(encoding));
            var answer = await host.PostAsync(route, order);

            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.NotEmpty((string)(await answer.Content.ReadFromJsonAsync<JsonObject>())!["reason"]!);
        }
    }

    [Theory]
    [InlineData("%00%07%1b%0d%0aSet-Cookie:%20a=b")]
    [InlineData("%ff%fe%c0%80")]
    [InlineData("%u0041&id=2&id=3")]
    [InlineData(null)]
    public async Task An_absurd_query_is_explained_by_a_reason(string? id)
    {
        await using var host = await PageHost.StartAsync();
        var answer = await host.GetAsync($"/query?cache=shop&id={id ?? new string('x', 7_000)}");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.Contains("not met such a query", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_that_only_shows_can_be_asked()
    {
        await using var host = await PageHost.StartAsync(page: static options => options.AllowChanges = false);
        Assert.NotNull((await LookUpAsync(host, "nobody"))["reason"]);
    }

    [Fact]
    public async Task Long_texts_are_cut_where_they_are_sent_each_second()
    {
        await using var host = await PageHost.StartAsync();
        var tag = new string('x', 10_000);
        await host.Cache.FlushAsync([tag, .. Enumerable.Range(0, 20).Select(static i => $"tag {i}")]);

        var state = (await host.Client.GetFromJsonAsync<JsonObject>("/ops/cache/state?cache=shop"))!;
        var invalidation = state["invalidations"]![0]!;
        Assert.Equal((10, 11), (invalidation["names"]!.AsArray().Count, (int)invalidation["moreNames"]!));
        Assert.True(state.ToJsonString().Length < 3_000);

        var shown = (string)invalidation["names"]![0]!;
        Assert.Single((await LookUpAsync(host, shown))["invalidations"]!.AsArray());
        Assert.Single((await LookUpAsync(host, tag))["invalidations"]!.AsArray());
    }

    private static async Task<string> QueryAsync(ICache cache)
    {
        using var shop = new TestShop();
        await using var db = new ShopContext(TestOptions.New().UseSqlite(shop.ConnectionString).UseFastOrmCache(cache).Options);
        await db.Tags.TagWith(Tag).Remember().ToListAsync();
        return cache.Diagnostics.Queries.Single().Id;
    }

    private static async Task<JsonObject> LookUpAsync(PageHost host, string name)
        => (await (await host.PostAsync("/look-up", new { cache = "shop", name })).Content.ReadFromJsonAsync<JsonObject>())!;

    private static ByteArrayContent Json(string body, Encoding? encoding = null)
        => new((encoding ?? Encoding.UTF8).GetBytes(body)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
}
