using System.Collections.Immutable;
using static FastOrm.Cache.Tests.Unit.Values.CacheLab;

namespace FastOrm.Cache.Tests.Unit.Values;

public sealed class RememberTests : IDisposable
{
    private readonly CacheLab _lab = new();

    [Fact]
    public async Task A_value_is_loaded_once_and_served_until_its_time_is_over()
    {
        Assert.Equal(1, await _lab.Remember("k", Minute));
        _lab.Time.Advance(Minute - TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, await _lab.Remember("k", Minute));
        _lab.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(2, await _lab.Remember("k", Minute));
    }

    [Fact]
    public async Task Synchronous_and_asynchronous_callers_share_their_values()
    {
        Assert.Equal(1, _lab.Cache.Remember("k", Minute, _lab.Load));
        Assert.Equal(1, await _lab.Remember("k", Minute));
        Assert.Equal(1, _lab.Cache.Get<int>("k"));
        Assert.Equal(1, await _lab.Cache.GetAsync<int>("k"));
    }

    [Fact]
    public async Task A_hit_is_complete_when_it_returns()
    {
        _lab.Cache.Set("k", 7, Minute);
        var remembered = _lab.Remember("k", Minute);
        var found = _lab.Cache.TryGetAsync<int>("k");

        Assert.True(remembered.IsCompletedSuccessfully && found.IsCompletedSuccessfully);
        Assert.Equal((7, 7, 0), (await remembered, (await found).Value, _lab.Loads));
    }

    [Fact]
    public async Task A_caller_is_never_given_a_value_older_than_it_asks_for()
    {
        await _lab.Remember("k", TimeSpan.FromHours(1));
        _lab.Time.Advance(Minute);

        Assert.Equal(2, await _lab.Remember("k", Minute));
        Assert.Equal(2, await _lab.Remember("k", TimeSpan.FromHours(1)));
    }

    [Fact]
    public async Task What_is_remembered_for_ever_outlives_every_time()
    {
        await _lab.Cache.RememberForeverAsync("k", _lab.LoadAsync);
        _lab.Time.Advance(TimeSpan.FromDays(100));

        Assert.Equal(1, await _lab.Cache.RememberForeverAsync("k", _lab.LoadAsync));
        Assert.Equal(1, _lab.Cache.RememberForever("k", _lab.Load));
    }

    [Fact]
    public async Task So_does_what_a_cache_remembers_by_default_if_it_says_so()
    {
        using var lab = new CacheLab(static options => options.DefaultTtl = options.StaleFor = Timeout.InfiniteTimeSpan);
        await lab.Remember("k");
        lab.Time.Advance(TimeSpan.FromDays(100));

        Assert.Equal(1, await lab.Remember("k"));
    }

    [Fact]
    public async Task A_null_is_a_value_and_an_unknown_key_is_none()
    {
        Assert.Null(await _lab.Cache.RememberAsync("null", Minute, () => Task.FromResult<string?>(null)));

        var known = await _lab.Cache.TryGetAsync<string>("null");
        Assert.Equal((true, true, null), (known.IsCached, known.HasValue, known.Value));
        var unknown = await _lab.Cache.TryGetAsync<string>("unknown");
        Assert.Equal((false, false, null), (unknown.IsCached, unknown.HasValue, unknown.Value));
    }

    [Fact]
    public async Task An_empty_value_lives_no_longer_than_the_time_for_empty_ones()
    {
        var options = new CacheEntryOptions { Ttl = TimeSpan.FromHours(1), EmptyTtl = Minute };
        await _lab.Cache.RememberAsync("none", options, () => Task.FromResult<string?>(null));
        await _lab.Cache.RememberAsync("empty", options, () => Task.FromResult(new List<int>()));
        await _lab.Cache.RememberAsync("set", options, () => Task.FromResult(new HashSet<int>()));
        await _lab.Cache.RememberAsync("full", options, () => Task.FromResult(new List<int> { 1 }));
        await _lab.Cache.RememberAsync("full set", options, () => Task.FromResult(new HashSet<int> { 1 }));
        _lab.Time.Advance(Minute);

        Assert.False(_lab.Cache.TryGet<string>("none").IsCached);
        Assert.False(_lab.Cache.TryGet<List<int>>("empty").IsCached);
        Assert.False(_lab.Cache.TryGet<HashSet<int>>("set").IsCached);
        Assert.True(_lab.Cache.TryGet<List<int>>("full").IsCached);
        Assert.True(_lab.Cache.TryGet<HashSet<int>>("full set").IsCached);
    }

    [Fact]
    public void A_collection_that_cannot_tell_its_number_is_a_value()
    {
        Assert.True(_lab.Cache.Remember("k", Minute, static () => default(ImmutableArray<int>)).IsDefault);
        Assert.True(_lab.Cache.TryGet<ImmutableArray<int>>("k").Value.IsDefault);
    }

    [Fact]
    public async Task Another_type_under_the_key_is_a_miss_that_replaces_it()
    {
        _lab.Cache.Set("k", "text", Minute);

        Assert.False(_lab.Cache.TryGet<int>("k").IsCached);
        Assert.Equal(1, await _lab.Remember("k", Minute));
        Assert.Equal(1, _lab.Cache.Get<int>("k"));
        Assert.Null(_lab.Cache.Get<string>("k"));
    }

    [Fact]
    public async Task A_refresh_loads_now_and_replaces_what_is_stored()
    {
        await _lab.Remember("k", Minute);

        Assert.Equal(2, await _lab.Cache.RefreshAsync("k", Minute, _lab.LoadAsync));
        Assert.Equal(2, await _lab.Remember("k", Minute));
        Assert.Equal(3, _lab.Cache.Refresh("k", Minute, _lab.Load));
        Assert.Equal(3, _lab.Cache.Get<int>("k"));
    }

    [Fact]
    public async Task Values_stored_together_do_not_expire_together()
    {
        for (var i = 0; i < 1000; i++)
        {
            _lab.Cache.Set($"k{i}", i, new CacheEntryOptions { Ttl = Minute, Jitter = 0.5 });
        }

        _lab.Time.Advance(Minute * 0.75);
        var left = await _lab.Cache.GetManyAsync<int>(Enumerable.Range(0, 1000).Select(static i => $"k{i}"));

        Assert.InRange(left.Count, 350, 650);
    }

    [Fact]
    public async Task A_local_time_is_a_limit_of_the_time()
    {
        await _lab.Remember("k", new CacheEntryOptions { Ttl = TimeSpan.FromHours(1), LocalTtl = Minute });
        _lab.Time.Advance(Minute);

        Assert.False(_lab.Cache.TryGet<int>("k").IsCached);
    }

    [Fact]
    public async Task The_local_time_of_the_cache_counts_for_those_who_give_none()
    {
        using var lab = new CacheLab(static options => options.LocalTtl = Minute);
        await lab.Remember("default", TimeSpan.FromHours(1));
        await lab.Remember("own", new CacheEntryOptions { Ttl = TimeSpan.FromHours(1), LocalTtl = 3 * Minute });
        await lab.Remember("none", new CacheEntryOptions { Ttl = TimeSpan.FromHours(1), LocalTtl = Timeout.InfiniteTimeSpan });
        lab.Time.Advance(Minute);

        Assert.False(lab.Cache.TryGet<int>("default").IsCached);
        Assert.True(lab.Cache.TryGet<int>("own").IsCached);
        lab.Time.Advance(50 * Minute);
        Assert.True(lab.Cache.TryGet<int>("none").IsCached);
    }

    [Fact]
    public async Task An_infinite_local_time_is_no_limit()
    {
        await _lab.Remember("k", new CacheEntryOptions { Ttl = TimeSpan.FromHours(1), LocalTtl = Timeout.InfiniteTimeSpan });
        _lab.Time.Advance(Minute);

        Assert.True(_lab.Cache.TryGet<int>("k").IsCached);
    }

    [Fact]
    public async Task While_it_is_switched_off_loaders_are_run_and_nothing_is_read_or_stored()
    {
        await _lab.Remember("k", Minute);
        _lab.Cache.IsEnabled = false;

        Assert.Equal(2, await _lab.Remember("k", Minute));
        Assert.Equal(3, _lab.Cache.Remember("k", Minute, _lab.Load));
        Assert.False(_lab.Cache.TryGet<int>("k").IsCached);
        _lab.Cache.IsEnabled = true;
        Assert.Equal(1, await _lab.Remember("k", Minute));
    }

    [Fact]
    public void What_was_being_loaded_when_it_was_switched_off_is_not_stored()
    {
        Assert.Equal(1, _lab.Cache.Remember("k", Minute, () =>
        {
            _lab.Cache.IsEnabled = false;
            return _lab.Load();
        }));

        _lab.Cache.IsEnabled = true;
        Assert.Equal((false, 0L), (_lab.Cache.TryGet<int>("k").IsCached, _lab.Cache.Statistics.Stores));
    }

    [Fact]
    public void What_is_set_refreshed_forgotten_or_flushed_while_it_is_switched_off_is_not_served_afterwards()
    {
        string[] keys = ["set", "refreshed", "refreshed:1", "forgotten", "flushed"];
        foreach (var key in keys)
        {
            _lab.Cache.Set(key, 1, new CacheEntryOptions { Tags = [$"tag of {key}"] });
        }

        _lab.Cache.IsEnabled = false;
        _lab.Cache.Set("set", 2);
        Assert.Equal(1, _lab.Cache.Refresh("refreshed", Minute, _lab.Load));
        Assert.Equal([2], _lab.Cache.RefreshMany(
            [1], static id => $"refreshed:{id}", Minute, ids => ids.ToDictionary(static id => id, _ => _lab.Load())).Values);
        _lab.Cache.Forget("forgotten");
        _lab.Cache.Flush("tag of flushed");
        _lab.Cache.IsEnabled = true;

        Assert.All(keys, key => Assert.False(_lab.Cache.TryGet<int>(key).IsCached));
    }

    [Fact]
    public async Task Exceptions_that_mean_not_found_are_remembered_as_absence()
    {
        using var lab = new CacheLab(static options => options.IsNotFound = static exception => exception is KeyNotFoundException);
        var runs = 0;
        for (var i = 0; i < 2; i++)
        {
            Assert.Null(await lab.Cache.RememberAsync("k", Minute, Find));
        }

        Assert.Equal(1, runs);
        var result = lab.Cache.TryGet<string>("k");
        Assert.Equal((true, false), (result.IsCached, result.HasValue));

        Task<string> Find()
        {
            runs++;
            throw new KeyNotFoundException();
        }
    }

    [Fact]
    public async Task Where_there_is_no_null_such_an_exception_goes_to_the_caller()
    {
        var options = new CacheEntryOptions { IsNotFound = static _ => true };

        await Assert.ThrowsAsync<KeyNotFoundException>(
            () => _lab.Cache.RememberAsync<int>("k", options, static () => throw new KeyNotFoundException()).AsTask());
        Assert.False(_lab.Cache.TryGet<int>("k").IsCached);
    }

    public void Dispose() => _lab.Dispose();
}
