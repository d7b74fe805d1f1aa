using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Policies;

/// <summary>The shop with policies: all queries of products, for five minutes; categories and tags are cacheable, orders are not.</summary>
public class CachedShopContext(DbContextOptions options) : ShopContext(options)
{
    /// <summary>The shop in a database of its own.</summary>
    public static TestDatabase<CachedShopContext> New(
        Action<FastOrmCacheOptions>? cache = null, Action<DbContextOptionsBuilder>? configure = null)
        => new(static options => new CachedShopContext(options), Seed, cache, configure: configure);

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<Product>().IsCacheable(static c => c.AllQueries(TimeSpan.FromMinutes(5)).Tags("products"));
        modelBuilder.Entity<Category>().IsCacheable(static c => c.Ttl(TimeSpan.FromMinutes(2)).Tags("categories"));
        modelBuilder.Entity<Tag>().IsCacheable();
    }
}
