using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;

namespace FastOrm.Cache.Tests.Unit.Adapters;

[Collection(nameof(FastCache.Default))]
public sealed class AdapterRegistrationTests
{
    [Fact]
    public async Task The_default_cache_is_the_HybridCache_of_the_application()
    {
        using var provider = new ServiceCollection().AddFastOrmCache(o => o.AsHybridCache()).BuildServiceProvider();
        await provider.GetRequiredService<HybridCache>().SetAsync("k", 7);

        Assert.Equal(7, provider.GetRequiredService<ICache>().Get<int>("k"));
        Assert.Null(provider.GetService<IDistributedCache>());
    }

    [Fact]
    public void The_default_cache_is_the_IDistributedCache_of_the_application_whatever_else_is_registered()
    {
        using var provider = new ServiceCollection()
            .AddDistributedMemoryCache()
            .AddFastOrmCache(o => o.AsDistributedCache())
            .AddDistributedMemoryCache()
            .BuildServiceProvider();
        var cache = Assert.Single(provider.GetServices<IDistributedCache>());
        cache.SetString("k", "text");

        Assert.Equal("text", cache.GetString("k"));
        Assert.Equal("text", provider.GetRequiredService<IBufferDistributedCache>().GetString("k"));
        Assert.IsAssignableFrom<IBufferDistributedCache>(cache);
        Assert.Equal(1, provider.GetRequiredService<ICache>().Statistics.Entries);
    }

    [Fact]
    public async Task A_named_cache_is_the_keyed_service_of_its_name()
    {
        using var provider = new ServiceCollection()
            .AddFastOrmCache()
            .AddFastOrmCache("session", o => o.AsDistributedCache().AsHybridCache())
            .BuildServiceProvider();
        provider.GetRequiredKeyedService<IDistributedCache>("session").SetString("a", "text");
        await provider.GetRequiredKeyedService<HybridCache>("session").SetAsync("b", 7);

        Assert.Equal(2, provider.GetRequiredService<ICacheProvider>().Get("session").Statistics.Entries);
        Assert.Equal(0, provider.GetRequiredService<ICache>().Statistics.Entries);
        Assert.Null(provider.GetService<IDistributedCache>());
        Assert.Null(provider.GetService<HybridCache>());
    }

    [Fact]
    public void Nothing_is_registered_that_was_not_asked_for()
    {
        using var provider = new ServiceCollection().AddFastOrmCache(o => o.MaxRows = 3).BuildServiceProvider();

        Assert.Null(provider.GetService<IDistributedCache>());
        Assert.Null(provider.GetService<HybridCache>());
    }
}
