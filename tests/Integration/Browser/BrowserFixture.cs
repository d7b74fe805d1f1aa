using FastOrm.Cache.Tests.Integration.Samples;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.Data.Sqlite;
using Microsoft.Playwright;

namespace FastOrm.Cache.Tests.Integration.Browser;

/// <summary>One browser and one shop for all tests of the collection; each test comes as visitors of its own.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    /// <summary>A product whose name, brand and description are an attack.</summary>
    public const int HostileProduct = 4_999;

    public const string HostileText = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">";

    // Two seconds for each half are long enough to be seen.
    private static readonly Dictionary<string, string> Settings = new() { ["Load__Seconds"] = "4", ["Load__Interval"] = "0.2" };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fastorm-browser-");
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private ShopProcess? _shop;

    /// <summary>Where the pictures of the pages lie: beside the results of the tests.</summary>
    public static string Screenshots { get; } = Path.Combine(Repository.Root, "tests", "Integration", "TestResults", "screenshots");

    /// <summary>The database of the shop.</summary>
    public string Data => Path.Combine(_folder.FullName, "shop.db");

    public async Task InitializeAsync()
    {
        Assertions.SetDefaultExpectTimeout(30_000);
        var shop = ShopProcess.StartAsync(Data, settings: Settings);
        _playwright = await Playwright.CreateAsync();
        _browser = await Chromium.StartAsync(_playwright);
        _shop = await shop;

        // Past the shop, which has not read it yet: such a text could not be typed in.
        Execute($"UPDATE Products SET Name = $text, Brand = $text, Description = $text WHERE Id = {HostileProduct}");
    }

    public async Task DisposeAsync()
    {
        _shop?.Dispose();
        await (_browser?.DisposeAsync() ?? default);
        _playwright?.Dispose();
        SqliteConnection.ClearAllPools();
        _folder.Delete(recursive: true);
    }

    /// <summary>Where the shop answers.</summary>
    public Uri Shop => _shop!.Address;

    /// <summary>A second shop file with the same products.</summary>
    public string CopyData()
    {
        var copy = Path.Combine(_folder.FullName, "copy.db");
        Execute($"VACUUM INTO '{copy}'");
        return copy;
    }

    internal Task<Visitor> ComeAsync(Screen? screen = null, ColorScheme colours = ColorScheme.Light)
        => ComeToAsync(Shop, screen, colours);

    internal Task<Visitor> ComeToAsync(Uri shop, Screen? screen = null, ColorScheme colours = ColorScheme.Light)
        => Visitor.ComeAsync(_browser!, shop, screen ?? Screen.Desktop, colours);

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Data}");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("$text", HostileText);
        command.ExecuteNonQuery();
    }
}

/// <summary>What one browser shows, one test after the other: they share the shop, and its basket count, prices and load.</summary>
[CollectionDefinition(nameof(BrowserFixture))]
public sealed class BrowserCollection : ICollectionFixture<BrowserFixture>;
