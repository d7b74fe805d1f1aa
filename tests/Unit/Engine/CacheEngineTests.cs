using FastOrm.Cache.Engine;
using FastOrm.Cache.Keys;
using FastOrm.Cache.Memory;
using FastOrm.Cache.Stamps;
using FastOrm.Cache.Tests.Unit.Support;

namespace FastOrm.Cache.Tests.Unit.Engine;

public sealed class CacheEngineTests : IDisposable
{
    private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(1);

    private readonly ManualTimeProvider _time = new();
    private readonly CacheEngine _cache;

    public CacheEngineTests() => _cache = Create();

    public void Dispose() => _cache.Dispose();

    [Fact]
    public async Task A_forgotten_key_takes_the_entries_under_it_and_no_others()
    {
        Store("a", Named("products"));
        Store("b", Named("orders"));

        await _cache.ForgetAsync("products");

        Assert.False(Holds("a"));
        Assert.True(Holds("b"));
    }

    [Fact]
    public async Task A_flushed_tag_takes_the_entries_that_carry_it_and_no_others()
    {
        Store("a", Tagged("x"), Tagged("y"));
        Store("b", Tagged("y"));
        Store("c", Tagged("z"));

        await _cache.FlushAsync("x", "z");

        Assert.False(Holds("a"));
        Assert.True(Holds("b"));
        Assert.False(Holds("c"));
    }

    [Fact]
    public async Task A_key_and_a_tag_of_the_same_text_are_different()
    {
        Store("named", Named("x"));
        Store("tagged", Tagged("x"));

        await _cache.ForgetAsync("x");
        Assert.False(Holds("named"));
        Assert.True(Holds("tagged"));

        await _cache.FlushAsync("x");
        Assert.False(Holds("tagged"));
    }

    [Fact]
    public async Task A_clear_takes_everything_and_what_is_being_loaded()
    {
        Store("a");
        var seen = _cache.Stamps.All.Seen();

        await _cache.ClearAsync();

        Assert.False(Holds("a"));
        Assert.Equal(0, _cache.Statistics.Entries);
        Assert.False(Store("late", seen));
        Assert.Equal(0, _cache.Statistics.Entries);
    }

    [Fact]
    public async Task A_load_that_an_invalidation_overtook_is_not_stored()
    {
        var seen = Tagged("x");
        await _cache.FlushAsync("x");

        Assert.False(Store("a", seen));
        Assert.Equal(0, _cache.Statistics.Stores);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \t")]
    public async Task Bad_keys_and_tags_throw_and_nothing_is_invalidated(string? bad)
    {
        Store("named", Named("good"));
        Store("tagged", Tagged("good"));

        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await _cache.ForgetAsync("good", bad!));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await _cache.FlushAsync("good", bad!));

        Assert.True(Holds("named"));
        Assert.True(Holds("tagged"));
        Assert.Equal(0, _cache.Statistics.Invalidations);
    }

    [Fact]
    public async Task Nothing_to_forget_or_flush_changes_nothing()
    {
        Store("a", Tagged("x"));
        await _cache.ForgetAsync();
        await _cache.FlushAsync();

        Assert.True(Holds("a"));
        Assert.Equal(0, _cache.Statistics.Invalidations);
    }

    [Fact]
    public void An_entry_expires_after_its_time_to_live_from_the_start_of_its_load()
    {
        var startedAt = _cache.StartLoad();
        _time.Advance(TimeSpan.FromSeconds(10));
        _cache.Store(new LocalCacheKey("a"), 1, [], startedAt, _cache.FreshFor(Ttl, isEmpty: false), 10);

        _time.Advance(Ttl - TimeSpan.FromSeconds(10) - TimeSpan.FromMilliseconds(1));
        Assert.True(Holds("a"));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False(Holds("a"));
    }

    [Fact]
    public void A_caller_can_ask_for_something_younger()
    {
        Store("a");
        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.NotNull(_cache.Find(new LocalCacheKey("a"), maxAge: 10_001));
        Assert.Null(_cache.Find(new LocalCacheKey("a"), maxAge: 10_000));
    }

    [Fact]
    public void An_empty_result_lives_no_longer_than_its_own_limit()
    {
        using var cache = Create(options => options.EmptyTtl = TimeSpan.FromSeconds(5));
        Assert.True(cache.Store(new LocalCacheKey("empty"), 1, [], cache.StartLoad(), cache.FreshFor(Ttl, isEmpty: true), 10));
        Assert.True(cache.Store(new LocalCacheKey("full"), 1, [], cache.StartLoad(), cache.FreshFor(Ttl, isEmpty: false), 10));
        Assert.True(cache.Store(new LocalCacheKey("shorter"), 1, [], cache.StartLoad(), cache.FreshFor(TimeSpan.FromSeconds(1), isEmpty: true), 10));

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(cache.Find(new LocalCacheKey("shorter"), long.MaxValue));
        Assert.NotNull(cache.Find(new LocalCacheKey("empty"), long.MaxValue));

        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Null(cache.Find(new LocalCacheKey("empty"), long.MaxValue));
        Assert.NotNull(cache.Find(new LocalCacheKey("full"), long.MaxValue));
    }

    [Fact]
    public void Jitter_only_shortens_and_by_no_more_than_its_share()
    {
        using var cache = Create(options => options.Jitter = 0.5);
        var lifetimes = new HashSet<long>();
        for (var i = 0; i < 200; i++)
        {
            var key = new LocalCacheKey($"k{i}");
            cache.Store(key, 1, [], cache.StartLoad(), cache.FreshFor(Ttl, isEmpty: false), 10);
            lifetimes.Add(cache.Find(key, long.MaxValue)!.ExpiresAt - cache.Clock.Now);
        }

        Assert.All(lifetimes, lifetime => Assert.InRange(lifetime, 30_000 - 1, 60_000));
        Assert.True(lifetimes.Count > 100);
    }

    [Fact]
    public async Task Statistics_tell_what_is_held_and_what_was_done()
    {
        Store("a", Tagged("x"));
        Store("b");
        await _cache.FlushAsync("x", "y");
        _cache.Counters.Hit();
        _cache.Counters.Hit();
        _cache.Counters.Misses.Increment();
        _cache.Counters.Bypass("in a transaction");

        var statistics = _cache.Statistics;

        Assert.Equal((2, 2 * (10 + S3Fifo.EntryOverhead)), (statistics.Entries, statistics.Bytes));
        Assert.Equal((2, 1), (statistics.Hits, statistics.Misses));
        Assert.Equal((2, 2), (statistics.Stores, statistics.Invalidations));
        Assert.Equal(1, statistics.Bypasses["in a transaction"]);
    }

    [Fact]
    public async Task What_was_invalidated_is_removed_at_the_next_cleaning_and_counted()
    {
        Store("a", Tagged("x"));
        Store("b");
        await _cache.FlushAsync("x");

        _time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal((1, 1), (_cache.Statistics.Entries, _cache.Statistics.Expirations));
    }

    [Fact]
    public void Options_that_change_later_have_no_effect()
    {
        var options = new FastOrmCacheOptions { TimeProvider = _time, MaxRows = 7 };
        using var cache = new CacheEngine("test", options);
        options.MaxRows = 8;

        Assert.Equal(7, cache.MaxRows);
    }

    [Fact]
    public void A_cache_can_be_switched_off_and_on()
    {
        Assert.True(_cache.IsEnabled);
        _cache.IsEnabled = false;
        Assert.False(_cache.IsEnabled);

        using var off = Create(options => options.IsEnabled = false);
        Assert.False(off.IsEnabled);
    }

    [Fact]
    public void Disposing_ends_the_timer_and_may_be_repeated()
    {
        _cache.Dispose();
        _cache.Dispose();

        Assert.Equal(0, _time.ActiveTimers);
    }

    private CacheEngine Create(Action<FastOrmCacheOptions>? configure = null)
    {
        var options = new FastOrmCacheOptions { TimeProvider = _time };
        configure?.Invoke(options);
        return new CacheEngine("test", options);
    }

    private Dependency Named(string key) => _cache.Stamps.Tag(TagHash.OfName(key)).Seen();

    private Dependency Tagged(string tag) => _cache.Stamps.Tag(TagHash.OfTag(tag)).Seen();

    [Fact]
    public void A_load_that_began_earlier_and_ends_later_does_not_replace_a_later_one()
    {
        var slow = _cache.StartLoad();
        var quick = _cache.StartLoad();
        _cache.Store(new LocalCacheKey("a"), "new", [], quick, _cache.FreshFor(Ttl, isEmpty: false), 10);

        _cache.Store(new LocalCacheKey("a"), "old", [], slow, _cache.FreshFor(Ttl, isEmpty: false), 10);

        Assert.Equal("new", _cache.Find(new LocalCacheKey("a"), long.MaxValue)?.Value);
    }

    [Fact]
    public void An_entry_with_an_infinite_time_to_live_does_not_expire()
    {
        _cache.Store(new LocalCacheKey("a"), 1, [], _cache.StartLoad(), _cache.FreshFor(Timeout.InfiniteTimeSpan, isEmpty: false), 10);

        _time.Advance(TimeSpan.FromDays(1000));

        Assert.True(Holds("a"));
    }

    private bool Store(string key, params Dependency[] dependencies)
        => _cache.Store(new LocalCacheKey(key), "value", dependencies, _cache.StartLoad(), _cache.FreshFor(Ttl, isEmpty: false), size: 10);

    private bool Holds(string key) => _cache.Find(new LocalCacheKey(key), long.MaxValue) is not null;
}
