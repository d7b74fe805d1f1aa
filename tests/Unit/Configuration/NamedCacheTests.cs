using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using static FastOrm.Cache.Tests.Unit.Configuration.ConfigurationLab;

namespace FastOrm.Cache.Tests.Unit.Configuration;

[Collection(nameof(FastCache.Default))]
public sealed class NamedCacheTests
{
    private enum Caches
    {
        RateLimit,
    }

    [Fact]
    public void A_named_cache_has_entries_and_options_of_its_own()
    {
        using var provider = Provider(s => s.AddFastOrmCache().AddFastOrmCache("session", o => o.IsEnabled = false));
        var caches = provider.GetRequiredService<ICacheProvider>();
        caches.Get().Set("k", 1);
        caches.Get("session").IsEnabled = true;

        Assert.False(caches.Get("session").TryGet<int>("k").IsCached);
        Assert.Equal("session", caches.Get("session").Name);
        Assert.Same(provider.GetRequiredService<ICache>(), caches.Get());
        Assert.Same(FastCache.Default, caches.Get());
        Assert.Equal(["default", "session"], caches.Names);
    }

    [Fact]
    public void A_named_cache_is_the_keyed_service_of_its_name()
    {
        using var provider = Provider(s => s.AddFastOrmCache("session").AddTransient<Login>());
        var cache = provider.GetRequiredService<ICacheProvider>().Get("session");

        Assert.Same(cache, provider.GetRequiredKeyedService<ICache>("session"));
        Assert.Same(cache, provider.GetRequiredService<Login>().Cache);
        Assert.Null(provider.GetService<ICache>());
    }

    [Theory]
    [InlineData("RateLimit")]
    [InlineData("rate_limit")]
    [InlineData("RATE_LIMIT")]
    [InlineData("rate-limit")]
    public void Names_are_compared_without_case_underscores_and_hyphens(string name)
    {
        using var provider = Provider(s => s.AddFastOrmCache("RateLimit").AddFastOrmCache("rate_limit", o => o.MaxRows = 3));
        var caches = provider.GetRequiredService<ICacheProvider>();

        Assert.Equal(["RateLimit"], caches.Names);
        Assert.Equal("RateLimit", caches.Get(name).Name);
        Assert.Same(caches.Get(name), provider.GetRequiredKeyedService<ICache>(name));
        Assert.Same(caches.Get(name), provider.GetRequiredKeyedService<ICache>(Caches.RateLimit));
    }

    [Fact]
    public void An_unknown_name_is_an_error_that_names_the_known_ones_and_the_call_to_make()
    {
        using var provider = Provider(s => s.AddFastOrmCache().AddFastOrmCache("session"));

        var error = Assert.Throws<InvalidOperationException>(() => provider.GetRequiredService<ICacheProvider>().Get("sesion"));
        Assert.Equal(
            "There is no cache named \"sesion\". Registered are \"default\", \"session\". Add it by "
            + "services.AddFastOrmCache(\"sesion\", o => …), or by settings of its own in the configuration.",
            error.Message);
        Assert.Throws<InvalidOperationException>(() => provider.GetRequiredKeyedService<ICache>("sesion"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("_")]
    public void A_cache_needs_a_name(string? name)
        => Assert.ThrowsAny<ArgumentException>(() => new ServiceCollection().AddFastOrmCache(name!, configure: null));

    [Fact]
    public void There_is_no_default_cache_where_only_others_are_registered()
    {
        var before = FastCache.Default;
        using var provider = Provider(s => s.AddFastOrmCache("session"));

        provider.GetRequiredService<ICacheProvider>().Get("session");
        Assert.Throws<InvalidOperationException>(() => provider.GetRequiredService<ICacheProvider>().Get());
        Assert.Same(before, FastCache.Default);
    }

    [Fact]
    public void Default_is_a_name_like_any_other()
    {
        using var provider = Provider(s => s.AddFastOrmCache("Default", o => o.IsEnabled = false).AddFastOrmCache());

        Assert.False(provider.GetRequiredService<ICache>().IsEnabled);
        Assert.Same(provider.GetRequiredService<ICache>(), provider.GetRequiredKeyedService<ICache>("default"));
    }

    [Fact]
    public void Code_and_configuration_add_up_in_their_order()
    {
        var configuration = Json("""{ "Cache": { "SESSION": { "MaxRows": 2, "MaxSize": 200 } } }""");
        using var lab = new ConfigurationLab(configuration, services => services.AddFastOrmCache("Session", o => o.MaxRows = 3));

        Assert.Equal((3, 200), (lab.Options("session").MaxRows, lab.Options("session").MaxEntries));
        Assert.Equal("Session", lab.Caches.Get("session").Name);
    }

    [Fact]
    public void Caches_are_disposed_with_their_services()
    {
        ICache cache;
        using (var provider = Provider(s => s.AddFastOrmCache("session")))
        {
            cache = provider.GetRequiredKeyedService<ICache>("session");
            Assert.True(cache.IsEnabled);
        }

        Assert.False(cache.IsEnabled);
    }

    private static ServiceProvider Provider(Func<IServiceCollection, IServiceCollection> register)
        => register(new ServiceCollection()).BuildServiceProvider();

    private sealed class Login([FromKeyedServices("session")] ICache cache)
    {
        public ICache Cache => cache;
    }
}
