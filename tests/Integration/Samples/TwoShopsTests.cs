using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FastOrm.Cache.Tests.Integration.Support;

namespace FastOrm.Cache.Tests.Integration.Samples;

/// <summary>The sample as two processes on one file and one Redis.</summary>
public sealed partial class TwoShopsTests
{
    [Fact]
    public async Task A_price_that_is_changed_in_one_shop_is_shown_by_the_other()
    {
        using var redis = RedisServer.Start();
        var folder = Directory.CreateTempSubdirectory("fastorm-shops-");
        try
        {
            var data = Path.Combine(folder.FullName, "shop.db");
            var starting = Shop.StartAsync(data, redis.Address); // At once: one of them fills the file, and the other waits for it.
            using var first = await Shop.StartAsync(data, redis.Address);
            using var second = await starting;
            var (id, _) = await first.FirstProductAsync();
            var before = await second.PriceAsync(id);
            Assert.Equal(before, await first.PriceAsync(id));

            await first.SetPriceAsync(id, "4321.09");

            Assert.NotEqual("4,321.09", before);
            Assert.Contains("4321.09", (await first.PriceAsync(id)).Replace(",", "", StringComparison.Ordinal), StringComparison.Ordinal);

            // The message is on its way when the first shop has answered.
            await Eventually.UntilAsync(
                async () => (await second.PriceAsync(id)).Replace(",", "", StringComparison.Ordinal).Contains("4321.09", StringComparison.Ordinal),
                "the other shop shows the new price");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_shop_whose_Redis_is_not_there_serves_its_pages()
    {
        var folder = Directory.CreateTempSubdirectory("fastorm-shops-");
        try
        {
            var port = RedisServer.FreePort();
            var settings = new Dictionary<string, string> { ["Operators__Port"] = $"{port}" };
            using var shop = await Shop.StartAsync(Path.Combine(folder.FullName, "shop.db"), "127.0.0.1:1", settings, port);
            var (id, _) = await shop.FirstProductAsync();

            await shop.SetPriceAsync(id, "4321.09");

            Assert.Contains("4321.09", (await shop.PriceAsync(id)).Replace(",", "", StringComparison.Ordinal), StringComparison.Ordinal);
            await AssertOperatorsHaveTheirPortAsync(shop, port);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // Whoever forwards to the other port lets nobody in, whether or not it says for whom it does; and the page shows how the cache stands with Redis.
    private static async Task AssertOperatorsHaveTheirPortAsync(Shop shop, int port)
    {
        using var visitor = new HttpClient { BaseAddress = shop.Address };
        Assert.Equal(HttpStatusCode.Forbidden, (await visitor.GetAsync("/cache")).StatusCode);
        Assert.DoesNotContain("href=\"/cache\"", await visitor.GetStringAsync("/"), StringComparison.Ordinal);

        using var operators = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        Assert.Equal(HttpStatusCode.OK, (await operators.GetAsync("/cache")).StatusCode);
        var remote = JsonNode.Parse(await operators.GetStringAsync("/cache/state"))!["remote"]!;
        Assert.False((bool)remote["isListening"]!);
        Assert.NotEqual("", (string?)remote["lastError"]);
    }

    [Fact]
    public async Task An_address_that_is_none_is_said_at_the_start()
    {
        using var shop = ShopProcess.Run(["--redis", "no address", "--urls", "http://127.0.0.1:0"]);
        using var limit = new CancellationTokenSource(ShopProcess.Patience);
        var errors = await shop.StandardError.ReadToEndAsync(limit.Token);
        await shop.WaitForExitAsync(limit.Token);

        Assert.Equal(1, shop.ExitCode);
        Assert.Contains("Redis.Url", errors, StringComparison.Ordinal);
    }

    private sealed partial class Shop : IDisposable
    {
        private readonly ShopProcess _process;
        private readonly HttpClient _browser;

        private Shop(ShopProcess process)
        {
            _process = process;
            _browser = new HttpClient(new HttpClientHandler { CookieContainer = new CookieContainer() }) { BaseAddress = process.Address };
        }

        public Uri Address => _process.Address;

        public static async Task<Shop> StartAsync(string data, string redis, Dictionary<string, string>? settings = null, int? port = null)
            => new(await ShopProcess.StartAsync(data, redis, settings, port));

        public async Task<(int Id, string Page)> FirstProductAsync()
        {
            var page = await _browser.GetStringAsync("/admin");
            return (int.Parse(ProductId().Match(page).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture), page);
        }

        public async Task SetPriceAsync(int id, string price)
        {
            var (_, page) = await FirstProductAsync();
            var answer = await _browser.PostAsync("/admin?handler=Price", new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["id"] = $"{id}",
                ["price"] = price,
                ["__RequestVerificationToken"] = Token().Match(page).Groups[1].Value,
            }));
            answer.EnsureSuccessStatusCode();
        }

        /// <summary>What the page of the product shows, but for what it has cost.</summary>
        public async Task<string> PriceAsync(int id) => Price().Match(await _browser.GetStringAsync($"/products/{id}")).Value;

        public void Dispose()
        {
            _browser.Dispose();
            _process.Dispose();
        }

        [GeneratedRegex("name=\"id\" value=\"([0-9]+)\"")]
        private static partial Regex ProductId();

        [GeneratedRegex("name=\"__RequestVerificationToken\" type=\"hidden\" value=\"([^\"]+)\"")]
        private static partial Regex Token();

        [GeneratedRegex("id=\"price\">[^<]*")]
        private static partial Regex Price();
    }
}
