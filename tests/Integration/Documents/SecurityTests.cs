using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace FastOrm.Cache.Tests.Integration.Documents;

/// <summary>The code of docs/security.md.</summary>
[Collection(nameof(FastCache.Default))]
public sealed class SecurityTests
{
    [Fact]
    public async Task What_the_key_varies_by_keeps_tenants_apart()
    {
        using var cache = FastCache.Create();
        using var shop = new TestShop();
        foreach (var tenant in new[] { 1, 2 })
        {
            var options = new DbContextOptionsBuilder().UseSqlite(shop.ConnectionString);

            // code: vary
            options.UseFastOrmCache(cache, o => o.VaryBy(db => ((TenantContext)db).Tenant));
            // end
            await using var db = new TenantContext(options.AllowManySetups().Options, tenant);
            await db.Products.Remember().CountAsync();
        }

        Assert.Equal((0, 2), (cache.Statistics.Hits, cache.Statistics.Misses));
    }

    [Fact]
    public void What_Redis_holds_can_be_encrypted()
    {
        var services = new ServiceCollection();
        var (current, previous) = (new byte[32], new byte[16]);

        // code: encryption
        services.AddFastOrmCache(o => o.UseRedis("rediss://cache.internal:6380").Encryption = new CacheEncryption(current, previous));
        // end
        using var provider = services.BuildServiceProvider();

        Assert.NotNull(provider.GetRequiredService<ICache>().Statistics.Remote);
    }

    private sealed class TenantContext(DbContextOptions options, int tenant) : ShopContext(options)
    {
        public int Tenant => tenant;
    }
}
