using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FastOrm.Cache.Tests.Integration.Browser;

/// <summary>The pages for those who want to see the cache work.</summary>
[Collection(nameof(BrowserFixture))]
public sealed class BehindTheCounterTests(BrowserFixture browser)
{
    [Fact]
    public async Task The_cost_line_leads_to_each_query_of_the_page()
    {
        await using var visitor = await browser.ComeAsync();
        await visitor.OpenAsync("/products/7");
        await visitor.OpenAsync("/products/7");
        await visitor.Link("What this page cost").ClickAsync();

        await Expect(visitor.Page.Locator("main .lead")).ToHaveTextAsync("GET /products/7");
        await Expect(visitor.Page.Locator(".reads h2")).ToHaveTextAsync(
            ["Product by its key", "Category by its key", "Reviews with their customers", "Often bought together"]);
        await Expect(visitor.Page.Locator(".outcome")).ToHaveTextAsync(Enumerable.Repeat("hit in memory", 4));
        await Expect(visitor.Page.Locator(".reads details pre")).ToContainTextAsync(Enumerable.Repeat("FROM \"", 4));
        await visitor.PictureAsync("explain-hits");
        visitor.AssertClean();
    }

    [Fact]
    public async Task A_query_that_was_not_in_the_cache_is_shown_with_its_SQL()
    {
        await using var visitor = await browser.ComeAsync();
        await visitor.OpenAsync("/products?q=stool&sort=Newest&p=2");
        await visitor.Link("What this page cost").ClickAsync();

        var read = visitor.Page.Locator(".reads > li", new PageLocatorOptions { HasText = "One page of products" });
        await Expect(read.Locator(".outcome")).ToHaveTextAsync("miss: read and remembered");
        await read.GetByText("The SQL command that it ran").ClickAsync();
        await Expect(read.Locator("details").Last.Locator("pre")).ToContainTextAsync("SELECT");
        await visitor.PictureAsync("explain-misses");
        visitor.AssertClean();
    }

    [Theory]
    [InlineData("/explain")]
    [InlineData("/explain/00000000-0000-0000-0000-000000000000")]
    [InlineData("/explain/%3Cscript%3E")]
    public async Task An_unknown_page_has_an_empty_explanation_with_a_reason(string path)
    {
        await using var visitor = await browser.ComeAsync();
        await visitor.OpenAsync(path);

        await Expect(visitor.Page.Locator("#reason")).ToContainTextAsync("remembers the last 200 pages");
        await Expect(visitor.Page.Locator(".reads > li")).ToHaveCountAsync(0);
        visitor.AssertClean();
    }

    [Fact]
    public async Task The_load_is_drawn_while_it_runs_and_one_run_is_all_there_is()
    {
        await using var visitor = await browser.ComeAsync();
        await using var other = await browser.ComeAsync();
        await visitor.OpenAsync("/load");
        await other.OpenAsync("/load");
        // Looked for from before the run: a busy machine may load the page for as long as it takes.
        var isSeen = Expect(other.Button("Start")).ToBeDisabledAsync();
        await visitor.Button("Start").ClickAsync();

        await isSeen;
        foreach (var page in new[] { visitor.Page, other.Page })
        {
            await Expect(page.Locator("#progress")).ToContainTextAsync("times as many requests");
            await Expect(page.Locator("#chart-rate .line")).ToHaveCountAsync(2);
            await Expect(page.Locator("#chart-latency .line")).ToHaveCountAsync(4);
            await Expect(page.Locator("#totals-off [data-total=perSecond]")).Not.ToHaveTextAsync("–");
            await Expect(page.Locator("#totals-on [data-total=failures]")).ToHaveTextAsync("0");
            Assert.True((await PointsAsync(page)).All(static points => points > 1)); // A busy machine makes fewer samples.
        }

        await Expect(visitor.Button("Start")).ToBeEnabledAsync();
        await visitor.PictureAsync("load-done");
        visitor.AssertClean();
        other.AssertClean();
    }

    [Fact]
    public async Task Hostile_texts_are_shown_and_not_run()
    {
        await using var visitor = await browser.ComeAsync();
        foreach (var path in new[]
        {
            $"/products/{BrowserFixture.HostileProduct}",
            $"/products?q={Uri.EscapeDataString(BrowserFixture.HostileText[..60])}",
            $"/admin?q={Uri.EscapeDataString("<script>")}",
        })
        {
            await visitor.OpenAsync(path);
            await Expect(visitor.Page.Locator("main")).ToContainTextAsync("<script>");
            await Expect(visitor.Page).Not.ToHaveTitleAsync("owned");
            await visitor.Link("What this page cost").ClickAsync();
            await Expect(visitor.Page.Locator(".reads > li").First).ToBeVisibleAsync();
            await Expect(visitor.Page).Not.ToHaveTitleAsync("owned");
        }

        visitor.AssertClean();
    }

    private static Task<int[]> PointsAsync(IPage page)
        => page.EvaluateAsync<int[]>("[...document.querySelectorAll('.chart .line')].map(line => line.points.length)");
}
