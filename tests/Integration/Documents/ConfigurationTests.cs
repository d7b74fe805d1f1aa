using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace FastOrm.Cache.Tests.Integration.Documents;

/// <summary>The code of docs/configuration.md.</summary>
[Collection(nameof(FastCache.Default))]
public sealed class ConfigurationTests
{
    [Fact]
    public async Task A_service_gets_the_cache_that_it_names()
    {
        var services = new ServiceCollection();

        // code: several caches
        services.AddFastOrmCache(o => o.DefaultTtl = TimeSpan.FromMinutes(10));
        services.AddFastOrmCache("session", o => o.DefaultTtl = TimeSpan.FromHours(1));
        // end
        services.AddSingleton<Login>();
        await using var provider = services.BuildServiceProvider();

        Assert.Equal("session", provider.GetRequiredService<Login>().Cache.Name);
        Assert.Equal("default", provider.GetRequiredService<ICache>().Name);
    }

    [Fact]
    public async Task Settings_come_from_the_configuration()
    {
        var services = new ServiceCollection();
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create<string, string?>("Cache:Enabled", "false")])
            .Build();

        // code: settings
        services.AddFastOrmCache(configuration);      // the section "Cache", or the section that is given
        // end
        await using var provider = services.BuildServiceProvider();

        Assert.False(provider.GetRequiredService<ICache>().IsEnabled);
    }

    [Fact]
    public async Task Code_that_knows_other_contracts_uses_the_same_cache()
    {
        var services = new ServiceCollection();

        // code: other contracts
        services.AddFastOrmCache(o => o.AsHybridCache().AsDistributedCache());
        // end
        await using var provider = services.BuildServiceProvider();
        await provider.GetRequiredService<HybridCache>().SetAsync("k", 7);

        Assert.Equal(7, provider.GetRequiredService<ICache>().Get<int>("k"));
        Assert.NotNull(provider.GetRequiredService<IDistributedCache>());
    }

    // code: a keyed cache
    public sealed class Login([FromKeyedServices("session")] ICache sessions)   // or ICacheProvider: caches.Get("session")
    // end
    {
        public ICache Cache => sessions;
    }
}
