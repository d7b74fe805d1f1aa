using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using FastOrm.Cache.Tests.Unit.Support;
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
        await db.FlushAsync("customer");               // of all customers
        // end
        var again = await _shop.CountAsync(other => other.Orders
            .Where(o => o.Customer == customer)
            .Remember(TimeSpan.FromHours(1), $"customer:{customer}")
            .ToListAsync());

        Assert.Equal(5, orders.Count);
        Assert.Equal((5, 1), (again.Result.Count, again.Commands));
    }

    [Fact]
    public async Task A_tag_is_the_cache_s_and_not_the_database_s()
    {
        using var elsewhere = new TestShop();
        var options = TestOptions.New<ShopContext>()
            .UseSqlite(elsewhere.ConnectionString).AddInterceptors(_shop.Sql).UseFastOrmCache(_shop.Cache).Options;
        await using var other = new ShopContext(options);
        await _shop.Cache.SetAsync("k", 1, new CacheEntryOptions { Tags = ["shop:42"] });
        for (var i = 0; i < 2; i++)
        {
            await other.Products.Remember(Proof.Minute, "shop:7").CountAsync();
        }

        Assert.Single(_shop.Sql.Texts);
        await using (var db = _shop.New())
        {
            await db.FlushAsync("shop");
        }

        await other.Products.Remember(Proof.Minute, "shop:7").CountAsync();

        Assert.Equal(2, _shop.Sql.Texts.Count);
        Assert.False(_shop.Cache.TryGet<int>("k").IsCached);
    }

    [Fact]
    public void A_query_with_a_mark_takes_nothing_from_the_policy_of_its_type()
    {
        var time = new ManualTimeProvider();
        using var shop = new TestDatabase<BriefContext>(
            static options => new BriefContext(options), cache: o => o.TimeProvider = time);
        shop.Count(Marked);
        shop.Count(ByPolicy);
        time.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal((0, 1), (shop.Count(Marked).Commands, shop.Count(ByPolicy).Commands));

        static int Marked(BriefContext db) => db.Set<Note>().Remember().Count();
        static int ByPolicy(BriefContext db) => db.Set<Note>().Count();
    }

    public void Dispose() => _shop.Dispose();

    private sealed class BriefContext(DbContextOptions options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
            => modelBuilder.Entity<Note>().IsCacheable(static c => c.AllQueries(Proof.Minute));
    }

    private sealed class Note
    {
        public int Id { get; set; }
    }
}
