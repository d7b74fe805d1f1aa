using System.Text.Json;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Engine;
using FastOrm.Cache.Tests.Integration.Support;
using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.EntityFrameworkCore;
using StackExchange.Redis;

namespace FastOrm.Cache.Tests.Integration.Redis;

/// <summary>What is damaged in a Redis is a miss that is counted, and every result is right.</summary>
public abstract class DamagedEntriesTests : IDisposable
{
    private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(10);
    private static readonly int Inputs = Fuzz.Inputs / 100;

    private readonly string _prefix = $"fastorm-test:{Guid.NewGuid():N}:";
    private readonly ConnectionMultiplexer _redis
        = ConnectionMultiplexer.Connect(RedisServer.SharedAddress + ",syncTimeout=30000,connectTimeout=30000");
    private readonly CacheEncryption? _encryption;
    private readonly TestShop _shop;

    protected DamagedEntriesTests(CacheEncryption? encryption)
    {
        _encryption = encryption;
        _shop = new TestShop(options => Shared(options).Tiers = CacheTiers.Remote, static options => options.DatabaseName = "shop");
    }

    // Synchronous calls only: with version 1 of the client, what awaits an answer goes on where answers are read, and must not block there.
    private IDatabase Database => _redis.GetDatabase();

    private RedisKey Stamps => $"{{{_prefix}default}}:stamps";

    [Fact]
    public async Task Entries_that_are_damaged_or_swapped_are_misses_and_are_stored_anew()
    {
        Func<Task<string>>[] reads =
        [
            () => QueryAsync(static db => db.Products.Where(static p => p.CategoryId == 3).OrderBy(static p => p.Id)),
            () => QueryAsync(static db => db.Products.Where(static p => p.CategoryId == 4).OrderBy(static p => p.Id)),
            () => QueryAsync(static db => db.Categories.OrderBy(static c => c.Id).Select(static c => c.Name)),
            () => QueryAsync(static db => db.Categories.Include(static c => c.Products).AsSplitQuery().OrderBy(static c => c.Id)),
            () => EntitiesAsync(7),
            () => EntitiesAsync(8),
            async () => await _shop.Cache.RememberAsync("one", Ttl, static _ => Task.FromResult("one")),
            async () => JsonSerializer.Serialize(
                await _shop.Cache.RememberAsync("list", Ttl, static _ => Task.FromResult(Enumerable.Range(0, 9).ToList()))),
        ];
        var expected = new List<(RedisKey Key, byte[] Bytes, string Result)>();
        foreach (var read in reads)
        {
            var before = Entries();
            var result = await read();
            await SettleAsync();
            var key = Assert.Single(Entries().Except(before));
            expected.Add((key, ((byte[]?)Database.StringGet(key))!, result));
        }

        Assert.Equal(_encryption is null, expected.Exists(static one => one.Bytes.AsSpan().IndexOf("category 1"u8) > 0));
        Assert.Equal(expected.Select(static one => one.Result), await Task.WhenAll(reads.Select(static read => read())));
        var damages = 0;
        for (var seed = 0; seed < Inputs; seed++)
        {
            var random = new Random(seed);
            var at = random.Next(reads.Length);
            var (key, bytes, result) = expected[at];
            var damaged = Fuzz.Damage(random, bytes, expected[random.Next(reads.Length)].Bytes);
            damages += damaged.AsSpan().SequenceEqual(bytes) ? 0 : 1;
            Database.StringSet(key, damaged);

            var read = await reads[at]();
            Assert.True(result == read, $"Seed {seed}, {Convert.ToHexString(damaged)}: {read}");
            await SettleAsync();
            expected[at] = (key, ((byte[]?)Database.StringGet(key))!, result);
        }

        var statistics = _shop.Cache.Statistics;
        Assert.Equal(
            damages,
            statistics.Bypasses[_encryption is null ? "remote: an entry of another format" : "remote: an entry that no key of this cache decrypts"]);
        Assert.Equal(reads.Length + damages, statistics.RemoteStores);
        Assert.Equal(0, statistics.RemoteFailures);
    }

    [Fact]
    public async Task Stamps_era_and_counter_that_are_damaged_never_make_a_stale_value_valid()
    {
        using var writer = FastCache.Create(options => Shared(options));
        using var reader = FastCache.Create(options => Shared(options).Consistency = CacheConsistency.Verified);
        var source = 0;
        Task<int> ReadAsync() => reader.RememberAsync("k", Ttl, _ => Task.FromResult(source), tags: ["t"]).AsTask();
        for (var seed = 0; seed < Inputs; seed++)
        {
            var random = new Random(seed);
            Assert.Equal(source, await ReadAsync());
            var fields = Database.HashGetAll(Stamps);
            if (fields.Length > 0)
            {
                var (one, other) = (fields[random.Next(fields.Length)], fields[random.Next(fields.Length)]);
                var value = Fuzz.Damage(random, (byte[])one.Value!, (byte[])other.Value!);
                Database.HashSet(Stamps, one.Name, value);
            }

            source++;
            await writer.FlushAsync("t");

            Assert.True(source == await ReadAsync(), $"Seed {seed}");
        }

        Assert.True(reader.Statistics.RemoteStores > Inputs / 2);
        Assert.Equal(0, reader.Statistics.RemoteFailures + writer.Statistics.RemoteFailures);
    }

    public void Dispose()
    {
        _shop.Dispose();
        _redis.Dispose();
        GC.SuppressFinalize(this);
    }

    private FastOrmCacheOptions Shared(FastOrmCacheOptions options)
    {
        options.Encryption = _encryption;
        return options.UseRedis(RedisServer.SharedAddress, redis => (redis.Prefix, redis.OperationTimeout) = (_prefix, TimeSpan.FromSeconds(20)));
    }

    private IEnumerable<RedisKey> Entries() => [.. _redis.GetServer(RedisServer.SharedAddress).Keys(pattern: $"{_prefix}default:*")];

    private Task SettleAsync() => ((CacheEngine)_shop.Cache).Remote!.DrainAsync();

    private async Task<string> QueryAsync<T>(Func<ShopContext, IQueryable<T>> query)
        where T : class
    {
        await using var db = _shop.New();
        return string.Join('\n', (await query(db).AsNoTracking().Remember(Ttl).ToListAsync()).Select(static row => row switch
        {
            Category category => $"{category.Id} {category.Name}: {string.Join(", ", category.Products.Select(Text).Order(StringComparer.Ordinal))}",
            Product product => Text(product),
            _ => row.ToString(),
        }));
    }

    private async Task<string> EntitiesAsync(params int[] ids)
    {
        await using var db = _shop.New();
        return string.Join('\n', (await db.Products.FindManyOrCacheAsync(ids, Ttl)).Select(Text));
    }

    private static string Text(Product product) => FormattableString.Invariant($"{product.Id} {product.Name} {product.Price} {product.Stock}");
}

public sealed class DamagedPlainEntriesTests() : DamagedEntriesTests(encryption: null);

public sealed class DamagedEncryptedEntriesTests() : DamagedEntriesTests(new CacheEncryption(new byte[32]));
