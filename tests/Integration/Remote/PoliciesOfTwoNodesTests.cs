using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Remote;

/// <summary>Queries without a mark, remembered by a policy, answer another node as marked ones do, on both databases.</summary>
public sealed class PoliciesOfTwoNodesTests
{
    [Theory]
    [InlineData(Provider.Sqlite)]
    [InlineData(Provider.PostgreSql)]
    public async Task What_one_node_remembers_by_a_policy_answers_the_other_until_a_write(Provider provider)
    {
        var store = new InMemoryRemoteStore(TimeProvider.System);
        void Tier(FastOrmCacheOptions options) => options.UseRemoteTier(_ => new InMemoryRemoteTier(store));
        static void All(FastOrmCacheContextOptions options)
        {
            options.DatabaseName = "shop";
            options.CacheAllQueries(TimeSpan.FromMinutes(5), static rules => rules.Exclude<Order>());
        }

        using var shop = new TestShop(Tier, All, provider);
        using var other = FastCache.Create(Tier);
        var sql = new SqlCounter();
        ShopContext NewB() => new(shop.ConfigurePlain().AddInterceptors(sql).UseFastOrmCache(other, All).Options);

        var (first, commands) = await shop.CountAsync(Priced);
        Assert.Equal(1, commands);
        await Settle();
        await using (var db = NewB())
        {
            Assert.Equal(first, await Priced(db));
            Assert.Equal(0, sql.Count);
            Assert.Equal(40, await db.Orders.CountAsync());
            Assert.Equal(1, sql.Count);
        }

        await shop.CountAsync(static async db =>
        {
            (await db.Products.SingleAsync(p => p.Id == 7)).Price = 999;
            return await db.SaveChangesAsync();
        });
        await Settle();
        await using (var db = NewB())
        {
            Assert.Equal(999m, await Priced(db));
        }

        Task Settle() => Task.WhenAll(((Engine.CacheEngine)shop.Cache).Remote!.DrainAsync(), ((Engine.CacheEngine)other).Remote!.DrainAsync());
    }

    private static Task<decimal> Priced(ShopContext db) => db.Products.Where(p => p.Id == 7).Select(p => p.Price).SingleAsync();
}
