using FastOrm.Cache.Tests.Unit.Serializers;
using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.Extensions.DependencyInjection;
using static FastOrm.Cache.FastCache;

namespace FastOrm.Cache.Tests.Unit.CacheDocument;

/// <summary>The code of docs/cache.md, and samples of the libraries after which the cache is modelled, as they are written here.</summary>
[Collection(nameof(Default))]
public sealed class SampleTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly ICache _cache;
    private int _reads;

    public SampleTests() => _cache = Setup(options => options.TimeProvider = _time);

    // FastORM: remember('active_users', 3600, lambda: User.where('status', 'active').get(), tags={'users'}); forget('active_users')
    [Fact]
    public async Task FastOrm_remember_and_forget()
    {
        var db = this;
        for (var i = 0; i < 2; i++)
        {
            // code: static
            var users = await RememberAsync("active_users", TimeSpan.FromHours(1), ct => db.ActiveUsersAsync(ct), "users");
            await ForgetAsync("active_users");
            await FlushAsync("users");

            // end
            Assert.Equal(["Ada"], users);
            Assert.False(_cache.TryGet<string[]>("active_users").IsCached);
        }

        await RememberAsync("active_users", TimeSpan.FromHours(1), ActiveUsersAsync, "users");
        await RememberAsync("active_users", TimeSpan.FromHours(1), ActiveUsersAsync, "users");
        Assert.Equal(3, _reads);
    }

    // FastORM: cache.set(key, value, ttl=300, tags={'users'}); cache.get(key); cache.invalidate_tag('users')
    [Fact]
    public async Task FastOrm_cache_manager()
    {
        await _cache.SetAsync("k", "value", new CacheEntryOptions { Ttl = TimeSpan.FromSeconds(300), Tags = ["users"] });
        Assert.Equal("value", await _cache.GetAsync<string>("k"));
        await _cache.FlushAsync("users");

        Assert.Null(await _cache.GetAsync<string>("k"));
    }

    // Go: key := GetKey("val", id); GetObject(key, &v, 60, func() …), func (p *TestStruct) DeepCopy(), cache.Disable(), cache.Delete(key)
    [Fact]
    public async Task Go_get_object()
    {
        using var cache = Create(options => options.CopyWith<TestStruct>(static p => new TestStruct { Name = p.Name }));
        var first = await GetStruct(100);
        first.Name = "changed by its caller";

        Assert.Equal(("test", 1), ((await GetStruct(100)).Name, _reads));
        cache.Forget(CacheKey.Of("val", 100));
        Assert.Equal(("test", 2), ((await GetStruct(100)).Name, _reads));
        cache.IsEnabled = false;
        Assert.Equal(("test", 3), ((await GetStruct(100)).Name, _reads));

        ValueTask<TestStruct> GetStruct(int id)
            => cache.RememberAsync(CacheKey.Of("val", id), TimeSpan.FromSeconds(60), () =>
            {
                _reads++;
                return Task.FromResult(new TestStruct { Name = "test" });
            });
    }

    // jetcache-go, basic usage: Set(ctx, key, Value(obj), TTL(time.Hour)); Get(ctx, key, &wanted) — Output: {mystring 42}
    [Fact]
    public async Task Jetcache_basic_usage()
    {
        using var mycache = Create(name: "any");
        await mycache.SetAsync("mykey:1", new Item("mystring", 42), TimeSpan.FromHours(1));

        Assert.Equal(new Item("mystring", 42), await mycache.GetAsync<Item>("mykey:1"));
    }

    // jetcache-go, advanced usage: Once(ctx, key, TTL(time.Hour), Do(…)), WithErrNotFound(errRecordNotFound)
    [Fact]
    public async Task Jetcache_once()
    {
        using var mycache = Create(static options => options.IsNotFound = static error => error is KeyNotFoundException, "any");

        Assert.Equal(new Item("mystring", 42), await Once(1));
        Assert.Equal(new Item("mystring", 42), await Once(1));
        Assert.Null(await Once(101));
        Assert.Null(await Once(101));
        Assert.Equal(2, _reads);

        ValueTask<Item> Once(int id) => mycache.RememberAsync(CacheKey.Of("mykey", id), TimeSpan.FromHours(1), () =>
        {
            _reads++;
            return id > 100 ? throw new KeyNotFoundException() : Task.FromResult(new Item("mystring", 42));
        });
    }

    // jetcache-go, MGet: ids 1, 2 and 3, of which there is no 3 — Output: &{mystring 1}&{mystring 2}<nil>
    [Fact]
    public async Task Jetcache_mget()
    {
        int[] ids = [1, 2, 3];
        for (var i = 0; i < 2; i++)
        {
            var found = await _cache.RememberManyAsync("mget", ids, TimeSpan.FromHours(1), (missing, _) =>
            {
                _reads++;
                return Task.FromResult<IReadOnlyDictionary<int, Item>>(
                    missing.Where(static id => id != 3).ToDictionary(static id => id, static id => new Item("mystring", id)));
            });
            Assert.Equal([new Item("mystring", 1), new Item("mystring", 2), null], ids.Select(id => found.GetValueOrDefault(id)));
        }

        Assert.Equal(1, _reads);
    }

    [Fact]
    public void Each_cache_has_a_serializer_of_its_own()
    {
        var services = new ServiceCollection();

        // code: serializers
        services.AddFastOrmCache(o => o.Serializer = new CompressingCacheSerializer(new JsonCacheSerializer(), threshold: 1024));
        services.AddFastOrmCache("orders", o => o.Serializer = new JsonCacheSerializer(OrderContext.Default.Options));
        services.AddFastOrmCache("reports", o => o.Serializer = new YamlCacheSerializer());

        // end
        using var provider = services.BuildServiceProvider();
        foreach (var name in new[] { "default", "orders", "reports" })
        {
            var cache = provider.GetRequiredService<ICacheProvider>().Get(name);
            cache.Set("k", Order.OfNumber(3));
            Assert.Equal(3, cache.Get<Order>("k")!.Number);
        }
    }

    [Fact]
    public async Task Each_cache_has_tiers_of_its_own()
    {
        var services = new ServiceCollection();
        var store = new InMemoryRemoteStore(TimeProvider.System);

        // code: tiers
        services.AddFastOrmCache(o => o.UseLocalTier(settings => new MemoryCacheTier(settings)));
        services.AddFastOrmCache("shared", o => o.UseRemoteTier(name => new InMemoryRemoteTier(store)));

        // end
        await using var provider = services.BuildServiceProvider();
        var caches = provider.GetRequiredService<ICacheProvider>();
        await caches.Get("default").SetAsync("k", 1);
        await caches.Get("shared").SetAsync("k", 2);

        Assert.Equal((1, 2), (caches.Get("default").Get<int>("k"), caches.Get("shared").Get<int>("k")));
        Assert.NotEmpty(store.Keys);
    }

    public void Dispose() => _cache.Dispose();

    private Task<string[]> ActiveUsersAsync(CancellationToken token)
    {
        _reads++;
        return Task.FromResult<string[]>(["Ada"]);
    }

    private sealed record Item(string Str, int Num);

    private sealed class TestStruct
    {
        public string Name { get; set; } = "";
    }
}
