using FastOrm.Cache.Benchmarks.Queries;
using FastOrm.Cache.Benchmarks.Ratios;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Engine;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using StackExchange.Redis;

namespace FastOrm.Cache.Benchmarks.Entities;

/// <summary>Entities that are read by their keys, one at a time and a hundred at a time, and what policies cost.</summary>
internal static class EntityRatios
{
    private const int Ids = 100;

    private static readonly TimeSpan Ttl = TimeSpan.FromHours(1);

    private static readonly int[] Hundred = [.. Enumerable.Range(1, Ids)];

    public static void Run()
    {
        using var shop = new Shop();
        using (var db = shop.Cached.CreateDbContext())
        {
            db.Products.FindManyOrCache(Hundred, Ttl);
        }

        PairedTimer.WarmUp(EfFind(shop.Plain), Find(shop.Cached));
        RatioGroup.Print("find.hit.over_ef_find", PairedTimer.Ratio(EfFind(shop.Plain), Find(shop.Cached)));
        using (var tracking = shop.Plain.CreateDbContext())
        {
            _ = tracking.Products.Where(product => product.Id <= Ids).ToList();
            RatioGroup.Print("find.hit.over_tracked_find", PairedTimer.Ratio(Find(shop.Cached), TrackedFind(shop.Plain, tracking)));
        }

        RatioGroup.Print("find.hit.over_attach", PairedTimer.Ratio(Find(shop.Cached), Attach(shop.Plain)));
        RatioGroup.Print("find.hit.bytes", Find(shop.Cached).BytesPerOperation(1_000));
        RatioGroup.Print("find_many100.hit.over_uncached", PairedTimer.Ratio(UncachedMany(shop.Plain, tracks: false), FindMany(shop.Cached, tracks: false)));
        RatioGroup.Print("find_many100.tracked_hit.over_uncached", PairedTimer.Ratio(UncachedMany(shop.Plain, tracks: true), FindMany(shop.Cached, tracks: true)));
        PrintRedisMany(shop);
        RatioGroup.Print("policy.overhead", PolicyOverhead(shop));
        RatioGroup.Print("policy.hit.over_hit", PolicyHit(shop));
    }

    /// <summary>A query that no policy matches, in contexts that remember all others, against contexts without policies.</summary>
    private static double PolicyOverhead(Shop shop)
    {
        var policies = shop.NewCachedPool(shop.Cache, static o => o.CacheAllQueries(Ttl, static rules => rules.Exclude<Product>()));
        return PairedTimer.Ratio(QueryCase.OneRow.Uncached(policies), QueryCase.OneRow.Uncached(shop.Cached));
    }

    /// <summary>A hit that a policy has brought about, against one of <c>Remember</c>, which needs less of EF Core.</summary>
    private static double PolicyHit(Shop shop)
    {
        var policies = shop.NewCachedPool(shop.Cache, static o => o.CacheAllQueries(Ttl));
        return PairedTimer.Ratio(QueryCase.OneRow.PolicyHit(policies), QueryCase.OneRow.Hit(shop.Cached));
    }

    private static Side EfFind(PooledDbContextFactory<ShopContext> contexts) => new(
        "EF Core's FindAsync",
        count => RepeatAsync(count, async i =>
        {
            await using var db = await contexts.CreateDbContextAsync();
            return await db.Products.FindAsync(1 + i % Ids);
        }),
        runsSql: true);

    private static Side Find(PooledDbContextFactory<ShopContext> contexts) => new(
        "a hit of FindOrCacheAsync",
        count => RepeatAsync(count, async i =>
        {
            await using var db = await contexts.CreateDbContextAsync();
            return await db.Products.FindOrCacheAsync(1 + i % Ids, Ttl);
        }),
        runsSql: false);

    // A context that is rented has nothing tracked: so one is rented, and another is asked.
    private static Side TrackedFind(PooledDbContextFactory<ShopContext> contexts, ShopContext tracking) => new(
        "FindAsync of a tracked entity",
        count => RepeatAsync(count, async i =>
        {
            await using var db = await contexts.CreateDbContextAsync();
            return await tracking.Products.FindAsync(1 + i % Ids);
        }),
        runsSql: false);

    // The least that it costs EF Core to track an entity in a context that was rented.
    private static Side Attach(PooledDbContextFactory<ShopContext> contexts) => new(
        "Attach of an entity",
        count => RepeatAsync(count, async i =>
        {
            await using var db = await contexts.CreateDbContextAsync();
            return db.Attach(new Product { Id = 1 + i % Ids, Name = "", Sku = "" });
        }),
        runsSql: false);

    private static Side UncachedMany(PooledDbContextFactory<ShopContext> contexts, bool tracks) => new(
        "a query of 100 keys",
        count => RepeatAsync(count, async _ =>
        {
            await using var db = await contexts.CreateDbContextAsync();
            var ids = Hundred; // A variable, as keys that differ from call to call would be.
            return await In(db, tracks).Where(product => ids.Contains(product.Id)).ToListAsync();
        }),
        runsSql: true);

    private static Side FindMany(PooledDbContextFactory<ShopContext> contexts, bool tracks) => new(
        "a hit of FindManyOrCacheAsync",
        count => RepeatAsync(count, async _ =>
        {
            await using var db = await contexts.CreateDbContextAsync();
            return await In(db, tracks).FindManyOrCacheAsync(Hundred, Ttl);
        }),
        runsSql: false);

    // Against a GET of the bytes that one of the entities has there; and what the least costs that has to be asked for all, their bytes.
    private static void PrintRedisMany(Shop shop)
    {
        var options = new RememberOptions { Ttl = Ttl, Tiers = CacheTiers.Remote };
        using var server = RedisServer.Start();
        using var client = ConnectionMultiplexer.Connect(server.Address);
        using var cache = FastCache.Create(o => o.UseRedis(server.Address));
        var contexts = shop.NewCachedPool(cache, static o => o.DatabaseName = "shop");
        var database = client.GetDatabase();

        for (var i = 0; i < 200 && cache.Statistics.RemoteHits < Ids; i++)
        {
            Load(options);
        }

        // What was stored before the node had claimed the tables depends on whole ones, and takes one more question.
        Load(new RememberOptions(options) { Fresh = true });
        RedisKey[] entries = [.. client.GetServer(client.GetEndPoints()[0]).Keys(pattern: "*q:*").Take(Ids)];
        database.StringSet("plain", (byte[])database.StringGet(entries[0])!);
        Side many = new("FindManyOrCacheAsync from Redis", count => RepeatAsync(count, async _ => await ManyAsync(options)), runsSql: false);
        Side get = new("get", count => RepeatAsync(count, async _ => (object)(await database.StringGetAsync("plain"))), runsSql: false);
        Side mget = new("mget", count => RepeatAsync(count, async _ => (object)(await database.StringGetAsync(entries))), runsSql: false);
        RatioGroup.Print("find_many100.redis.over_get1", PairedTimer.RatioOfWaits(many, get));
        RatioGroup.Print("find_many100.redis.mget100_over_get1", PairedTimer.RatioOfWaits(mget, get));

        void Load(RememberOptions options)
        {
            ManyAsync(options).GetAwaiter().GetResult();
            ((CacheEngine)cache).Remote!.DrainAsync().GetAwaiter().GetResult();
            Task.Delay(25).GetAwaiter().GetResult();
        }

        async Task<object> ManyAsync(RememberOptions options)
        {
            await using var db = await contexts.CreateDbContextAsync();
            return await db.Products.AsNoTracking().FindManyOrCacheAsync(Hundred, options);
        }
    }

    private static IQueryable<Product> In(ShopContext db, bool tracks) => tracks ? db.Products : db.Products.AsNoTracking();

    private static void RepeatAsync<T>(int count, Func<int, Task<T>> operation)
    {
        RunAsync().GetAwaiter().GetResult();

        async Task RunAsync()
        {
            for (var i = 0; i < count; i++)
            {
                if (await operation(i) is null or IReadOnlyCollection<Product> { Count: not Ids })
                {
                    throw new MeasurementException("Not all entities were found.");
                }
            }
        }
    }
}
