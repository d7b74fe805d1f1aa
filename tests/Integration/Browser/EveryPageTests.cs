using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FastOrm.Cache.Tests.Integration.Browser;

/// <summary>What holds for each page, on wide screens and on narrow ones, by day and by night. Leaves a picture of each.</summary>
[Collection(nameof(BrowserFixture))]
public sealed class EveryPageTests(BrowserFixture browser)
{
    private const string OperatorPage = "cache";
    private const int SmallPhone = 360;

    private static readonly string[] Landmarks = ["header", "main", "nav", "search"];

    private static readonly (string Name, string Path, int Status)[] Pages =
    [
        ("home", "/", 200),
        ("products", "/products", 200),
        ("category", "/products?category=7&sort=BestRated", 200),
        ("nothing-found", "/products?q=zzzz", 200),
        ("product", "/products/19", 200),
        ("basket", "/basket", 200),
        ("admin", "/admin", 200),
        ("load", "/load", 200),
        (OperatorPage, "/cache", 200),
        ("unknown", "/nowhere", 404),
    ];

    public static TheoryData<string, ColorScheme> Looks => new()
    {
        { Screen.Desktop.Name, ColorScheme.Light },
        { Screen.Phone.Name, ColorScheme.Light },
        { Screen.Desktop.Name, ColorScheme.Dark },
        { Screen.Phone.Name, ColorScheme.Dark },
    };

    [Theory]
    [MemberData(nameof(Looks))]
    public async Task Every_page_fits_its_screen_and_can_be_read_and_used_by_everyone(string screenName, ColorScheme colours)
    {
        var screen = screenName == Screen.Phone.Name ? Screen.Phone : Screen.Desktop;
        await using var visitor = await browser.ComeAsync(screen, colours);
        visitor.ExpectedStatuses.Add(404);
        await FillBasketAsync(visitor);
        foreach (var (name, path, status) in Pages)
        {
            var answer = await visitor.Page.GotoAsync(path);
            Assert.Equal(status, answer!.Status);
            if (name == OperatorPage)
            {
                await Expect(visitor.Page.Locator("#queries tr").First).ToBeVisibleAsync();
            }

            // The operator page is one page: there is nowhere to go, and nothing to search.
            await LookAsync(visitor, $"{name}-{screen.Name}-{colours}", screen, name == OperatorPage ? Landmarks[..2] : Landmarks);
        }

        await visitor.OpenAsync("/products/19");
        await visitor.Link("What this page cost").ClickAsync();
        await Expect(visitor.Page.Locator("h1")).ToHaveTextAsync("What a page cost");
        await LookAsync(visitor, $"explain-{screen.Name}-{colours}", screen);
        await OrderAsync(visitor);
        await LookAsync(visitor, $"order-{screen.Name}-{colours}", screen);
        visitor.AssertClean();
    }

    private static async Task LookAsync(Visitor visitor, string name, Screen screen, string[]? landmarks = null)
    {
        await visitor.PictureAsync(name);
        foreach (var screenWidth in screen == Screen.Phone ? [SmallPhone, screen.Width] : new[] { screen.Width })
        {
            await visitor.Page.SetViewportSizeAsync(screenWidth, screen.Height);
            var width = await visitor.Page.EvaluateAsync<int>("document.documentElement.scrollWidth");
            Assert.True(width <= screenWidth, $"{name} is {width} px wide, the screen {screenWidth}.");
        }

        var complaints = await visitor.Page.EvaluateAsync<string[]>(Accessibility.Script, landmarks ?? Landmarks);
        Assert.True(complaints.Length == 0, $"{name}: {string.Join("; ", complaints)}");
    }

    private static async Task FillBasketAsync(Visitor visitor)
    {
        foreach (var search in new[] { "tumbler", "chair" })
        {
            await visitor.OpenAsync($"/products?q={search}");
            await visitor.Page.Locator(".card:not(:has(.badge)) a").First.ClickAsync();
            await visitor.Button("Add to basket").ClickAsync();
            await Expect(visitor.Page.Locator("h1")).ToHaveTextAsync("Your basket");
        }
    }

    private static async Task OrderAsync(Visitor visitor)
    {
        await visitor.OpenAsync("/basket");
        await visitor.Field("Name").FillAsync("Ann Other");
        await visitor.Field("E-mail").FillAsync("ann@example.com");
        await visitor.Field("Address").FillAsync("1 Quay, Aldmouth");
        await visitor.Page.Locator(".checkout button").ClickAsync();
        await Expect(visitor.Page.Locator("h1")).ToContainTextAsync("Order");
    }
}
