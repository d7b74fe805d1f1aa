using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace FastOrm.Cache.Tests.Integration.Queries;

public sealed class HitTests : IDisposable
{
    private readonly TestShop _shop = new();

    [Fact]
    public void A_hit_makes_no_connection_and_no_command()
    {
        _shop.Count(Graph);

        Assert.Equal(20, _shop.OnHit(Graph).Count);

        static List<Product> Graph(ShopContext db)
            => db.Products.Include(p => p.Tags).Where(p => p.CategoryId == 1).Remember(Proof.Minute).ToList();
    }

    [Fact]
    public async Task An_async_hit_makes_no_connection_and_no_command()
    {
        await _shop.CountAsync(Graph);

        Assert.Equal(20, (await _shop.OnHitAsync(Graph)).Count);

        static Task<List<Product>> Graph(ShopContext db)
            => db.Products.Include(p => p.Tags).Where(p => p.CategoryId == 1).Remember(Proof.Minute).ToListAsync();
    }

    [Fact]
    public void A_hit_completes_at_once_when_it_is_awaited()
    {
        _shop.Count(db => db.Products.Remember(Proof.Minute).ToList());
        using var db = _shop.NewForbidden();

        Assert.True(db.Products.Remember(Proof.Minute).ToListAsync().IsCompletedSuccessfully);
    }

    [Fact]
    public void A_hit_works_in_a_pooled_context()
    {
        _shop.Count(Query);
        var options = TestOptions.New<ShopContext>()
            .UseSqlite(_shop.ConnectionString).AddInterceptors(Forbidden.All).UseFastOrmCache(_shop.Cache).Options;
        var factory = new PooledDbContextFactory<ShopContext>(options, poolSize: 1);

        for (var i = 0; i < 5; i++)
        {
            using var db = factory.CreateDbContext();
            Assert.Equal(20, Query(db).Count);
            Assert.Equal(20, db.ChangeTracker.Entries().Count());
        }

        static List<Product> Query(ShopContext db) => db.Products.Where(p => p.CategoryId == 1).Remember(Proof.Minute).ToList();
    }

    [Fact]
    public async Task A_pooled_context_loads_and_hits_whoever_had_it_before()
    {
        var services = new ServiceCollection()
            .AddSingleton(_shop.Cache)
            .AddDbContextPool<ShopContext>(
                (provider, o) => o.AllowManySetups().UseSqlite(_shop.ConnectionString).AddInterceptors(_shop.Sql).UseFastOrmCache(provider), poolSize: 1)
            .BuildServiceProvider();
        var before = _shop.Sql.Count;
        foreach (var expected in new[] { 1, 1, 1, 2, 2 })
        {
            await using var scope = services.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<ShopContext>();
            var category = expected;
            var products = await db.Products.Where(p => p.CategoryId == category).Remember(Proof.Minute).ToListAsync();

            Assert.Equal(20, products.Count);
            Assert.All(products, p => Assert.Equal(expected, p.CategoryId));
        }

        Assert.Equal(2, _shop.Sql.Count - before);
    }

    [Fact]
    public async Task A_synchronous_load_answers_an_async_read()
    {
        _shop.Count(db => Terminals.Remembered(db).ToList());
        _shop.Count(db => Terminals.Remembered(db).First());
        _shop.Count(db => Terminals.Remembered(db).Count());

        Assert.Equal(20, (await _shop.OnHitAsync(db => Terminals.Remembered(db).ToListAsync())).Count);
        Assert.Equal(1, (await _shop.OnHitAsync(db => Terminals.Remembered(db).FirstAsync())).Id);
        Assert.Equal(20, await _shop.OnHitAsync(db => Terminals.Remembered(db).CountAsync()));
    }

    [Fact]
    public async Task An_async_load_answers_a_synchronous_read()
    {
        await _shop.CountAsync(db => Terminals.Remembered(db).ToListAsync());
        await _shop.CountAsync(db => Terminals.Remembered(db).LastAsync());
        await _shop.CountAsync(db => Terminals.Remembered(db).MaxAsync(p => p.Price));

        Assert.Equal(20, _shop.OnHit(db => Terminals.Remembered(db).ToList()).Count);
        Assert.Equal(96, _shop.OnHit(db => Terminals.Remembered(db).Last()).Id);
        Assert.Equal(120m, _shop.OnHit(db => Terminals.Remembered(db).Max(p => p.Price)));
    }

    [Fact]
    public void A_captured_variable_of_another_name_with_the_same_value_hits()
    {
        var category = 3;
        _shop.Count(db => db.Products.Where(p => p.CategoryId == category).Remember(Proof.Minute).ToList());
        var chosen = 3;
        var holder = new Category { Id = 3 };

        Assert.Equal(20, _shop.OnHit(db => db.Products.Where(p => p.CategoryId == chosen).Remember(Proof.Minute).ToList()).Count);
        Assert.Equal(20, _shop.OnHit(db => db.Products.Where(x => x.CategoryId == holder.Id).Remember(Proof.Minute).ToList()).Count);
        Assert.Equal(20, _shop.OnHit(db => ByMethod(db, 3)).Count);

        static List<Product> ByMethod(ShopContext db, int value)
            => db.Products.Where(product => product.CategoryId == value).Remember(Proof.Minute).ToList();
    }

    [Fact]
    public void Another_value_of_a_captured_variable_is_another_entry()
    {
        for (var round = 0; round < 2; round++)
        {
            foreach (var category in new[] { 1, 2, 3 })
            {
                var (products, commands) = _shop.Count(
                    db => db.Products.Where(p => p.CategoryId == category).Remember(Proof.Minute).ToList());

                Assert.All(products, p => Assert.Equal(category, p.CategoryId));
                Assert.Equal(round == 0 ? 1 : 0, commands);
            }
        }
    }

    [Fact]
    public void A_list_that_is_searched_is_part_of_the_key_by_its_values()
    {
        int[] ids = [1, 2];
        _shop.Count(db => db.Products.Where(p => ids.Contains(p.Id)).Remember(Proof.Minute).Count());
        int[] same = [1, 2];
        int[] other = [1, 2, 3];

        Assert.Equal(2, _shop.OnHit(db => db.Products.Where(p => same.Contains(p.Id)).Remember(Proof.Minute).Count()));
        Assert.Equal((3, 1), _shop.Count(db => db.Products.Where(p => other.Contains(p.Id)).Remember(Proof.Minute).Count()));
    }

    public void Dispose() => _shop.Dispose();
}
