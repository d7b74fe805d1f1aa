using FastOrm.Cache.Tests.Integration.Samples;
using FastOrm.Cache.Tests.Integration.Support;
using static Microsoft.Playwright.Assertions;

namespace FastOrm.Cache.Tests.Integration.Browser;

/// <summary>An open product page and a second window in which the owner changes its price.</summary>
[Collection(nameof(BrowserFixture))]
public sealed class LivePriceTests(BrowserFixture browser)
{
    [Fact]
    public async Task A_changed_price_appears_on_the_open_page_by_itself()
    {
        await using var shopper = await browser.ComeAsync();
        await using var owner = await browser.ComeAsync();

        await ChangeWhileOpenAsync(shopper, owner);
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

        await ChangeWhileOpenAsync(shopper, owner);
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

    private static async Task ChangeWhileOpenAsync(Visitor shopper, Visitor owner)
    {
        var name = await OpenProductAsync(shopper, "backpack");
        var before = await shopper.Page.Locator("#price").InnerTextAsync();

        await owner.OpenAsync($"/admin?q={Uri.EscapeDataString(name)}");
        await owner.Field($"Price, € of {name}").FillAsync("4321.09");
        await owner.Button($"Save the price of {name}").ClickAsync();

        await Expect(shopper.Page.Locator("#price")).ToHaveTextAsync("€4,321.09");
        await Expect(shopper.Page.Locator("#was")).ToHaveTextAsync(before);
        await Expect(shopper.Page.Locator("#news")).ToHaveTextAsync("The price is now €4,321.09.");
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
}
