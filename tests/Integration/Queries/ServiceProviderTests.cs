using FastOrm.Cache.EfCore;
using FastOrm.Cache.EfCore.Plans;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace FastOrm.Cache.Tests.Integration.Queries;

/// <summary>How the library gets into EF Core's own service provider, and into how many of them.</summary>
public sealed class ServiceProviderTests : IDisposable
{
    private readonly TestShop _shop = new();

    [Fact]
    public void An_internal_service_provider_that_knows_the_library_works()
    {
        using var services = new ServiceCollection().AddEntityFrameworkSqlite().AddEntityFrameworkFastOrmCache().BuildServiceProvider();
        var options = _shop.Configure().UseInternalServiceProvider(services).Options;
        using (var db = new ShopContext(options))
        {
            Assert.Equal(5, db.Categories.Remember().ToList().Count);
        }

        var before = _shop.Sql.Count;
        using (var db = new ShopContext(options))
        {
            Assert.Equal(5, db.Categories.Remember().ToList().Count);
            Assert.Equal(before, _shop.Sql.Count);
            db.Add(new Category { Name = "new" });
            db.SaveChanges();
        }

        Assert.Equal(6, _shop.Count(db => db.Categories.Remember().ToList()).Result.Count);
    }

    [Fact]
    public void An_internal_service_provider_that_does_not_know_the_library_names_the_call()
    {
        using var services = new ServiceCollection().AddEntityFrameworkSqlite().BuildServiceProvider();
        var options = _shop.Configure().UseInternalServiceProvider(services).Options;

        var error = Assert.Throws<InvalidOperationException>(() => new ShopContext(options).Products.Count());

        Assert.Contains("AddEntityFrameworkFastOrmCache", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_internal_service_provider_that_was_told_of_the_library_before_the_provider_is_an_error()
    {
        // Otherwise nothing would be decorated, and the writes of these contexts would invalidate nothing.
        var error = Assert.Throws<InvalidOperationException>(
            () => new ServiceCollection().AddEntityFrameworkFastOrmCache().AddEntityFrameworkSqlite());

        Assert.Contains("AddEntityFrameworkFastOrmCache", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_scoped_service_provider_does_not_make_EF_Core_build_one_for_each_request()
    {
        using var services = new ServiceCollection()
            .AddSingleton(_shop.Cache)
            .AddDbContext<ShopContext>((provider, o) => o
                .AllowManySetups()
                .UseSqlite(_shop.ConnectionString)
                .AddInterceptors(_shop.Sql)
                .UseFastOrmCache(provider, c => c.OnRead((_, _) => { })))
            .BuildServiceProvider();
        var before = _shop.Sql.Count;
        var stores = new HashSet<object>(ReferenceEqualityComparer.Instance);
        for (var i = 0; i < 50; i++)
        {
            using var scope = services.CreateScope();
            var db = scope.ServiceProvider.GetRequiredService<ShopContext>();
            Assert.Equal(20, db.Products.Where(p => p.CategoryId == 2).Remember().ToList().Count);
            stores.Add(db.GetService<PlanStore>());
        }

        Assert.Single(stores);
        Assert.Equal(1, _shop.Sql.Count - before);
    }

    [Fact]
    public void A_cache_for_each_request_does_not_make_EF_Core_build_a_service_provider_for_each()
    {
        var stores = new HashSet<object>(ReferenceEqualityComparer.Instance);
        for (var i = 0; i < 50; i++)
        {
            using var cache = FastCache.Create(name: $"request {i}");
            using var db = new ShopContext(TestOptions.New()
                .UseSqlite(_shop.ConnectionString)
                .UseFastOrmCache(cache, o => o.DatabaseName = $"database {i}")
                .Options);
            Assert.Equal(20, db.Products.Where(p => p.CategoryId == 2).Remember().ToList().Count);
            Assert.Equal(1, cache.Statistics.Stores);
            stores.Add(db.GetService<PlanStore>());
        }

        Assert.Single(stores);
    }

    [Fact]
    public void The_registered_cache_is_the_one_that_contexts_use()
    {
        using var services = new ServiceCollection()
            .AddSingleton(_shop.Cache)
            .AddDbContextFactory<ShopContext>((provider, o) => o.AllowManySetups().UseSqlite(_shop.ConnectionString).UseFastOrmCache(provider))
            .BuildServiceProvider();
        using var db = services.GetRequiredService<IDbContextFactory<ShopContext>>().CreateDbContext();

        Assert.Equal(100, db.Products.Remember().Count());

        Assert.Equal(1, _shop.Cache.Statistics.Stores);
    }

    [Fact]
    public void A_context_of_another_type_never_gets_the_rows_of_the_first()
    {
        using (var db = new ShopContext(_shop.Options))
        {
            Assert.Equal(5, db.Categories.Remember().ToList().Count);
        }

        using var other = new HiddenContext(_shop.Options);

        Assert.Equal(4, other.Categories.Remember().ToList().Count);
        Assert.Equal(4, other.Categories.Remember().ToList().Count);
    }

    private sealed class HiddenContext(DbContextOptions options) : ShopContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            base.OnModelCreating(modelBuilder);
            modelBuilder.Entity<Category>().HasQueryFilter(c => c.Id != 5);
        }
    }

    public void Dispose() => _shop.Dispose();
}
