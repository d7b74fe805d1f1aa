using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FastOrm.Cache.Tests.Integration.Browser;

/// <summary>A shopper with a real browser.</summary>
[Collection(nameof(BrowserFixture))]
public sealed partial class ShoppingTests(BrowserFixture browser)
{
    [Fact]
    public async Task A_shopper_browses_and_a_page_that_is_opened_again_needs_no_SQL()
    {
        await using var shopper = await browser.ComeAsync();
        await shopper.OpenAsync("/");
        await shopper.Link("Desk Lamps").ClickAsync();
        await Expect(shopper.Page).ToHaveTitleAsync(DeskLamps());
        await shopper.Page.Locator(".card a").First.ClickAsync();
        await Expect(shopper.Page).ToHaveURLAsync(ProductPage());
        await Expect(shopper.Page.Locator("#cost-misses")).Not.ToHaveTextAsync("0");

        await shopper.Page.ReloadAsync();

        await Expect(shopper.Page.Locator("#cost-sql")).ToHaveTextAsync("0");
        await Expect(shopper.Page.Locator("#cost-hits")).Not.ToHaveTextAsync("0");
        shopper.AssertClean();
    }

    [Fact]
    public async Task A_search_shows_what_it_has_found_and_the_order_submits_itself()
    {
        await using var shopper = await browser.ComeAsync();
        await shopper.OpenAsync("/");
        await shopper.Field("Search products").FillAsync("peeler");
        await shopper.Page.Keyboard.PressAsync("Enter");
        await Expect(shopper.Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Level = 1 })).ToHaveTextAsync("Products for “peeler”");
        await Expect(shopper.Page.Locator(".card h3").First).ToContainTextAsync("Peeler");

        await shopper.Field("Order").SelectOptionAsync("PriceUp");

        await Expect(shopper.Page).ToHaveURLAsync(SortedByPrice());
        var prices = await shopper.Page.Locator(".card .price").AllInnerTextsAsync();
        Assert.True(prices.Count > 1);
        Assert.Equal(prices.OrderBy(Cents), prices);
        shopper.AssertClean();
    }

    [Fact]
    public async Task What_is_bought_is_on_the_order_and_the_basket_is_empty()
    {
        await using var shopper = await browser.ComeAsync();
        await shopper.OpenAsync("/products?q=mug&sort=PriceUp");
        await shopper.Page.Locator(".card:not(:has(.badge)) a").First.ClickAsync();
        var name = await shopper.Page.Locator("h1").InnerTextAsync();
        await shopper.Field("Quantity").FillAsync("2");
        await shopper.Button("Add to basket").ClickAsync();
        await Expect(shopper.Page.Locator(".count")).ToHaveTextAsync("2");
        var total = await shopper.Page.Locator("#total").InnerTextAsync();

        await shopper.Field("Name").FillAsync("Ann <b>Other</b>");
        await shopper.Field("E-mail").FillAsync("ann@example.com");
        await shopper.Field("Address").FillAsync("1 Quay");
        await shopper.Button($"Order for {total}").ClickAsync();

        await Expect(shopper.Page).ToHaveTitleAsync(OrderTitle());
        await Expect(shopper.Page.Locator("main")).ToContainTextAsync(name);
        await Expect(shopper.Page.Locator("main")).ToContainTextAsync("Ann <b>Other</b>");
        await Expect(shopper.Page.Locator("#total")).ToHaveTextAsync(total);
        await Expect(shopper.Page.Locator(".count")).ToHaveTextAsync("0");
        shopper.AssertClean();
    }

    [Fact]
    public async Task The_way_by_keyboard_begins_with_a_link_to_the_content()
    {
        await using var shopper = await browser.ComeAsync();
        await shopper.OpenAsync("/");
        await shopper.Page.Keyboard.PressAsync("Tab");
        await Expect(shopper.Link("Skip to the content")).ToBeFocusedAsync();
        await Expect(shopper.Link("Skip to the content")).ToBeInViewportAsync();

        await shopper.Page.Keyboard.PressAsync("Enter");
        await Expect(shopper.Page.Locator("main")).ToBeFocusedAsync();
        await shopper.Page.Keyboard.PressAsync("Tab");

        await Expect(shopper.Link("Look around")).ToBeFocusedAsync();
        shopper.AssertClean();
    }

    private static long Cents(string price) => long.Parse(NoDigits().Replace(price, ""), System.Globalization.CultureInfo.InvariantCulture);

    [GeneratedRegex("^Desk Lamps")]
    private static partial Regex DeskLamps();

    [GeneratedRegex("/products/[0-9]+$")]
    private static partial Regex ProductPage();

    [GeneratedRegex("sort=PriceUp")]
    private static partial Regex SortedByPrice();

    [GeneratedRegex("^Order [0-9]+")]
    private static partial Regex OrderTitle();

    [GeneratedRegex("[^0-9]")]
    private static partial Regex NoDigits();
}
