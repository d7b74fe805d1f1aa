using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace FastOrm.Cache.Tests.Integration.Documents;

/// <summary>The code of docs/ttls-and-tags.md.</summary>
[Collection(nameof(FastCache.Default))]
public sealed class TimesAndTagsTests : IDisposable
{
    private readonly TestShop _shop = new();

    [Fact]
    public async Task Times_are_options()
    {
        var services = new ServiceCollection();

        // code: times
        services.AddFastOrmCache(o =>
        {
            o.DefaultTtl = TimeSpan.FromMinutes(30);
            o.EmptyTtl = TimeSpan.FromSeconds(20);
            o.Jitter = 0.1;
            o.StaleFor = TimeSpan.FromMinutes(1);
        });
        // end
        await using var provider = services.BuildServiceProvider();

        Assert.True(provider.GetRequiredService<ICache>().IsEnabled);
    }

    [Fact]
    public async Task What_was_flushed_is_read_anew()
    {
        const string customer = "customer 1";
        await using var db = _shop.New();

        // code: tags
        var orders = await db.Orders
            .Where(o => o.Customer == customer)
            .Remember(TimeSpan.FromHours(1), $"customer:{customer}")
            .ToListAsync();

        await db.FlushAsync($"customer:{customer}");   // of this customer
        await db.FlushAsync("customer");               // of all: tags end at each colon
        // end
        var again = await _shop.CountAsync(other => other.Orders
            .Where(o => o.Customer == customer)
            .Remember(TimeSpan.FromHours(1), $"customer:{customer}")
            .ToListAsync());

        Assert.Equal(5, orders.Count);
        Assert.Equal((5, 1), (again.Result.Count, again.Commands));
    }

    public void Dispose() => _shop.Dispose();
}
