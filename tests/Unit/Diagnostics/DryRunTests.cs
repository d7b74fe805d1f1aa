using FastOrm.Cache.Tests.Unit.Configuration;
using FastOrm.Cache.Tests.Unit.Values;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using static FastOrm.Cache.Tests.Unit.Values.CacheLab;

namespace FastOrm.Cache.Tests.Unit.Diagnostics;

/// <summary>A cache that only shows what it would do: values are looked up, kept and counted, and each caller gets what its loader gives.</summary>
public sealed class DryRunTests : IDisposable
{
    private readonly CacheLab _lab = new(static options => options.DryRun = true);

    [Fact]
    public async Task Each_call_runs_its_loader_and_is_counted_as_what_it_would_have_been()
    {
        Assert.Equal(1, _lab.Cache.Remember("k", Minute, _lab.Load));
        Assert.Equal(2, await _lab.Remember("k", Minute));
        Assert.Equal(3, _lab.Cache.Remember("k", 0, Minute, (_) => _lab.Load()).Value);
        _lab.Time.Advance(Minute);
        Assert.Equal(4, _lab.Cache.Remember("k", Minute, _lab.Load));

        var counted = _lab.Cache.Statistics;
        Assert.Equal((2, 2, 2), (counted.Hits, counted.Misses, counted.Stores));
        Assert.Equal(4, _lab.Loads);
    }

    [Fact]
    public async Task Switched_off_again_it_serves_what_it_has_stored()
    {
        await _lab.Remember("k", Minute);
        _lab.Cache.DryRun = false;

        Assert.Equal(1, await _lab.Remember("k", Minute));
        _lab.Cache.DryRun = true;
        Assert.Equal(2, await _lab.Remember("k", Minute));
        Assert.True(_lab.Cache.DryRun);
    }

    [Fact]
    public async Task What_has_no_source_is_served()
    {
        _lab.Cache.Set("k", 7);

        Assert.Equal(7, _lab.Cache.TryGet<int>("k").Value);
        Assert.Equal(7, (await _lab.Cache.GetManyAsync<int>(["k"]))["k"]);
    }

    [Fact]
    public async Task What_a_caller_gets_is_what_its_own_loader_gives_although_another_load_is_under_way()
    {
        var go = new TaskCompletionSource<int>();
        var leader = _lab.Cache.RememberAsync("k", Minute, _ => go.Task).AsTask();
        var waiter = _lab.Cache.RememberAsync("k", Minute, static _ => Task.FromResult(2)).AsTask();
        go.SetException(new InvalidDataException());

        await Assert.ThrowsAsync<InvalidDataException>(() => leader);
        Assert.Equal(2, await waiter);
    }

    [Fact]
    public async Task A_loader_that_fails_fails_for_its_caller_although_something_stale_is_there()
    {
        using var lab = new CacheLab(static options => (options.DryRun, options.StaleIfError) = (true, Minute));
        await lab.Remember("k", Minute);
        lab.Time.Advance(Minute);

        await Assert.ThrowsAsync<InvalidDataException>(
            () => lab.Cache.RememberAsync<int>("k", Minute, static _ => throw new InvalidDataException()).AsTask());
    }

    [Fact]
    public async Task A_loader_that_finds_nothing_gives_nothing_and_runs_again()
    {
        var options = new CacheEntryOptions { Ttl = Minute, IsNotFound = static error => error is KeyNotFoundException };
        for (var i = 1; i <= 2; i++)
        {
            Assert.Null(await _lab.Cache.RememberAsync<string>("k", options, _ => throw new KeyNotFoundException($"{_lab.Load()}")));
            Assert.Equal(i, _lab.Loads);
        }
    }

    [Fact]
    public async Task A_loader_that_asks_for_its_own_key_is_refused_on_a_hit_too()
    {
        await _lab.Remember("k", Minute);

        await Assert.ThrowsAsync<InvalidOperationException>(
            () => _lab.Cache.RememberAsync("k", Minute, async _ => await _lab.Remember("k", Minute)).AsTask());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_several_values_each_is_loaded_once_in_each_call(bool async)
    {
        var asked = new List<int>();
        await Load([1, 2]);
        var values = await Load([1, 2, 3]);

        Assert.Equal([3, 1, 2], asked); // First those that were missed, then the hits.
        Assert.Equal([(1, 10), (2, 20), (3, 30)], values.Select(static pair => (pair.Key, pair.Value)).Order());
        var counted = _lab.Cache.Statistics;
        Assert.Equal((2, 3, 3), (counted.Hits, counted.Misses, counted.Stores));

        async Task<IReadOnlyDictionary<int, int>> Load(int[] ids)
        {
            asked.Clear();
            return async
                ? await _lab.Cache.RememberManyAsync(ids, Key, Minute, (some, _) => Task.FromResult(Values(some)), CancellationToken.None)
                : _lab.Cache.RememberMany(ids, Key, Minute, Values);
        }

        static string Key(int id) => $"k{id}";

        IReadOnlyDictionary<int, int> Values(IReadOnlyList<int> some)
        {
            asked.AddRange(some);
            return some.ToDictionary(static id => id, static id => 10 * id);
        }
    }

    [Fact]
    public async Task Functions_run_each_time()
    {
        var function = _lab.Cache.Function((int a) => a + _lab.Load());
        function.Invoke(5);

        Assert.Equal((7, 8), (function.Invoke(5), await function.RefreshAsync(5)));
    }

    [Fact]
    public async Task A_HybridCache_runs_its_factories_and_an_IDistributedCache_keeps_what_it_was_given()
    {
        var services = new ServiceCollection();
        services.AddFastOrmCache("dry", options =>
        {
            options.DryRun = true;
            options.AsHybridCache().AsDistributedCache();
        });
        await using var provider = services.BuildServiceProvider();
        var hybrid = provider.GetRequiredKeyedService<HybridCache>("dry");
        var distributed = provider.GetRequiredKeyedService<IDistributedCache>("dry");
        for (var i = 1; i <= 2; i++)
        {
            Assert.Equal(i, await hybrid.GetOrCreateAsync("k", _ => ValueTask.FromResult(_lab.Load())));
        }

        await distributed.SetAsync("session", [1], new DistributedCacheEntryOptions { SlidingExpiration = Minute });
        Assert.Equal([1], await distributed.GetAsync("session"));
        Assert.Equal((1, 1), (Counted().Hits - 1, Counted().Misses));

        CacheStatistics Counted() => provider.GetRequiredKeyedService<ICache>("dry").Statistics;
    }

    [Fact]
    public void It_and_the_share_that_is_verified_are_settings()
    {
        using var lab = new ConfigurationLab(ConfigurationLab.Variables("CACHE__DRY_RUN=true\nCACHE__VERIFY_FRACTION=0.01"));

        Assert.Equal((true, 0.01), (lab.Options().DryRun, lab.Options().VerifyFraction));
    }

    [Fact]
    public void A_share_out_of_its_range_stops_the_start_and_names_the_rule()
    {
        var failure = Assert.Single(ConfigurationLab.FailuresOf(ConfigurationLab.Variables("CACHE__VERIFY_FRACTION=1.5")));

        Assert.Contains("VerifyFraction", failure, StringComparison.Ordinal);
        Assert.Contains("must be from 0 to 1. It is 1.5.", failure, StringComparison.Ordinal);
    }

    public void Dispose() => _lab.Dispose();
}
