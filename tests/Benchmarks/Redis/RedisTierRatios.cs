using System.Diagnostics;
using FastOrm.Cache.Benchmarks.Queries;
using FastOrm.Cache.Benchmarks.Ratios;
using FastOrm.Cache.Benchmarks.Writes;
using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Engine;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using StackExchange.Redis;

namespace FastOrm.Cache.Benchmarks.Redis;

/// <summary>What it costs to be answered by a Redis of this machine, against a plain GET of as many bytes over a connection of the same client.</summary>
internal sealed class RedisTierRatios : IDisposable
{
    private const int Workers = 32;
    private const int Keys = 100;

    private static readonly TimeSpan Ttl = TimeSpan.FromHours(1);
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(0.5);

    private static readonly RememberOptions RemoteOnly = new() { Ttl = Ttl, Tiers = CacheTiers.Remote };
    private static readonly RememberOptions InMemory = new() { Ttl = Ttl, Key = "in memory", Tiers = CacheTiers.Memory };

    private readonly RedisServer _server = RedisServer.Start();
    private readonly ConnectionMultiplexer _client;
    private readonly IDatabase _database;
    private readonly Shop _shop = new();
    private readonly ICache _twoTier;
    private readonly PooledDbContextFactory<ShopContext> _contexts;
    private readonly string[] _keys = [.. Enumerable.Range(0, Keys).Select(static id => $"key:{id}")];

    private RedisTierRatios()
    {
        _client = ConnectionMultiplexer.Connect(_server.Address);
        _database = _client.GetDatabase();
        _twoTier = FastCache.Create(options => options.UseRedis(_server.Address));
        _contexts = _shop.NewCachedPool(_twoTier, static options => options.DatabaseName = "shop");
    }

    public static void Run()
    {
        using var ratios = new RedisTierRatios();
        ratios.Measure(ratios.FillAsync().GetAwaiter().GetResult());
    }

    public void Dispose()
    {
        _twoTier.Dispose();
        _client.Dispose();
        _shop.Dispose();
        _server.Dispose();
    }

    private void Measure(long length)
    {
        Side hit = new("redis.hit20", Loop(HitAsync), runsSql: false);
        Side get = new("get", Loop(GetAsync), runsSql: false);
        PairedTimer.WarmUp(hit, get);
        RatioGroup.Print("redis.hit20.bytes", length);
        RatioGroup.Print("redis.hit20.over_get", PairedTimer.RatioOfWaits(hit, get));
        RatioGroup.Print("redis.hit20.over_floor", PairedTimer.RatioOfWaits(hit, new("floor", Loop(FloorAsync), runsSql: false)));
        RatioGroup.Print("redis.many100.over_get1", PairedTimer.RatioOfWaits(new("redis.many100", Loop(ManyAsync), runsSql: false), get));
        RatioGroup.Print(
            "two_tier.hit.over_memory", PairedTimer.Ratio(QueryCase.List20.Hit(_contexts), QueryCase.List20.Hit(_shop.Cached)));
        RatioGroup.Print("redis.save1.announced.over_get", AnnouncedSave(get));
        RatioGroup.Print($"redis.hit20.workers{Workers}.over_get", ThroughputAsync(HitAsync, GetAsync).GetAwaiter().GetResult());
        RatioGroup.Print($"redis.hit20.workers{Workers}.over_floor", ThroughputAsync(HitAsync, FloorAsync).GetAwaiter().GetResult());
    }

    // The entry of the query, under the key of a plain string too; and the values of the batch.
    private async Task<long> FillAsync()
    {
        // The connection is made by the first who needs it, and nobody waits for that longer than for an operation.
        for (var i = 0; i < 100 && _twoTier.Statistics.RemoteHits == 0; i++)
        {
            await HitAsync();
            await ((CacheEngine)_twoTier).Remote!.DrainAsync();
            await Task.Delay(50);
        }

        foreach (var key in _keys)
        {
            await _twoTier.SetAsync(key, 1, new CacheEntryOptions { Ttl = Ttl, Tiers = CacheTiers.Remote });
        }

        var server = _client.GetServer(_client.GetEndPoints()[0]);
        var entry = server.Keys(pattern: "*q:*").Single();
        var bytes = (byte[])(await _database.StringGetAsync(entry))!;
        await _database.StringSetAsync("plain", bytes);
        await HitAsync(InMemory);
        return bytes.Length;
    }

    // In a database in memory, so that it takes hardly longer than its announcement.
    private double AnnouncedSave(Side get)
    {
        using var saves = new Saves(_twoTier, rows: 1, static options => options.DatabaseName = "saves");
        var ratio = PairedTimer.RatioOfWaits(saves.Side, get);
        return _twoTier.Statistics.Bypasses.ContainsKey(RemoteBypasses.Unmarked)
            ? throw new MeasurementException("A save was not announced.")
            : ratio;
    }

    private Task HitAsync() => HitAsync(RemoteOnly);

    // The least that it can cost: to ask Redis, and EF Core's work on rows that are in memory.
    private async Task FloorAsync()
    {
        await GetAsync();
        await HitAsync(InMemory);
    }

    private async Task HitAsync(RememberOptions options)
    {
        await using var db = await _contexts.CreateDbContextAsync();
        var rows = await db.Products.AsNoTracking().Where(p => p.CategoryId == 7).OrderBy(p => p.Name).Take(20)
            .Remember(options).ToListAsync();
        if (rows.Count != 20)
        {
            throw new MeasurementException($"The query gave {rows.Count} rows.");
        }
    }

    private async Task GetAsync()
    {
        if ((await _database.StringGetAsync("plain")).IsNull)
        {
            throw new MeasurementException("GET found nothing.");
        }
    }

    private async Task ManyAsync()
    {
        if ((await _twoTier.GetManyAsync<int>(_keys)).Count != Keys)
        {
            throw new MeasurementException("Not all values were found.");
        }

        // So that the next one asks Redis again.
        ((CacheEngine)_twoTier).Memory.Clear();
    }

    // A loop of its own for each operation, so that both sides pay the same for it.
    private static Action<int> Loop(Func<Task> operation) => count =>
    {
        async Task RepeatAsync()
        {
            for (var i = 0; i < count; i++)
            {
                await operation();
            }
        }

        RepeatAsync().GetAwaiter().GetResult();
    };

    private static async Task<double> ThroughputAsync(Func<Task> one, Func<Task> other)
    {
        var ratios = new double[9];
        for (var i = 0; i < ratios.Length; i++)
        {
            var isFirst = i % 2 == 0;
            var first = await PerSecondAsync(isFirst ? one : other);
            var second = await PerSecondAsync(isFirst ? other : one);
            ratios[i] = isFirst ? first / second : second / first;
        }

        return PairedTimer.Median(ratios);
    }

    private static async Task<double> PerSecondAsync(Func<Task> operation)
    {
        var start = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(async () =>
        {
            var count = 0;
            while (Stopwatch.GetElapsedTime(start) < Round)
            {
                await operation();
                count++;
            }

            return count;
        })));
        return counts.Sum() / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
