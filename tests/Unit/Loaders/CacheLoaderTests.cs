using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.Extensions.DependencyInjection;

namespace FastOrm.Cache.Tests.Unit.Loaders;

/// <summary>Loaders that are known to the cache refresh what is read, in the background and ahead of expiry.</summary>
[Collection(nameof(FastCache.Default))]
public sealed class CacheLoaderTests : IDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly ManualTimeProvider _time = new();
    private readonly List<string> _loads = [];
    private readonly ServiceProvider _services;
    private readonly CacheLoader<int, string> _loader;
    private readonly List<Exception> _errors = [];
    private Exception? _failure;
    private Task _gate = Task.CompletedTask;

    public CacheLoaderTests()
    {
        var services = new ServiceCollection();
        services.AddScoped<Source>();
        services.AddFastOrmCache(options => options.TimeProvider = _time);
        services.AddCacheLoader<int, string>(
            "rates",
            (provider, id, _) => Load(provider.GetRequiredService<Source>(), id),
            new CacheLoaderOptions { Entry = new CacheEntryOptions { Ttl = Minute }, StopAfter = TimeSpan.FromMinutes(5), OnError = _errors.Add });
        _services = services.BuildServiceProvider(validateScopes: true);
        _loader = _services.GetRequiredKeyedService<CacheLoader<int, string>>("rates");
    }

    [Fact]
    public async Task What_is_read_never_expires_because_it_is_loaded_before()
    {
        await _loader.GetAsync(1);
        for (var i = 0; i < 4; i++)
        {
            _time.Advance(Minute * 0.8);
            var hit = _loader.GetAsync(1);
            Assert.True(hit.IsCompletedSuccessfully);
            await hit;
        }

        Assert.Equal(5, _loads.Count);
        Assert.Equal(0, _services.GetRequiredService<ICache>().Statistics.Misses - 1);
    }

    [Fact]
    public async Task What_nobody_reads_any_more_is_refreshed_no_more()
    {
        await _loader.GetAsync(1);
        _time.Advance(TimeSpan.FromHours(1));
        var loads = _loads.Count;
        Assert.InRange(loads, 2, 8); // In the five minutes after the read.

        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(loads, _loads.Count);
        await _loader.GetAsync(1);
        _time.Advance(Minute);
        Assert.Equal(loads + 2, _loads.Count);
    }

    [Fact]
    public async Task Each_load_has_a_scope_of_its_own()
    {
        await _loader.GetAsync(1);
        await _loader.RefreshAsync(1);
        await _loader.GetAsync(2);

        Assert.Equal(3, _loads.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task A_refresh_that_fails_is_told_of_and_tried_again()
    {
        await _loader.GetAsync(1);
        _failure = new InvalidDataException();
        _time.Advance(Minute * 0.8);
        Assert.Same(_failure, Assert.Single(_errors));
        _failure = null;
        _time.Advance(Minute * 0.8);

        Assert.Equal(2, _loads.Count);
    }

    [Fact]
    public async Task What_was_forgotten_while_it_was_refreshed_is_not_served()
    {
        await _loader.GetAsync(1);
        var (gate, overtaken) = (new TaskCompletionSource(), new TaskCompletionSource());
        _services.GetRequiredService<ICache>().Events.NotKept += (_, _) => overtaken.SetResult();
        _gate = gate.Task;
        _time.Advance(Minute * 0.8);
        Assert.Equal(2, _loads.Count); // The refresh is under way, with what it read before the key was forgotten.
        await _loader.ForgetAsync(1);
        _gate = Task.CompletedTask;
        gate.SetResult();
        await overtaken.Task;

        var served = await _loader.GetAsync(1);
        Assert.Equal(3, _loads.Count);
        Assert.Equal(_loads[2], served);
    }

    [Fact]
    public async Task While_the_cache_is_switched_off_nothing_is_refreshed()
    {
        var cache = _services.GetRequiredService<ICache>();
        await _loader.GetAsync(1);
        cache.IsEnabled = false;
        _time.Advance(Minute * 2);
        Assert.Single(_loads);

        cache.IsEnabled = true;
        _time.Advance(Minute);
        Assert.Equal(2, _loads.Count);
    }

    [Fact]
    public async Task A_loader_that_is_disposed_refreshes_nothing()
    {
        await _loader.GetAsync(1);
        _loader.Dispose();
        _time.Advance(TimeSpan.FromMinutes(3));
        Assert.Single(_loads);

        await _loader.GetAsync(1);
        _time.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal(2, _loads.Count);
    }

    [Fact]
    public async Task Nor_does_one_that_is_disposed_while_a_value_is_asked_for()
    {
        var loads = 0;
        var key = new DisposingKey();
        using var loader = new CacheLoader<DisposingKey, int>(
            _services.GetRequiredService<ICache>(),
            "disposed",
            _services.GetRequiredService<IServiceScopeFactory>(),
            (_, _, _) => Task.FromResult(++loads),
            new CacheLoaderOptions { RefreshEvery = Minute });
        key.Loader = loader;

        Assert.Equal(1, await loader.GetAsync(key));
        _time.Advance(Minute);
        Assert.Equal(1, loads);
    }

    // On the clock of the system: the timers of others accept any time.
    [Theory]
    [InlineData(365)]
    [InlineData(1e-9)]
    public async Task A_value_may_live_longer_and_shorter_than_timers_can_wait(double days)
    {
        using var cache = FastCache.Create();
        var entry = new CacheEntryOptions { Ttl = TimeSpan.FromDays(days) };
        using var loader = new CacheLoader<int, string>(
            cache,
            "n",
            _services.GetRequiredService<IServiceScopeFactory>(),
            static (_, id, _) => Task.FromResult($"{id}"),
            new CacheLoaderOptions { Entry = entry });

        Assert.Equal("1", await loader.GetAsync(1));
    }

    [Fact]
    public void Options_are_in_their_ranges()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new CacheLoaderOptions { RefreshEvery = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CacheLoaderOptions { StopAfter = TimeSpan.Zero });
    }

    [Fact]
    public void A_loader_has_a_name_and_something_to_run_on_a_cache_of_this_library()
    {
        var services = new ServiceCollection();
        var scopes = _services.GetRequiredService<IServiceScopeFactory>();
        var cache = _services.GetRequiredService<ICache>();
        Action[] calls =
        [
            () => services.AddCacheLoader<int, int>(" ", LoadAsync), () => services.AddCacheLoader<int, int>("n", null!),
            () => _ = new CacheLoader<int, int>(cache, "", scopes, LoadAsync),
            () => _ = new CacheLoader<int, int>(cache, "n", null!, LoadAsync),
            () => _ = new CacheLoader<int, int>(cache, "n", scopes, null!),
            () => _ = new CacheLoader<int, int>(null!, "n", scopes, LoadAsync),
        ];

        Assert.All(calls, static call => Assert.ThrowsAny<ArgumentException>(call));
        Assert.Empty(services);

        static Task<int> LoadAsync(IServiceProvider provider, int id, CancellationToken token) => Task.FromResult(id);
    }

    [Fact]
    public async Task What_has_no_key_is_refused_and_never_refreshed()
    {
        var errors = 0;
        using var loader = new CacheLoader<object, int>(
            _services.GetRequiredService<ICache>(),
            "objects",
            _services.GetRequiredService<IServiceScopeFactory>(),
            Nothing<object, int>,
            new CacheLoaderOptions { RefreshEvery = Minute, OnError = _ => errors++ });

        await Assert.ThrowsAsync<ArgumentException>(async () => await loader.GetAsync(new object()));
        _time.Advance(Minute);
        Assert.Equal(0, errors);
    }

    [Fact]
    public void Two_loaders_of_one_name_are_refused_because_they_would_share_their_keys()
    {
        var services = new ServiceCollection();
        services.AddFastOrmCache("session");
        services.AddCacheLoader<int, string>("rates", Nothing<int, string>);
        services.AddCacheLoader<int, string>("prices", Nothing<int, string>);
        services.AddCacheLoader<Guid, int>("rates", Nothing<Guid, int>, cache: "session");

        var error = Assert.Throws<InvalidOperationException>(() => services.AddCacheLoader<long, int>("rates", Nothing<long, int>));
        Assert.Contains("\"rates\"", error.Message, StringComparison.Ordinal);
        Assert.Contains("System.String by System.Int32", error.Message, StringComparison.Ordinal);
        Assert.Contains("System.Int32 by System.Int64", error.Message, StringComparison.Ordinal);
        Assert.Contains("another name", error.Message, StringComparison.Ordinal);

        // The same service, also for another cache.
        Assert.Throws<InvalidOperationException>(() => services.AddCacheLoader<int, string>("rates", Nothing<int, string>));
        error = Assert.Throws<InvalidOperationException>(() => services.AddCacheLoader<int, string>("rates", Nothing<int, string>, cache: "session"));
        Assert.Contains("would be one service", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_loader_that_is_made_by_hand_does_not_take_the_name_of_another()
    {
        var cache = _services.GetRequiredService<ICache>();
        var scopes = _services.GetRequiredService<IServiceScopeFactory>();
        using var again = new CacheLoader<int, string>(cache, "rates", scopes, Nothing<int, string>);
        Assert.Throws<InvalidOperationException>(() => new CacheLoader<int, int>(cache, "rates", scopes, Nothing<int, int>));
    }

    public void Dispose() => _services.Dispose();

    private static Task<T> Nothing<TKey, T>(IServiceProvider services, TKey key, CancellationToken token) => Task.FromResult<T>(default!);

    private async Task<string> Load(Source source, int id)
    {
        if (_failure is not null)
        {
            throw _failure;
        }

        var value = $"{id} of {source.Id}";
        _loads.Add(value);
        await _gate;
        return value;
    }

    private sealed class Source
    {
        public Guid Id { get; } = Guid.NewGuid();
    }

    // Disposes of its loader when it is looked for.
    private sealed class DisposingKey : List<int>
    {
        public IDisposable? Loader { get; set; }

        public override int GetHashCode()
        {
            Loader!.Dispose();
            return 1;
        }
    }
}
