using FastOrm.Cache.Tests.Integration.OperatorPage;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FastOrm.Cache.Tests.Integration.Browser;

/// <summary>The operator page for those who have no mouse, and for those who may look and not touch.</summary>
[Collection(nameof(BrowserFixture))]
public sealed class OperatorKeyboardTests(BrowserFixture browser)
{
    private const string Focused = "(document.activeElement.getAttribute('aria-label') ?? document.activeElement.name ?? '') || document.activeElement.textContent";

    [Fact]
    public async Task A_key_is_looked_up_and_forgotten_a_tag_flushed_and_the_cache_switched_off_with_the_keyboard_alone()
    {
        await using var host = await PageHost.StartAsync();
        await host.Cache.SetAsync("user:42", "somebody", TimeSpan.FromHours(1));
        await host.Cache.SetAsync("user:43", "another", new CacheEntryOptions { Ttl = TimeSpan.FromHours(1), Tags = ["people"] });
        await using var visitor = await OpenAsync(host);
        var keys = visitor.Page.Keyboard;
        var dialog = visitor.Page.Locator("#explain");

        await keys.PressAsync("Tab");
        Assert.Equal("Skip to the figures", await visitor.Page.EvaluateAsync<string>(Focused));

        // What is looked up opens, and closes to where one was.
        await TabToAsync(visitor, "#name");
        await keys.TypeAsync("user:42");
        await keys.PressAsync("Enter");
        await Expect(dialog).ToBeVisibleAsync();
        Assert.True(await visitor.Page.EvaluateAsync<bool>("document.getElementById('explain').contains(document.activeElement)"));
        await keys.PressAsync("Escape");
        await Expect(dialog).ToBeHiddenAsync();
        await Expect(visitor.Page.Locator("#name")).ToBeFocusedAsync();

        await TabToAsync(visitor, "#key");
        await keys.TypeAsync("user:42");
        await keys.PressAsync("Enter");
        await Expect(visitor.Page.Locator("#told")).ToContainTextAsync("The key is forgotten");
        Assert.False((await host.Cache.TryGetAsync<string>("user:42")).HasValue);

        await TabToAsync(visitor, "#tag");
        await keys.TypeAsync("people");
        await keys.PressAsync("Enter");
        await Expect(visitor.Page.Locator("#told")).ToContainTextAsync("flushed");
        Assert.False((await host.Cache.TryGetAsync<string>("user:43")).HasValue);

        await TabToAsync(visitor, "#switch");
        await keys.PressAsync("Space");
        await Expect(visitor.Page.Locator("#told")).ToContainTextAsync("off");
        Assert.False(host.Cache.IsEnabled);
        visitor.AssertClean();
    }

    [Fact]
    public async Task Where_nothing_may_be_changed_there_is_nothing_to_change_it_with()
    {
        await using var host = await PageHost.StartAsync(page: static options => options.AllowChanges = false);
        await using var visitor = await OpenAsync(host);

        await Expect(visitor.Page.Locator("#actions")).ToBeHiddenAsync();
        await Expect(visitor.Button("Switch off")).ToHaveCountAsync(0);
        await visitor.Field("A key, a tag, a table or a query").FillAsync("user:42");
        await visitor.Button("Look up").ClickAsync();
        await Expect(visitor.Page.Locator("#explain .empty")).ToContainTextAsync("Nothing is known of it");
        visitor.AssertClean();
    }

    private async Task<Visitor> OpenAsync(PageHost host)
    {
        var visitor = await browser.ComeToAsync(host.Client.BaseAddress!);
        await visitor.OpenAsync("/ops/cache");
        await Expect(visitor.Page.Locator("#live")).ToHaveTextAsync("Live");
        await visitor.Page.Locator("#cache").SelectOptionAsync("shop");
        await Expect(visitor.Page.Locator("#live")).ToHaveTextAsync("Live");
        return visitor;
    }

    private static async Task TabToAsync(Visitor visitor, string selector)
    {
        for (var i = 0; i < 50; i++)
        {
            if (await visitor.Page.Locator(selector).EvaluateAsync<bool>("node => node === document.activeElement"))
            {
                return;
            }

            await visitor.Page.Keyboard.PressAsync("Tab");
        }

        Assert.Fail($"The keyboard does not get to {selector}.");
    }
}
