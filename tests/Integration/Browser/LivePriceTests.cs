using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using FastOrm.Cache.Tests.Integration.Samples;
using FastOrm.Cache.Tests.Integration.Support;
using static Microsoft.Playwright.Assertions;

namespace FastOrm.Cache.Tests.Integration.Browser;

/// <summary>An open product page and a second window in which the owner changes its price.</summary>
[Collection(nameof(BrowserFixture))]
public sealed partial class LivePriceTests(BrowserFixture browser)
{
    [Fact]
    public async Task A_changed_price_appears_on_the_open_page_by_itself()
    {
        await using var shopper = await browser.ComeAsync();
        await using var owner = await browser.ComeAsync();

        await ChangeWhileOpenAsync(shopper, owner, 4321.09m);
    }

    [Fact]
    public async Task A_price_that_is_changed_on_one_node_appears_on_a_page_of_the_other()
    {
        using var redis = RedisServer.Start();
        var data = browser.CopyData();
        using var first = await ShopProcess.StartAsync(data, redis.Address);
        using var second = await ShopProcess.StartAsync(data, redis.Address);
        await using var shopper = await browser.ComeToAsync(second.Address);
        await using var owner = await browser.ComeToAsync(first.Address);
        await shopper.OpenAsync("/cache");
        await Expect(shopper.Page.Locator("#live")).ToHaveTextAsync("Live");
        await Expect(shopper.Page.Locator("#queries-empty")).ToBeVisibleAsync(); // Nobody has asked this node for anything.

        await ChangeWhileOpenAsync(shopper, owner, 1234.56m); // Another price: the copy may be made after the change above.

        // The operator page of a node says how it stands with Redis.
        await owner.OpenAsync("/cache");
        await Expect(owner.Page.Locator("#redis")).ToHaveTextAsync("Well");
        redis.Kill();
        await Expect(owner.Page.Locator("#redis-tile")).ToHaveClassAsync(BadTile());
        await owner.PictureAsync("cache-redis-down");
        owner.AssertClean();
    }

    [Fact]
    public async Task There_are_only_so_many_streams_of_one_address_and_who_leaves_makes_room()
    {
        using var client = new HttpClient { BaseAddress = browser.Shop };
        var open = new List<HttpResponseMessage>();
        HttpResponseMessage last;
        do
        {
            Assert.True(open.Count <= 20, "More than 20 streams are open.");
            last = await client.GetAsync("/live/products/15", HttpCompletionOption.ResponseHeadersRead);
            open.Add(last);
        }
        while (last.StatusCode == HttpStatusCode.OK);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, last.StatusCode);
        Assert.NotNull(last.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/products/15")).StatusCode);

        open.ForEach(static answer => answer.Dispose());
        await Eventually.UntilAsync(
            async () =>
            {
                using var answer = await client.GetAsync("/live/load", HttpCompletionOption.ResponseHeadersRead);
                return answer.StatusCode == HttpStatusCode.OK;
            },
            "another page may listen");
    }

    [Fact]
    public async Task What_is_sold_out_meanwhile_cannot_be_bought_on_the_open_page()
    {
        await using var shopper = await browser.ComeAsync();
        await using var owner = await browser.ComeAsync();
        var name = await OpenProductAsync(shopper, "kettle");
        await owner.OpenAsync($"/admin?q={Uri.EscapeDataString(name)}");
        await owner.Field($"Stock of {name}").FillAsync("0");
        await owner.Button($"Save the stock of {name}").ClickAsync();

        await Expect(shopper.Page.Locator("#stock")).ToHaveTextAsync("Sold out");
        await Expect(shopper.Button("Add to basket")).ToBeDisabledAsync();
        shopper.AssertClean();
        owner.AssertClean();
    }

    private static async Task ChangeWhileOpenAsync(Visitor shopper, Visitor owner, decimal price)
    {
        var (typed, shown) = (string.Create(CultureInfo.InvariantCulture, $"{price:0.00}"), string.Create(CultureInfo.InvariantCulture, $"€{price:N2}"));
        var name = await OpenProductAsync(shopper, "backpack");
        var before = await shopper.Page.Locator("#price").InnerTextAsync();

        await owner.OpenAsync($"/admin?q={Uri.EscapeDataString(name)}");
        await owner.Field($"Price, € of {name}").FillAsync(typed);
        await owner.Button($"Save the price of {name}").ClickAsync();

        await Expect(shopper.Page.Locator("#price")).ToHaveTextAsync(shown);
        await Expect(shopper.Page.Locator("#was")).ToHaveTextAsync(before);
        await Expect(shopper.Page.Locator("#news")).ToHaveTextAsync($"The price is now {shown}.");
        shopper.AssertClean();
        owner.AssertClean();
    }

    private static async Task<string> OpenProductAsync(Visitor shopper, string search)
    {
        await shopper.OpenAsync($"/products?q={search}");
        await shopper.Page.Locator(".card:not(:has(.badge)) a").First.ClickAsync();

        // The page listens once it has heard the first word.
        await Expect(shopper.Page.Locator("#live")).ToBeVisibleAsync();
        return await shopper.Page.Locator("h1").InnerTextAsync();
    }

    [GeneratedRegex(@"\bbad\b")]
    private static partial Regex BadTile();
}
