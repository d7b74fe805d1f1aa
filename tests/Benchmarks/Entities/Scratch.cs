using System.Diagnostics;
using FastOrm.Cache.Benchmarks.Queries;
using FastOrm.Cache.EfCore;
using Microsoft.EntityFrameworkCore;
namespace FastOrm.Cache.Benchmarks.Entities;
internal static class Scratch
{
    public static void Run()
    {
        using var shop = new Shop();
        var ttl = TimeSpan.FromHours(1);
        int[] hundred = [.. Enumerable.Range(1, 100)];
        using (var db = shop.Cached.CreateDbContext()) { db.Products.FindManyOrCache(hundred, ttl); }
        using var tracking = shop.Plain.CreateDbContext();
        _ = tracking.Products.Where(p => p.Id <= 100).ToList();
        async Task Rent(int i) { await using var db = await shop.Cached.CreateDbContextAsync(); }
        async Task RentPlain(int i) { await using var db = await shop.Plain.CreateDbContextAsync(); }
        async Task Tracked(int i) { await using var db = await shop.Plain.CreateDbContextAsync(); await tracking.Products.FindAsync(1 + i % 100); }
        async Task Hit(int i) { await using var db = await shop.Cached.CreateDbContextAsync(); await db.Products.FindOrCacheAsync(1 + i % 100, ttl); }
        async Task HitNt(int i) { await using var db = await shop.Cached.CreateDbContextAsync(); await db.Products.AsNoTracking().FindOrCacheAsync(1 + i % 100, ttl); }
        async Task Attach(int i) { await using var db = await shop.Plain.CreateDbContextAsync(); db.Attach(new Product { Id = i + 1, Name = "", Sku = "" }); }
        async Task Many(int i) { await using var db = await shop.Cached.CreateDbContextAsync(); await db.Products.AsNoTracking().FindManyOrCacheAsync(hundred, ttl); }
        async Task ManyT(int i) { await using var db = await shop.Cached.CreateDbContextAsync(); await db.Products.FindManyOrCacheAsync(hundred, ttl); }
        async Task UnMany(int i) { await using var db = await shop.Plain.CreateDbContextAsync(); await db.Products.AsNoTracking().Where(p => hundred.Contains(p.Id)).ToListAsync(); }
        async Task Rem(int i) { await using var db = await shop.Cached.CreateDbContextAsync(); await db.Products.AsNoTracking().Where(p => p.Id == 7).Remember(ttl).FirstOrDefaultAsync(); }
        var remote = new RememberOptions { Ttl = ttl, Tiers = CacheTiers.Remote };
        using var server = FastOrm.Cache.Tests.Integration.Support.RedisServer.Start();
        using var client = StackExchange.Redis.ConnectionMultiplexer.Connect(server.Address);
        using var cache = FastCache.Create(o => o.UseRedis(server.Address));
        var contexts = shop.NewCachedPool(cache, static o => o.DatabaseName = "shop");
        var database = client.GetDatabase();
        async Task RedisMany(int i) { await using var db = await contexts.CreateDbContextAsync(); await db.Products.AsNoTracking().FindManyOrCacheAsync(hundred, remote); }
        async Task RedisOne(int i) { await using var db = await contexts.CreateDbContextAsync(); await db.Products.AsNoTracking().FindOrCacheAsync(1 + i % 100, remote); }
        async Task Get(int i) { await database.StringGetAsync("plain"); }
        for (var i = 0; i < 200 && cache.Statistics.RemoteHits < 100; i++) { RedisMany(0).Wait(); ((FastOrm.Cache.Engine.CacheEngine)cache).Remote!.DrainAsync().Wait(); Thread.Sleep(25); }
        database.StringSet("plain", new byte[300]);
        (string, Func<int, Task>, int)[] all = [("redismany", RedisMany, 300), ("redisone", RedisOne, 3000), ("get", Get, 3000), ("rent", Rent, 20000), ("rentplain", RentPlain, 20000), ("tracked", Tracked, 20000), ("attach", Attach, 20000), ("hit", Hit, 20000), ("hitNoTrack", HitNt, 20000), ("remember1", Rem, 20000), ("many100nt", Many, 1000), ("many100t", ManyT, 1000), ("uncached100", UnMany, 500)];
        if (Environment.GetEnvironmentVariable("ONLY") is { } only)
        {
            var (_, op, n) = all.Single(x => x.Item1 == only);
            var s0 = Stopwatch.GetTimestamp(); var k = 0;
            while (Stopwatch.GetElapsedTime(s0).TotalSeconds < 8) { op(k++).GetAwaiter().GetResult(); }
            Console.WriteLine($"{only}: {Stopwatch.GetElapsedTime(s0).TotalNanoseconds / k:0}");
            return;
        }
        for (var round = 0; round < 6; round++)
        {
            foreach (var (name, op, n) in all)
            {
                var best = double.MaxValue;
                for (var k = 0; k < 7; k++)
                {
                    var s = Stopwatch.GetTimestamp();
                    for (var i = 0; i < n / 7; i++) { op(i).GetAwaiter().GetResult(); }
                    best = Math.Min(best, Stopwatch.GetElapsedTime(s).TotalNanoseconds / (n / 7));
                }
                if (round == 5) Console.WriteLine($"{name}: {best:0} ns");
            }
        }
    }
}
