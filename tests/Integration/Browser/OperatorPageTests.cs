using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FastOrm.Cache.Tests.Integration.Browser;

/// <summary>The operator page, as the shop maps it, beside visitors who use the shop meanwhile.</summary>
[Collection(nameof(BrowserFixture))]
public sealed class OperatorPageTests(BrowserFixture browser)
{
    private const string Hits = "[...document.querySelectorAll('#queries .hits')].reduce((sum, cell) => sum + Number(cell.textContent.replace(/\\D/g, '')), 0)";

    [Fact]
    public async Task The_link_of_the_shop_leads_to_it()
    {
        await using var visitor = await browser.ComeAsync();
        await visitor.OpenAsync("/");
        await visitor.Link("Cache").ClickAsync();

        await Expect(visitor.Page.Locator("#live")).ToHaveTextAsync("Live");
        visitor.AssertClean();
    }

    [Theory]
    [InlineData("Host", "shop.example")]
    [InlineData("X-Forwarded-For", "203.0.113.7")]
    [InlineData("Forwarded", "for=203.0.113.7")]
    public async Task Who_does_not_sit_at_the_machine_is_refused_and_sees_no_link(string header, string value)
    {
        using var client = new HttpClient { BaseAddress = browser.Shop };
        client.DefaultRequestHeaders.Add(header, value);

        foreach (var path in new[] { "/cache", "/cache/state", "/cache/live", "/cache/page.js" })
        {
            using var answer = await client.GetAsync(path);
            Assert.Equal(System.Net.HttpStatusCode.Forbidden, answer.StatusCode);
        }

        Assert.DoesNotContain("href=\"/cache\"", await client.GetStringAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_up_to_date_by_itself()
    {
        await using var shopper = await browser.ComeAsync();
        await shopper.OpenAsync("/products/11");
        await using var visitor = await OpenAsync();
        await visitor.Page.EvaluateAsync("document.body.dataset.opened = 'once'");
        await Expect(visitor.Page.Locator("#queries tr").First).ToBeVisibleAsync();
        var before = await visitor.Page.EvaluateAsync<int>(Hits);

        for (var i = 0; i < 3; i++)
        {
            await shopper.OpenAsync("/products/11");
        }

        // Reviews, and what is often bought together: two queries of each page.
        await visitor.Page.WaitForFunctionAsync($"before => {Hits} >= before + 6", before);
        Assert.Equal("once", await visitor.Page.EvaluateAsync<string>("document.body.dataset.opened"));
        await Expect(visitor.Page.Locator("#chart-reads .line").First).ToBeVisibleAsync();
        visitor.AssertClean();
        shopper.AssertClean();
    }

    [Fact]
    public async Task A_price_that_is_changed_appears_among_the_recent_invalidations()
    {
        await using var owner = await browser.ComeAsync();
        await owner.OpenAsync("/admin?q=teapot");
        await using var visitor = await OpenAsync();
        var last = visitor.Page.Locator("#invalidations li").First;
        await visitor.Field("Flush a tag").FillAsync("before the price");
        await visitor.Button("Flush").ClickAsync();
        await Expect(last).ToContainTextAsync("before the price");

        await owner.Page.Locator(".ledger input[name=price]").First.FillAsync("12.34");
        await owner.Page.Locator(".ledger button").First.ClickAsync();

        await Expect(last).ToContainTextAsync("SaveChanges");
        await Expect(last).ToContainTextAsync("Products");
        await visitor.PictureAsync("cache-price-changed");
        visitor.AssertClean();
        owner.AssertClean();
    }

    [Fact]
    public async Task A_query_opens_with_what_is_known_of_it_and_closes_again()
    {
        await using var shopper = await browser.ComeAsync();
        await shopper.OpenAsync("/products?q=lamp");
        await using var visitor = await OpenAsync();
        const string Label = "Number of products that match";
        var query = visitor.Button(Label).First;
        var dialog = visitor.Page.Locator("#explain");
        await query.ClickAsync();

        await Expect(dialog.Locator("h2")).ToHaveTextAsync(Label);
        await Expect(dialog.Locator("pre")).ToContainTextAsync("SELECT");
        await Expect(dialog.Locator("dt").First).ToHaveTextAsync("Tables");
        await visitor.PictureAsync("cache-query");
        await visitor.Button("Close").ClickAsync();
        await Expect(dialog).ToBeHiddenAsync();
        await query.ClickAsync();
        await visitor.Page.Keyboard.PressAsync("Escape");
        await Expect(dialog).ToBeHiddenAsync();
        visitor.AssertClean();
    }

    [Fact]
    public async Task Hostile_tags_keys_and_searches_are_texts()
    {
        await using var shopper = await browser.ComeAsync();
        await shopper.OpenAsync($"/products?q={Uri.EscapeDataString(BrowserFixture.HostileText[..60])}");
        await shopper.OpenAsync($"/products/{BrowserFixture.HostileProduct}");
        await using var visitor = await OpenAsync();
        await visitor.Field("Forget a key").FillAsync(BrowserFixture.HostileText);
        await visitor.Button("Forget").ClickAsync();
        await Expect(visitor.Page.Locator("#told")).ToContainTextAsync("The key is forgotten");
        await visitor.Field("Flush a tag").FillAsync(BrowserFixture.HostileText);
        await visitor.Button("Flush").ClickAsync();

        await Expect(visitor.Page.Locator("#invalidations .what").First).ToHaveTextAsync(BrowserFixture.HostileText);
        var queries = visitor.Page.Locator("#queries button");
        for (var i = 0; i < await queries.CountAsync(); i++)
        {
            await queries.Nth(i).ClickAsync();
            await Expect(visitor.Page.Locator("#explain dt").First).ToBeVisibleAsync();
            await visitor.Button("Close").ClickAsync();
        }

        await Expect(visitor.Page.Locator("img, body script")).ToHaveCountAsync(0);
        await Expect(visitor.Page).ToHaveTitleAsync("FastOrm.Cache");
        Assert.True(await visitor.Page.EvaluateAsync<bool>("(list => list.scrollWidth <= list.clientWidth)(document.getElementById('invalidations'))"));
        visitor.AssertClean();
    }

    [Fact]
    public async Task The_cache_is_switched_off_and_on_for_all()
    {
        await using var shopper = await browser.ComeAsync();
        await shopper.OpenAsync("/products/12");
        await using var visitor = await OpenAsync();
        await visitor.Button("Switch off").ClickAsync();
        try
        {
            await Expect(visitor.Page.Locator("#banner")).ToBeVisibleAsync();
            await Expect(visitor.Page.Locator("#banner")).ToContainTextAsync("switched off");
            await shopper.OpenAsync("/products/12");
            await Expect(shopper.Page.Locator("#cost-hits")).ToHaveTextAsync("0");
            await Expect(visitor.Page.Locator("#bypasses li", new PageLocatorOptions { HasText = "switched off" })).ToBeVisibleAsync();
            await visitor.PictureAsync("cache-off");
        }
        finally
        {
            await visitor.Button("Switch on").ClickAsync(); // All tests share the shop.
        }

        await Expect(visitor.Page.Locator("#banner")).ToBeHiddenAsync();
        await shopper.OpenAsync("/products/12");
        await shopper.OpenAsync("/products/12");
        await Expect(shopper.Page.Locator("#cost-sql")).ToHaveTextAsync("0");
        visitor.AssertClean();
        shopper.AssertClean();
    }

    [Fact]
    public async Task Flushing_all_asks_first_and_then_the_shop_reads_anew()
    {
        await using var shopper = await browser.ComeAsync();
        await shopper.OpenAsync("/products/13");
        await shopper.OpenAsync("/products/13");
        await Expect(shopper.Page.Locator("#cost-misses")).ToHaveTextAsync("0");
        await using var visitor = await OpenAsync();
        await visitor.Button("Flush all …").ClickAsync();
        await visitor.Button("Cancel").ClickAsync();
        await shopper.Page.ReloadAsync();
        await Expect(shopper.Page.Locator("#cost-misses")).ToHaveTextAsync("0");

        await visitor.Button("Flush all …").ClickAsync();
        await visitor.Button("Flush all").ClickAsync();

        await Expect(visitor.Page.Locator("#told")).ToContainTextAsync("The cache is empty");
        await shopper.Page.ReloadAsync();

        // The page that stood open has asked for its product already.
        await Expect(shopper.Page.Locator("#cost-misses")).Not.ToHaveTextAsync("0");
        visitor.AssertClean();
        shopper.AssertClean();
    }

    [Fact]
    public async Task What_is_found_by_its_key_has_a_name_and_its_SQL()
    {
        await using var shopper = await browser.ComeAsync();
        await shopper.OpenAsync("/products/14");
        await using var visitor = await OpenAsync();
        await visitor.Button("Product by key").ClickAsync();

        await Expect(visitor.Page.Locator("#explain h2")).ToHaveTextAsync("Product by key");
        await Expect(visitor.Page.Locator("#explain pre")).ToContainTextAsync("FROM \"Products\"");
        visitor.AssertClean();
    }

    [Fact]
    public async Task An_invalidation_leads_to_the_queries_that_it_concerns()
    {
        await using var owner = await browser.ComeAsync();
        await owner.OpenAsync("/admin?q=peeler");
        await using var visitor = await OpenAsync(Screen.Phone);
        await owner.Page.Locator(".ledger input[name=price]").First.FillAsync("23.45");
        await owner.Page.Locator(".ledger button").First.ClickAsync();
        await visitor.Page.Locator("#invalidations").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Products", Exact = true }).First.ClickAsync();

        var dialog = visitor.Page.Locator("#explain");
        await Expect(dialog.Locator("h2")).ToHaveTextAsync("Products");
        await Expect(dialog).ToContainTextAsync("SaveChanges");
        await visitor.PictureAsync("cache-table");
        Assert.Empty(await visitor.Page.EvaluateAsync<string[]>(Accessibility.Script, new[] { "header", "main" }));
        await dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "One page of products" }).First.ClickAsync();
        await Expect(dialog.Locator("h2")).ToHaveTextAsync("One page of products");
        await Expect(dialog.Locator("pre")).ToContainTextAsync("SELECT");
        visitor.AssertClean();
        owner.AssertClean();
    }

    [Fact]
    public async Task What_nobody_knows_is_looked_up_and_explained_by_a_reason()
    {
        await using var visitor = await OpenAsync(Screen.Phone);
        var dialog = visitor.Page.Locator("#explain");
        foreach (var name in new[] { "user:42", "<img src=x onerror=\"document.title='owned'\">", "\u0001\u202e \ud83d\ude00", new string('x', 10_000) })
        {
            await visitor.Field("A key, a tag, a table or a query").FillAsync(name);
            await visitor.Button("Look up").ClickAsync();
            await Expect(dialog.Locator(".empty")).ToContainTextAsync("Nothing is known of it");
            await Expect(visitor.Page).ToHaveTitleAsync("FastOrm.Cache");
            Assert.True(await visitor.Page.EvaluateAsync<bool>("(dialog => dialog.scrollWidth <= dialog.clientWidth)(document.getElementById('explain'))"));
            await visitor.Page.Keyboard.PressAsync("Escape");
        }

        visitor.AssertClean();
    }

    private async Task<Visitor> OpenAsync(Screen? screen = null)
    {
        var visitor = await browser.ComeAsync(screen);
        await visitor.OpenAsync("/cache");
        await Expect(visitor.Page.Locator("#live")).ToHaveTextAsync("Live");
        return visitor;
    }
}
