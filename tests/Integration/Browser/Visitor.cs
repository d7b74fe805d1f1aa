using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace FastOrm.Cache.Tests.Integration.Browser;

/// <summary>
/// Somebody with a browser of their own: cookies, a page, and a look at what the page should not do. <see cref="AssertClean"/> tells what
/// it has done all the same.
/// </summary>
internal sealed class Visitor : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly Uri _shop;
    private readonly ConcurrentQueue<string> _troubles = new();

    private Visitor(IBrowserContext context, IPage page, Uri shop) => (_context, Page, _shop) = (context, page, shop);

    public IPage Page { get; }

    /// <summary>Answers that are errors on purpose, such as a page that is not there.</summary>
    public HashSet<int> ExpectedStatuses { get; } = [];

    public static async Task<Visitor> ComeAsync(IBrowser browser, Uri shop, Screen screen, ColorScheme colours = ColorScheme.Light)
    {
        var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = shop.ToString(),
            ViewportSize = new ViewportSize { Width = screen.Width, Height = screen.Height },
            ColorScheme = colours,
            ReducedMotion = ReducedMotion.Reduce,
        });

        // Long enough for a machine that does much else; what is waited for comes as soon as it can.
        context.SetDefaultTimeout(30_000);
        var visitor = new Visitor(context, await context.NewPageAsync(), shop);
        visitor.Watch();
        return visitor;
    }

    /// <summary>Opens a page of the shop.</summary>
    public async Task OpenAsync(string path) => await Page.GotoAsync(path);

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = name, Exact = true });

    public ILocator Link(string name) => Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = name, Exact = true });

    public ILocator Field(string label) => Page.GetByLabel(label, new PageGetByLabelOptions { Exact = true });

    /// <summary>Leaves a picture of the whole page: on a screen as high as the page, so that what sticks to its lower edge is at the end.</summary>
    public async Task PictureAsync(string name)
    {
        var (width, height) = (Page.ViewportSize!.Width, Page.ViewportSize.Height);
        await Page.SetViewportSizeAsync(width, await Page.EvaluateAsync<int>("document.documentElement.scrollHeight"));
        await Page.ScreenshotAsync(new PageScreenshotOptions
        {
            Path = Path.Combine(BrowserFixture.Screenshots, $"{name.ToLowerInvariant()}.png"),
        });
        await Page.SetViewportSizeAsync(width, height);
    }

    /// <summary>No message in the console, no script that failed, no request that failed, and none to anyone but the shop.</summary>
    public void AssertClean() => Assert.Empty(_troubles);

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();

    private void Watch()
    {
        Page.Console += (_, message) =>
        {
            // Of an answer that is an error Chromium says so in the console, too.
            if (message.Type is "error" or "warning" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
            {
                _troubles.Enqueue($"console: {message.Text}");
            }
        };
        Page.PageError += (_, error) => _troubles.Enqueue($"script: {error}");
        Page.Request += (_, request) => NoteIf(new Uri(request.Url).Authority != _shop.Authority, $"request to {request.Url}");
        Page.Response += (_, response)
            => NoteIf(response.Status >= 400 && !ExpectedStatuses.Contains(response.Status), $"{response.Status} from {response.Url}");

        // The stream of an open page ends with the page: that is what it is there for.
        Page.RequestFailed += (_, request)
            => NoteIf(!new Uri(request.Url).AbsolutePath.Contains("/live", StringComparison.Ordinal), $"{request.Failure}: {request.Url}");
    }

    private void NoteIf(bool holds, string trouble)
    {
        if (holds)
        {
            _troubles.Enqueue(trouble);
        }
    }
}

/// <summary>The size of a screen in CSS pixels.</summary>
internal sealed record Screen(string Name, int Width, int Height)
{
    public static readonly Screen Desktop = new("desktop", 1280, 800);

    public static readonly Screen Phone = new("phone", 390, 844);
}
