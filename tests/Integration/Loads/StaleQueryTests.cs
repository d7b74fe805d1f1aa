using FastOrm.Cache.EfCore;
using FastOrm.Cache.Engine;
using FastOrm.Cache.Tests.Integration.Support;
using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Loads;

/// <summary>Rows that are served after their time is over, while one caller loads them anew; and never after a write.</summary>
public sealed class StaleQueryTests : IDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly RememberOptions Hot = new() { Ttl = Minute, StaleFor = Minute };

    private readonly ManualTimeProvider _time = new();
    private readonly InMemoryRemoteStore _store;
    private readonly List<TestShop> _shops = [];
    private readonly Gate _gate = new();

    public StaleQueryTests() => _store = new InMemoryRemoteStore(_time);

    [Fact]
    public async Task While_one_caller_loads_anew_the_others_get_the_stale_rows_at_once()
    {
        var shop = New();
        Assert.Equal(100, await Count(shop, Hot));
        _time.Advance(Minute);
        var before = shop.Sql.Count;
        var leader = Leader(shop, Hot);
        await _gate.Reached;

        var others = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Count(shop, Hot)));

        Assert.All(others, static count => Assert.Equal(100, count));
        Assert.False(leader.IsCompleted);
        _gate.Open();
        Assert.Equal(100, await leader);
        Assert.Equal((1, 5L, 0L), (shop.Sql.Count - before, shop.Cache.Statistics.StaleHits, shop.Cache.Statistics.JoinedLoads));
        Assert.Equal(100, await Count(shop, Hot));
        Assert.Equal(1, shop.Sql.Count - before);
    }

    [Fact]
    public async Task Synchronous_callers_get_them_too_and_an_observer_is_told()
    {
        var outcomes = new List<RememberOutcome>();
        var shop = New(context: options => options.OnRead((_, outcome) => outcomes.Add(outcome)));
        await Count(shop, Hot);
        _time.Advance(Minute);
        var leader = Leader(shop, Hot);
        await _gate.Reached;

        using (var db = shop.New())
        {
            Assert.Equal(100, db.Products.Remember(Hot).ToList().Count);
        }

        _gate.Open();
        await leader;
        Assert.Contains(RememberOutcome.Stale, outcomes);
    }

    [Fact]
    public async Task After_a_write_nothing_stale_is_served()
    {
        var shop = New();
        await Count(shop, Hot);
        _time.Advance(Minute);
        var leader = Leader(shop, Hot);
        await _gate.Reached;
        await using (var db = shop.New())
        {
            await db.Products.Where(static p => p.Id == 1).ExecuteDeleteAsync();
        }

        Assert.Equal(99, await Count(shop, Hot));

        _gate.Open();
        await leader;
        Assert.Equal(99, await Count(shop, Hot));
        Assert.Equal(0, shop.Cache.Statistics.StaleHits);
    }

    [Fact]
    public async Task What_a_write_has_ended_before_the_load_began_is_not_served_while_it_runs()
    {
        var shop = New();
        await Count(shop, Hot);
        await using (var db = shop.New())
        {
            await db.Products.Where(static p => p.Id == 1).ExecuteDeleteAsync();
        }

        _time.Advance(Minute);
        var leader = Leader(shop, Hot);
        await _gate.Reached;

        var other = Count(shop, Hot);
        Assert.False(other.IsCompleted);

        _gate.Open();
        Assert.Equal((99, 99), (await leader, await other));
    }

    [Fact]
    public async Task When_that_time_is_over_too_they_wait_and_so_does_who_does_not_ask_for_it()
    {
        var shop = New();
        await Count(shop, Hot);
        _time.Advance(Minute);
        var leader = Leader(shop, Hot);
        await _gate.Reached;

        var strict = Count(shop, new RememberOptions { Ttl = Minute });
        var stricter = Count(shop, new RememberOptions { Ttl = Minute / 4, StaleFor = Minute / 2 });
        _time.Advance(Minute);
        var late = Count(shop, Hot);
        Assert.False(strict.IsCompleted || stricter.IsCompleted || late.IsCompleted);

        _gate.Open();
        await Task.WhenAll(leader, strict, stricter, late);
        Assert.Equal((0L, 3L), (shop.Cache.Statistics.StaleHits, shop.Cache.Statistics.JoinedLoads));
    }

    [Fact]
    public async Task Without_a_load_by_another_caller_who_comes_after_the_time_loads()
    {
        var shop = New();
        await Count(shop, Hot);
        _time.Advance(Minute);
        var before = shop.Sql.Count;

        await Count(shop, Hot);

        Assert.Equal((1, 0L), (shop.Sql.Count - before, shop.Cache.Statistics.StaleHits));
    }

    [Fact]
    public async Task What_the_cache_says_holds_for_queries_that_do_not_say()
    {
        var shop = New(options => options.StaleFor = Minute);
        var plain = new RememberOptions { Ttl = Minute };
        await Count(shop, plain);
        _time.Advance(Minute);
        var leader = Leader(shop, plain);
        await _gate.Reached;

        Assert.Equal(100, await Count(shop, plain));

        _gate.Open();
        await leader;
        Assert.Equal(1, shop.Cache.Statistics.StaleHits);
    }

    [Theory]
    [InlineData(CacheTiers.All, false)]
    [InlineData(CacheTiers.Memory, false)]
    [InlineData(CacheTiers.Remote, false)]
    [InlineData(CacheTiers.All, true)]
    [InlineData(CacheTiers.Remote, true)]
    public async Task Split_queries_are_served_whole_from_any_tier(CacheTiers tiers, bool isLoadedByAnother)
    {
        var hot = new RememberOptions { Ttl = Minute, StaleFor = Minute, Tiers = tiers };
        var shop = await NewNode();
        using var other = FastCache.Create(OfNode);
        var first = isLoadedByAnother ? other : shop.Cache;
        await using (var db = new ShopContext(shop.ConfigurePlain().UseFastOrmCache(first, Named).Options))
        {
            Assert.Equal(80, await Items(db, hot));
        }

        await ((CacheEngine)first).Remote!.DrainAsync();
        _time.Advance(Minute);
        shop.Sql.AfterRead = _gate.PassAsync;
        await using var leading = shop.New();
        var leader = Items(leading, hot);
        await _gate.Reached;
        var before = shop.Sql.Count;

        await using (var db = shop.New())
        {
            Assert.Equal(80, await Items(db, hot));
        }

        Assert.Equal((0, false), (shop.Sql.Count - before, leader.IsCompleted));
        _gate.Open();
        Assert.Equal(80, await leader);
        Assert.Equal(1, shop.Cache.Statistics.StaleHits);
    }

    [Fact]
    public async Task The_tier_that_nodes_share_keeps_rows_longer_by_that_time()
    {
        var shop = await NewNode();
        await Count(shop, Hot);
        await ((CacheEngine)shop.Cache).Remote!.DrainAsync();
        var key = Assert.Single(_store.Keys);

        _time.Advance(Minute * 2 - TimeSpan.FromMilliseconds(1));
        Assert.NotNull(_store.Read([], [key]).Entries[0]);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(_store.Read([], [key]).Entries[0]);
    }

    [Theory]
    [InlineData(5, 1)]
    [InlineData(60, 0)]
    public async Task Rows_of_the_tier_are_never_older_than_the_time_that_the_caller_asks_for(int minutes, int commands)
    {
        var shop = await NewNode();
        using var other = FastCache.Create(OfNode);
        await using (var db = new ShopContext(shop.ConfigurePlain().UseFastOrmCache(other, Named).Options))
        {
            await db.Products.Remember(TimeSpan.FromHours(2)).ToListAsync();
        }

        await ((CacheEngine)other).Remote!.DrainAsync();
        _time.Advance(TimeSpan.FromMinutes(10));
        var before = shop.Sql.Count;

        await Count(shop, new RememberOptions { Ttl = TimeSpan.FromMinutes(minutes) });

        Assert.Equal((commands, 1L - commands), (shop.Sql.Count - before, shop.Cache.Statistics.RemoteHits));
    }

    public void Dispose() => _shops.ForEach(static shop => shop.Dispose());

    private static void Named(FastOrmCacheContextOptions options) => options.DatabaseName = "shop";

    private static async Task<int> Items(ShopContext db, RememberOptions options)
        => (await db.Orders.AsNoTracking().Include(static order => order.Lines).AsSplitQuery().Remember(options).ToListAsync())
            .Sum(static order => order.Lines.Count);

    private TestShop New(Action<FastOrmCacheOptions>? cache = null, Action<FastOrmCacheContextOptions>? context = null)
    {
        var shop = new TestShop(
            options =>
            {
                options.TimeProvider = _time;
                options.LoadWait = TimeSpan.FromHours(1);
                options.CleanupInterval = TimeSpan.FromDays(1); // What is dead stays there.
                cache?.Invoke(options);
            },
            context);
        _shops.Add(shop);
        return shop;
    }

    private async Task<TestShop> NewNode()
    {
        var shop = New(OfNode, Named);
        await ((CacheEngine)shop.Cache).Remote!.DrainAsync(); // The rows of the shop were saved by it.
        return shop;
    }

    private void OfNode(FastOrmCacheOptions options)
    {
        options.TimeProvider = _time;
        options.UseRemoteTier(_ => new InMemoryRemoteTier(_store));
    }

    private static async Task<int> Count(TestShop shop, RememberOptions options)
    {
        await using var db = shop.New();
        return (await db.Products.Remember(options).ToListAsync()).Count;
    }

    private Task<int> Leader(TestShop shop, RememberOptions options)
    {
        shop.Sql.AfterRead = _gate.PassAsync;
        return Count(shop, options);
    }
}
