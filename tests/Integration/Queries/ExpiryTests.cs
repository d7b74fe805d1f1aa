using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using FastOrm.Cache.Tests.Unit.Support;

namespace FastOrm.Cache.Tests.Integration.Queries;

public sealed class ExpiryTests : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);
    private readonly ManualTimeProvider _time = new();
    private readonly List<TestShop> _shops = [];

    [Fact]
    public void An_entry_is_served_until_its_time_is_over()
    {
        var shop = NewShop();
        Assert.Equal(1, shop.Commands(Query));
        _time.Advance(TimeSpan.FromMinutes(10) - Tick);
        Assert.Equal(0, shop.Commands(Query));
        _time.Advance(Tick);
        Assert.Equal(1, shop.Commands(Query));
        Assert.Equal(0, shop.Commands(Query));

        static int Query(ShopContext db) => db.Products.Remember(TimeSpan.FromMinutes(10)).Count();
    }

    [Fact]
    public void A_hit_does_not_prolong_an_entry()
    {
        var shop = NewShop();
        shop.Commands(Query);
        for (var minute = 1; minute < 10; minute++)
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            Assert.Equal(0, shop.Commands(Query));
        }

        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, shop.Commands(Query));

        static int Query(ShopContext db) => db.Products.Remember(TimeSpan.FromMinutes(10)).Count();
    }

    [Fact]
    public void A_caller_never_gets_rows_older_than_its_own_time_even_when_they_are_stored_for_longer()
    {
        var shop = NewShop();
        Assert.Equal(1, shop.Commands(db => db.Products.Remember(TimeSpan.FromHours(1)).Count()));
        _time.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(0, shop.Commands(db => db.Products.Remember(TimeSpan.FromMinutes(5)).Count()));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, shop.Commands(db => db.Products.Remember(TimeSpan.FromHours(1)).Count()));
        Assert.Equal(0, shop.Commands(db => db.Products.RememberForever().Count()));
        Assert.Equal(1, shop.Commands(db => db.Products.Remember(TimeSpan.FromMinutes(5)).Count()));
        Assert.Equal(0, shop.Commands(db => db.Products.Remember(TimeSpan.FromMinutes(5)).Count()));
    }

    [Fact]
    public void RememberForever_survives_a_year_but_not_a_write()
    {
        var shop = NewShop();
        Assert.Equal(1, shop.Commands(Query));
        _time.Advance(TimeSpan.FromDays(366));
        Assert.Equal(0, shop.Commands(Query));

        using (var db = shop.New())
        {
            db.Add(new Category { Name = "new" });
            db.SaveChanges();
        }

        Assert.Equal((6, 1), shop.Count(Query));

        static int Query(ShopContext db) => db.Categories.RememberForever().Count();
    }

    [Fact]
    public void An_infinite_time_survives_a_year_with_jitter_too()
    {
        var shop = NewShop(o => o.Jitter = 0.9);
        Assert.Equal(1, shop.Commands(Query));
        _time.Advance(TimeSpan.FromDays(366));
        Assert.Equal(0, shop.Commands(Query));

        static int Query(ShopContext db) => db.Categories.Remember(new RememberOptions { Ttl = Timeout.InfiniteTimeSpan }).Count();
    }

    [Fact]
    public void A_very_long_time_is_as_good_as_for_ever()
    {
        var shop = NewShop();
        Assert.Equal(1, shop.Commands(db => db.Categories.Remember(TimeSpan.MaxValue).Count()));
        _time.Advance(TimeSpan.FromDays(366));
        Assert.Equal(0, shop.Commands(db => db.Categories.Remember(TimeSpan.MaxValue).Count()));
    }

    [Fact]
    public void An_empty_result_lives_shorter()
    {
        var shop = NewShop(o => o.EmptyTtl = TimeSpan.FromSeconds(20));
        Assert.Equal((1, 1, 1), Runs(shop));
        _time.Advance(TimeSpan.FromSeconds(20) - Tick);
        Assert.Equal((0, 0, 0), Runs(shop));
        _time.Advance(Tick);
        Assert.Equal((1, 1, 0), Runs(shop));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(60)]
    public void A_query_may_say_how_long_its_empty_results_live(int seconds)
    {
        var shop = NewShop(o => o.EmptyTtl = TimeSpan.FromSeconds(20));
        var options = new RememberOptions { Ttl = TimeSpan.FromMinutes(10), EmptyTtl = TimeSpan.FromSeconds(seconds) };
        Assert.Equal((1, 1), (Commands(id: -1), Commands(id: 1)));
        _time.Advance(TimeSpan.FromSeconds(seconds) - Tick);
        Assert.Equal((0, 0), (Commands(id: -1), Commands(id: 1)));
        _time.Advance(Tick);
        Assert.Equal((1, 0), (Commands(id: -1), Commands(id: 1)));

        int Commands(int id) => shop.Commands(db => db.Products.Where(p => p.Id == id).Remember(options).ToList());
    }

    [Fact]
    public void Without_a_time_of_its_own_an_empty_result_lives_as_long_as_any_other()
    {
        var shop = NewShop(o => o.EmptyTtl = null);
        Runs(shop);
        _time.Advance(TimeSpan.FromMinutes(10) - Tick);
        Assert.Equal((0, 0, 0), Runs(shop));
    }

    [Fact]
    public void The_time_of_empty_results_never_prolongs_one()
    {
        var shop = NewShop(o => o.EmptyTtl = TimeSpan.FromHours(1));
        Runs(shop);
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal((1, 1, 1), Runs(shop));
    }

    [Fact]
    public void An_empty_result_that_is_remembered_for_ever_lives_as_long_as_any_empty_result()
    {
        var shop = NewShop(o => o.EmptyTtl = TimeSpan.FromSeconds(20));
        Assert.Equal(1, shop.Commands(Query));
        _time.Advance(TimeSpan.FromSeconds(20) - Tick);
        Assert.Equal(0, shop.Commands(Query));
        _time.Advance(Tick);
        Assert.Equal(1, shop.Commands(Query));

        static Product? Query(ShopContext db) => db.Products.Where(p => p.Id < 0).RememberForever().FirstOrDefault();
    }

    [Fact]
    public void Jitter_shortens_the_time_and_never_prolongs_it()
    {
        var shop = NewShop(o => o.Jitter = 0.5);
        Assert.Equal(60, Commands());
        _time.Advance(TimeSpan.FromMinutes(5) - Tick);
        Assert.Equal(0, Commands());
        _time.Advance(TimeSpan.FromMinutes(2.5));
        var expired = Commands();
        Assert.InRange(expired, 1, 59); // Of sixty at random: all or none would be a wonder.
        _time.Advance(TimeSpan.FromMinutes(2.5) + Tick);
        Assert.InRange(Commands(), 60 - expired, 60);

        int Commands() => Enumerable.Range(1, 60).Sum(
            id => shop.Commands(db => db.Products.Where(p => p.Id == id).Remember(TimeSpan.FromMinutes(10)).Count()));
    }

    private static (int List, int First, int Rows) Runs(TestShop shop)
        => (shop.Commands(db => db.Products.Where(p => p.Id < 0).Remember(TimeSpan.FromMinutes(10)).ToList()),
            shop.Commands(db => db.Products.Where(p => p.Id < 0).Remember(TimeSpan.FromMinutes(10)).FirstOrDefault()),
            shop.Commands(db => db.Products.Where(p => p.Id < 0).Remember(TimeSpan.FromMinutes(10)).Count()));

    private TestShop NewShop(Action<FastOrmCacheOptions>? configure = null)
    {
        var shop = new TestShop(cache: o =>
        {
            o.TimeProvider = _time;
            o.CleanupInterval = TimeSpan.FromDays(1);
            configure?.Invoke(o);
        });
        _shops.Add(shop);
        return shop;
    }

    public void Dispose() => _shops.ForEach(static shop => shop.Dispose());
}
