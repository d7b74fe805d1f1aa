using FastOrm.Cache.Engine;
using static FastOrm.Cache.Tests.Unit.Configuration.ConfigurationLab;

namespace FastOrm.Cache.Tests.Unit.Configuration;

/// <summary>The configurations that aury-boot and FastORM document, as they stand there.</summary>
[Collection(nameof(FastCache.Default))]
public sealed class DocumentedConfigurationTests
{
    [Fact]
    public void Aury_boot_a_memory_cache()
    {
        using var lab = new ConfigurationLab(Variables("""
            # 内存缓存（开发环境）
            CACHE__CACHE_TYPE=memory
            CACHE__MAX_SIZE=1000
            """));

        Assert.Equal((CacheType.Memory, 1000), (lab.Options().CacheType, lab.Options().MaxEntries));
        Assert.Equal(["default"], lab.Caches.Names);
        Assert.Same(lab.Caches.Get(), FastCache.Default);
    }

    [Fact]
    public void Aury_boot_a_cache_in_Redis()
    {
        using var lab = new ConfigurationLab(Variables("""
            CACHE__CACHE_TYPE=redis
            CACHE__URL=redis://localhost:1/0
            """));

        Assert.Equal((CacheType.Redis, "redis://localhost:1/0"), (lab.Options().CacheType, lab.Options().Redis.Url));
        Assert.NotNull(((CacheEngine)lab.Caches.Get()).Remote);
    }

    [Fact]
    public void Aury_boot_several_caches_each_with_its_own_server()
    {
        using var lab = new ConfigurationLab(Variables("""
            # 默认实例
            CACHE__CACHE_TYPE=redis
            CACHE__URL=redis://localhost:1/0

            # 会话缓存实例
            CACHE__SESSION__CACHE_TYPE=redis
            CACHE__SESSION__URL=redis://localhost:1/2
            CACHE__SESSION__DEFAULT_TTL=3600

            # 限流缓存实例
            CACHE__RATE_LIMIT__CACHE_TYPE=memory
            CACHE__RATE_LIMIT__MAX_SIZE=10000
            """));

        Assert.Equal("redis://localhost:1/2", lab.Options("session").Redis.Url);
        Assert.NotNull(((CacheEngine)lab.Caches.Get()).Remote);
        Assert.NotNull(((CacheEngine)lab.Caches.Get("session")).Remote);
        Assert.Null(((CacheEngine)lab.Caches.Get("rate_limit")).Remote);
    }

    [Fact]
    public void Aury_boot_several_caches_in_memory()
    {
        using var lab = new ConfigurationLab(Variables("""
            CACHE__CACHE_TYPE=memory
            CACHE__URL=redis://localhost:6379/0
            CACHE__SESSION__CACHE_TYPE=memory
            CACHE__SESSION__URL=redis://localhost:6379/2
            CACHE__SESSION__DEFAULT_TTL=3600
            CACHE__RATE_LIMIT__CACHE_TYPE=memory
            CACHE__RATE_LIMIT__MAX_SIZE=10000
            """));

        Assert.Equal(["default", "rate_limit", "session"], lab.Caches.Names.Order());
        Assert.Equal("redis://localhost:6379/0", lab.Options().Redis.Url);
        Assert.Equal("redis://localhost:6379/2", lab.Options("session").Redis.Url);
        Assert.Equal(TimeSpan.FromHours(1), lab.Options("session").DefaultTtl);
        Assert.Equal(10_000, lab.Options("ratelimit").MaxEntries);

        // CacheManager.get_instance(), get_instance("session"), get_instance("rate_limit")
        Assert.Equal("default", lab.Caches.Get().Name);
        Assert.Equal("session", lab.Caches.Get("session").Name);
        Assert.Equal("rate_limit", lab.Caches.Get("rate_limit").Name);
    }

    [Fact]
    public void FastORM_the_memory_backend()
    {
        // setup_cache("memory", max_size=10000, cleanup_interval=300) and CacheManager.setup("memory", max_size=5000)
        using var lab = new ConfigurationLab(Variables("""
            CACHE__MAX_SIZE=10000
            CACHE__CLEANUP_INTERVAL=300
            CACHE__MANAGER__TYPE=memory
            CACHE__MANAGER__MAX_SIZE=5000
            """));

        Assert.Equal((10_000, TimeSpan.FromMinutes(5)), (lab.Options().MaxEntries, lab.Options().CleanupInterval));
        Assert.Equal(5_000, lab.Options("manager").MaxEntries);
    }

    [Fact]
    public void FastORM_the_Redis_backend()
    {
        // setup_cache("redis", redis_url=…, prefix="myapp:", encoding="utf-8", connection_pool_kwargs={"max_connections": 20})
        const string Settings = """
            "redis_url": "redis://localhost:6379/0", "prefix": "myapp:", "encoding": "utf-8",
            "connection_pool_kwargs": { "max_connections": 20 }
            """;
        using var lab = new ConfigurationLab(Json($$"""{ "Cache": { "type": "memory", {{Settings}} } }"""));
        var redis = lab.Options().Redis;

        Assert.Equal(("redis://localhost:6379/0", "myapp:", 20), (redis.Url, redis.Prefix, redis.MaxConnections));
        using var inRedis = new ConfigurationLab(Json($$"""{ "Cache": { "type": "redis", {{Settings.Replace("6379", "1")}} } }"""));
        Assert.NotNull(((CacheEngine)inRedis.Caches.Get()).Remote);
    }

    [Fact]
    public void FastORM_the_same_by_code()
    {
        // CacheManager.setup("memory", max_size=5000) and setup_cache("redis", redis_url="redis://localhost:6379/0")
        using var cache = FastCache.Setup(options => options.MaxEntries = 5000);
        Assert.Same(cache, FastCache.Default);

        using var inRedis = FastCache.Setup(options => options.UseRedis("redis://localhost:1/0"));
        Assert.NotNull(((CacheEngine)inRedis).Remote);
        Assert.Same(inRedis, FastCache.Default);
    }
}
