using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace FastOrm.Cache.Tests.Unit;

/// <summary>What touches <see cref="FastCache.Default"/>: one collection, so one test at a time.</summary>
[Collection(nameof(FastCache.Default))]
public sealed class DefaultCacheTests
{
    [Fact]
    public void The_default_cache_is_one_and_the_same()
    {
        Assert.Same(FastCache.Default, FastCache.Default);
        Assert.Equal("default", FastCache.Default.Name);
    }

    [Fact]
    public void Setup_replaces_the_default_cache()
    {
        var before = FastCache.Default;
        var cache = FastCache.Setup(options => options.IsEnabled = false);

        Assert.NotSame(before, cache);
        Assert.Same(cache, FastCache.Default);
        Assert.False(cache.IsEnabled);
    }

    [Fact]
    public void A_failed_setup_keeps_the_default_cache()
    {
        var before = FastCache.Default;

        Assert.Throws<ArgumentNullException>(() => FastCache.Setup(null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => FastCache.Setup(options => options.MaxEntries = 1));
        Assert.Same(before, FastCache.Default);
    }

    [Fact]
    public void A_created_cache_has_its_name_and_is_not_the_default()
    {
        using var cache = FastCache.Create(name: "sessions");

        Assert.Equal("sessions", cache.Name);
        Assert.NotSame(cache, FastCache.Default);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    public void A_cache_needs_a_name(string? name)
        => Assert.ThrowsAny<ArgumentException>(() => FastCache.Create(name: name!));

    [Fact]
    public void A_registered_cache_is_a_singleton_with_its_options_and_becomes_the_default()
    {
        using var provider = new ServiceCollection().AddFastOrmCache(options => options.IsEnabled = false).BuildServiceProvider();
        var cache = provider.GetRequiredService<ICache>();

        using var scope = provider.CreateScope();
        Assert.Same(cache, scope.ServiceProvider.GetRequiredService<ICache>());
        Assert.Same(cache, FastCache.Default);
        Assert.False(cache.IsEnabled);
    }

    [Fact]
    public void Registering_twice_adds_one_cache_with_the_options_of_both()
    {
        var services = new ServiceCollection()
            .AddFastOrmCache(options => options.IsEnabled = false)
            .AddFastOrmCache(options => options.MaxRows = 3)
            .AddFastOrmCache();
        using var provider = services.BuildServiceProvider();

        var cache = Assert.Single(provider.GetServices<ICache>());
        Assert.False(cache.IsEnabled);
        Assert.Equal(3, Assert.IsType<Cache.Engine.CacheEngine>(cache).MaxRows);
    }

    [Fact]
    public void Registered_options_out_of_range_are_refused_when_the_cache_is_made()
    {
        using var provider = new ServiceCollection().AddFastOrmCache(options => options.MaxEntries = 1).BuildServiceProvider();
        var error = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<ICache>());
        Assert.Equal("FastOrmCacheOptions.MaxEntries of the cache \"default\" must be at least 16. It is 1.", error.Message);
    }

    [Fact]
    public void There_is_nothing_to_register_with_no_services()
        => Assert.Throws<ArgumentNullException>(() => FastOrmCacheServiceCollectionExtensions.AddFastOrmCache(null!));
}
