using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Queries;

/// <summary>Alone, because the default cache belongs to the whole process.</summary>
[Collection(Name)]
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class DefaultCacheTests : IDisposable
{
    private const string Name = "The default cache";
    private readonly TestShop _shop = new();

    [Fact]
    public void The_default_cache_is_used_when_none_is_given()
    {
        using var cache = FastCache.Setup(static _ => { });
        using var db = new ShopContext(TestOptions.New().UseSqlite(_shop.ConnectionString).UseFastOrmCache().Options);

        Assert.Equal(100, db.Products.Remember().Count());
        Assert.Equal(100, db.Products.Remember().Count());

        Assert.Equal((1, 1), (cache.Statistics.Stores, cache.Statistics.Hits));
    }

    [Fact]
    public void A_context_that_lives_on_while_the_default_cache_is_replaced_reads_the_new_one()
    {
        using var shop = new TestShop();
        using var first = FastCache.Setup(static _ => { });
        var options = TestOptions.New().UseSqlite(shop.ConnectionString).UseFastOrmCache().Options;
        using var reader = new ShopContext(options);
        Assert.Equal("tag 1", Name(reader));
        using var second = FastCache.Setup(static _ => { });
        using (var writer = new ShopContext(options))
        {
            writer.Tags.Single(t => t.Id == 1).Name = "new";
            writer.SaveChanges();
        }

        Assert.Equal("new", Name(reader));

        static string Name(ShopContext db) => db.Tags.Where(t => t.Id == 1).Select(t => t.Name).Remember().Single();
    }

    [Fact]
    public void A_default_cache_that_is_set_up_later_is_used_from_then_on()
    {
        var options = TestOptions.New().UseSqlite(_shop.ConnectionString).UseFastOrmCache().Options;
        using var first = FastCache.Setup(static _ => { });
        using (var db = new ShopContext(options))
        {
            Assert.Equal(100, db.Products.Remember().Count());
        }

        using var second = FastCache.Setup(static _ => { });
        using (var db = new ShopContext(options))
        {
            Assert.Equal(100, db.Products.Remember().Count());
        }

        Assert.Equal((1, 1), (first.Statistics.Stores, second.Statistics.Stores));
    }

    public void Dispose() => _shop.Dispose();
}
