using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace FastOrm.Cache.Tests.Integration.Documents;

/// <summary>The code of docs/migrating.md.</summary>
[Collection(nameof(FastCache.Default))]
public sealed class MigratingTests : IDisposable
{
    private readonly TestShop _shop = new();

    [Fact]
    public async Task From_a_second_level_cache()
    {
        var services = new ServiceCollection();
        var connectionString = _shop.ConnectionString;

        // code: second level cache
        services.AddFastOrmCache(o => o.UseRedis("localhost:6379"));
        services.AddDbContextPool<ShopContext>((provider, options) => options
            .UseSqlite(connectionString)
            .UseFastOrmCache(provider, o => o.CacheAllQueries(TimeSpan.FromMinutes(30), rules => rules
                .IncludeTables("Products", "Categories")
                .When(query => !query.Tags.Contains("fresh")))));
        // end
        services.AddFastOrmCache(o => o.UseMemory());
        services.ConfigureDbContext<ShopContext>(static options => options.AllowManySetups());
        await using var provider = services.BuildServiceProvider();
        await using var scope = provider.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ShopContext>();
        for (var i = 0; i < 2; i++)
        {
            await db.Products.CountAsync();
            await db.Products.TagWith("fresh").CountAsync();
            await db.Orders.CountAsync();
        }

        var statistics = provider.GetRequiredService<ICache>().Statistics;
        Assert.Equal((1, 1), (statistics.Hits, statistics.Misses));
    }

    [Fact]
    public async Task From_EF_Plus()
    {
        await using var db = _shop.New();

        // code: ef plus
        var active = await db.Products.Where(p => p.Stock > 0).Remember(TimeSpan.FromMinutes(5), "catalog").ToListAsync();
        var count = await db.Products.Remember(new RememberOptions { Tags = ["catalog"] }).CountAsync();
        await db.FlushAsync("catalog");
        // end
        var again = await _shop.CountAsync(other => other.Products.Remember(new RememberOptions { Tags = ["catalog"] }).CountAsync());

        Assert.Equal((86, 100), (active.Count, count));
        Assert.Equal((100, 1), again);
    }

    [Fact]
    public async Task From_FusionCache()
    {
        var services = new ServiceCollection();

        // code: fusion cache
        services.AddFastOrmCache(o =>
        {
            o.UseRedis("localhost:6379");
            o.DefaultTtl = TimeSpan.FromMinutes(5);
            o.StaleIfError = TimeSpan.FromHours(1);
        });
        // end
        services.AddFastOrmCache(o => o.UseMemory());
        await using var provider = services.BuildServiceProvider();
        var cache = provider.GetRequiredService<ICache>();
        var users = new Users();

        // code: fusion cache calls
        var user = await cache.RememberAsync("user:7", TimeSpan.FromMinutes(5), token => users.FindAsync(7, token), "users");
        await cache.SetAsync("user:7", user, TimeSpan.FromMinutes(5));
        var found = await cache.TryGetAsync<User>("user:7");
        await cache.ForgetAsync("user:7");
        await cache.FlushAsync("users");
        // end

        Assert.Equal(new User(7), found.Value);
        Assert.False(cache.TryGet<User>("user:7").IsCached);
    }

    public void Dispose() => _shop.Dispose();

    private sealed record User(int Id);

    private sealed class Users
    {
        public Task<User> FindAsync(int id, CancellationToken token)
        {
            token.ThrowIfCancellationRequested();
            return Task.FromResult(new User(id));
        }
    }
}
