using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace FastOrm.Cache.Tests.Unit.Patterns;

/// <summary>Queues, loaders and warm-ups work with the cache that they name.</summary>
[Collection(nameof(FastCache.Default))]
public sealed class NamedCachePatternTests
{
    private static readonly WriteBehindOptions<int> Options = new() { OnDeadLetter = static _ => Task.CompletedTask };

    public static TheoryData<string, Action<IServiceCollection, string>> Users => new()
    {
        { "The write-behind queue of System.Int32", static (services, cache) => services.AddWriteBehind(WriteAsync, Options, cache) },
        {
            "The write-behind queue of System.Int32",
            static (services, cache) => services.AddWriteBehind(WriteAsync, static _ => Options, cache)
        },
        { "The loader \"rates\"", static (services, cache) => services.AddCacheLoader<int, int>("rates", LoadAsync, cache: cache) },
        { "The cache warm-up \"rates\"", static (services, cache) => services.AddCacheWarmup("rates", cache, WarmAsync) },
        {
            "The cache warm-up \"rates\"",
            static (services, cache) => services.AddCacheWarmup<int>("rates", cache, ItemsAsync, WarmAsync)
        },
    };

    [Fact]
    public async Task A_queue_stores_in_the_cache_that_it_names()
    {
        await using var host = Host(static services => services.AddWriteBehind(WriteAsync, Options, "session"));
        await host.Services.GetRequiredService<WriteBehindQueue<int>>().EnqueueAsync("k", 5);

        AssertOnlyInSession(host, "k", 5);
    }

    [Fact]
    public async Task A_loader_loads_into_the_cache_that_it_names_and_lives_by_its_options()
    {
        var time = new ManualTimeProvider();
        await using var host = new HostLab(services => services
            .AddFastOrmCache("session", o => (o.TimeProvider, o.DefaultTtl) = (time, TimeSpan.FromMinutes(1)))
            .AddCacheLoader<int, int>("rates", LoadAsync, new CacheLoaderOptions { RefreshEvery = TimeSpan.FromDays(1) }, "session"));
        var loader = host.Services.GetRequiredKeyedService<CacheLoader<int, int>>("rates");
        Assert.Equal(7, await loader.GetAsync(7));

        AssertOnlyInSession(host, "rates:7", 7);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.False(Session(host).TryGet<int>("rates:7").IsCached);
    }

    [Fact]
    public async Task Warm_ups_are_given_the_cache_that_they_name()
    {
        await using var host = Host(static services => services
            .AddCacheWarmup(new CacheWarmupOptions { FailureStopsStart = true })
            .AddCacheWarmup("one", "SESSION", WarmAsync)
            .AddCacheWarmup<int>("many", "session", ItemsAsync, WarmAsync));
        await host.StartAsync();

        AssertOnlyInSession(host, "one", 1);
        AssertOnlyInSession(host, "many:1", 1);
        AssertOnlyInSession(host, "many:2", 2);
    }

    [Theory]
    [MemberData(nameof(Users), DisableDiscoveryEnumeration = true)]
    public void A_name_that_no_cache_has_is_refused_with_what_to_do(string user, Action<IServiceCollection, string> add)
    {
        var services = new ServiceCollection();
        add(services.AddFastOrmCache("session"), "sesion");
        using var provider = services.BuildServiceProvider();

        var error = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<ICacheProvider>());
        Assert.Contains(
            $"{user} is to work with the cache \"sesion\", and there is no such cache.", error.Message, StringComparison.Ordinal);
        Assert.Contains("AddFastOrmCache(\"sesion\"", error.Message, StringComparison.Ordinal);
        Assert.Contains("\"session\"", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Users), DisableDiscoveryEnumeration = true)]
    public void The_cache_may_be_registered_afterwards(string user, Action<IServiceCollection, string> add)
    {
        var services = new ServiceCollection();
        add(services, "session");
        using var provider = services.AddFastOrmCache("session").BuildServiceProvider();

        Assert.NotEmpty(user);
        Assert.Equal("session", provider.GetRequiredService<ICacheProvider>().Get("session").Name);
    }

    [Theory]
    [MemberData(nameof(Users), DisableDiscoveryEnumeration = true)]
    public void A_blank_name_is_refused_at_once(string user, Action<IServiceCollection, string> add)
    {
        Assert.NotEmpty(user);
        Assert.Throws<ArgumentException>(() => add(new ServiceCollection(), " "));
    }

    private static HostLab Host(Action<IServiceCollection> add) => new(services => add(services.AddFastOrmCache("session")));

    private static ICache Session(HostLab host) => host.Services.GetRequiredService<ICacheProvider>().Get("session");

    private static void AssertOnlyInSession(HostLab host, string key, int value)
    {
        Assert.Equal(value, Session(host).Get<int>(key));
        Assert.False(host.Services.GetRequiredService<ICache>().TryGet<int>(key).IsCached);
    }

    private static Task WriteAsync(IServiceProvider services, string key, int value, CancellationToken token) => Task.CompletedTask;

    private static Task<int> LoadAsync(IServiceProvider services, int id, CancellationToken token) => Task.FromResult(id);

    private static Task<IReadOnlyCollection<int>> ItemsAsync(IServiceProvider services, CancellationToken token)
        => Task.FromResult<IReadOnlyCollection<int>>([1, 2]);

    private static async Task WarmAsync(ICache cache, IServiceProvider services, CancellationToken token)
        => await cache.RememberAsync("one", null, static _ => Task.FromResult(1), token);

    private static async Task WarmAsync(ICache cache, IServiceProvider services, int item, CancellationToken token)
        => await cache.RememberAsync($"many:{item}", null, _ => Task.FromResult(item), token);
}
