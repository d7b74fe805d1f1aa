using Microsoft.Data.Sqlite;
using WebShop.Data;
using WebShop.Shop;

namespace WebShop.Demo;

/// <summary>The shop's services on a database of their own, which is deleted when they are disposed.</summary>
public sealed class TemporaryShop : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("webshop-demo-");

    public TemporaryShop()
        => Services = new ServiceCollection().AddShop(Path.Combine(_directory.FullName, "demo.db")).BuildServiceProvider();

    public ServiceProvider Services { get; }

    /// <summary>Creates the database and fills it.</summary>
    /// <returns>What was written, for the console.</returns>
    public async Task<FormattableString> SeedAsync()
    {
        var time = Services.GetRequiredService<TimeProvider>();
        var start = time.GetTimestamp();
        await ShopDatabase.PrepareAsync(Services);
        var seconds = time.GetElapsedTime(start).TotalSeconds;
        return $"{Seed.Products:N0} products and {Seed.OrderLines:N0} order lines written in {seconds:0.0} s";
    }

    public async ValueTask DisposeAsync()
    {
        await Services.DisposeAsync();
        SqliteConnection.ClearAllPools();
        _directory.Delete(recursive: true);
    }
}
