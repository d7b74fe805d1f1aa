using FastOrm.Cache;
using Xunit;

namespace FastOrm.Cache.Tests.Conformance;

/// <summary>
/// What a cache does over any tier, one in the memory of its process or one that nodes share. It uses nothing that is not public: copy it,
/// derive from it, and give it your tier.
/// </summary>
public abstract class TierConformance
{
    protected static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>The clock of the caches.</summary>
    protected abstract TimeProvider Time { get; }

    /// <summary>Lets so much time pass for the caches and the tier, and timers run that become due.</summary>
    protected abstract void Elapse(TimeSpan time);

    /// <summary>Gives a cache the tier, and sees to it that entries are kept in no other.</summary>
    protected abstract void UseTier(FastOrmCacheOptions options);

    /// <summary>Waits until the tier has what was stored.</summary>
    protected virtual Task SettleAsync(ICache cache) => Task.CompletedTask;

    [Fact]
    public async Task What_is_absent_is_a_miss()
    {
        using var cache = Open();

        Assert.False((await cache.TryGetAsync<string>("k")).IsCached);
        Assert.False(cache.TryGet<string>("k").IsCached);
        Assert.Equal((0, 2), (cache.Statistics.Hits, cache.Statistics.Misses));
    }

    [Fact]
    public async Task What_was_stored_is_found_and_nothing_is_loaded()
    {
        using var cache = Open();
        await SetAsync(cache, "k", "value");

        Assert.Equal("value", await cache.GetAsync<string>("k"));
        Assert.Equal("value", await cache.RememberAsync("k", Minute, static _ => NotLoaded()));
    }

    [Fact]
    public async Task That_there_is_nothing_is_remembered_and_is_no_miss()
    {
        using var cache = Open();
        await SetAsync<string?>(cache, "null", null);

        Assert.True((await cache.TryGetAsync<string?>("null")).IsCached);
        Assert.Null(await cache.RememberAsync<string?>("null", Minute, static _ => NotLoaded()!));
    }

    [Fact]
    public async Task A_value_is_found_until_its_time_is_over_and_not_after()
    {
        using var cache = Open();
        await SetAsync(cache, "k", "value", Minute);

        Elapse(Minute - TimeSpan.FromMilliseconds(1));
        Assert.Equal("value", await cache.GetAsync<string>("k"));

        Elapse(TimeSpan.FromMilliseconds(1));
        Assert.False((await cache.TryGetAsync<string>("k")).IsCached);
    }

    [Fact]
    public async Task A_later_value_takes_the_place_of_an_earlier_one()
    {
        using var cache = Open();
        await SetAsync(cache, "k", "old");
        await SetAsync(cache, "k", "new");

        Assert.Equal("new", await cache.GetAsync<string>("k"));
    }

    [Fact]
    public async Task What_cannot_be_read_as_what_is_asked_for_is_a_miss()
    {
        using var cache = Open();
        await SetAsync(cache, "k", 42);

        Assert.False((await cache.TryGetAsync<string>("k")).IsCached);
        Assert.Equal("loaded", await cache.RememberAsync("k", Minute, static _ => Task.FromResult("loaded")));
    }

    [Fact]
    public async Task Keys_are_told_apart()
    {
        using var cache = Open();
        string[] keys = ["a", "A", " a", "a ", "a:b", "a\0b", "{a}", "*", "é", "e\u0301", "日本", "😀", new('k', 1000), new('k', 1001)];
        foreach (var key in keys)
        {
            await SetAsync(cache, key, key);
        }

        foreach (var key in keys)
        {
            Assert.Equal(key, await cache.GetAsync<string>(key));
        }
    }

    [Fact]
    public async Task What_was_forgotten_is_gone_and_nothing_else()
    {
        using var cache = Open();
        await SetAsync(cache, "a", "A");
        await SetAsync(cache, "b", "B");

        await cache.ForgetAsync("a", "missing");

        Assert.False((await cache.TryGetAsync<string>("a")).IsCached);
        Assert.Equal("B", await cache.GetAsync<string>("b"));
    }

    [Fact]
    public async Task What_was_flushed_is_gone_and_nothing_else()
    {
        using var cache = Open();
        await SetAsync(cache, "a", "A", new CacheEntryOptions { Tags = ["shop:1"] });
        await SetAsync(cache, "b", "B", new CacheEntryOptions { Tags = ["shop:2"] });

        await cache.FlushAsync("shop:1");
        Assert.False((await cache.TryGetAsync<string>("a")).IsCached);
        Assert.Equal("B", await cache.GetAsync<string>("b"));

        await cache.FlushAsync("shop");
        Assert.False((await cache.TryGetAsync<string>("b")).IsCached);
    }

    [Fact]
    public async Task What_was_cleared_is_gone_and_the_cache_goes_on()
    {
        using var cache = Open();
        await SetAsync(cache, "a", "A");
        await SetAsync(cache, "b", "B");

        await cache.ClearAsync();
        Assert.False((await cache.TryGetAsync<string>("a")).IsCached);
        Assert.False((await cache.TryGetAsync<string>("b")).IsCached);

        await SetAsync(cache, "a", "A again");
        Assert.Equal("A again", await cache.GetAsync<string>("a"));
    }

    [Theory]
    [InlineData("forgotten")]
    [InlineData("flushed")]
    [InlineData("cleared")]
    [InlineData("set")]
    public async Task A_load_that_is_overtaken_is_given_to_its_caller_and_not_kept(string how)
    {
        using var cache = Open();
        var (began, loaded) = (NewSource(), NewSource());
        var loading = cache.RememberAsync(
            "k",
            Minute,
            _ =>
            {
                began.SetResult("");
                return loaded.Task;
            },
            CancellationToken.None,
            "tag").AsTask();
        await began.Task;
        switch (how)
        {
            case "forgotten":
                await cache.ForgetAsync("k");
                break;
            case "flushed":
                await cache.FlushAsync("tag");
                break;
            case "cleared":
                await cache.ClearAsync();
                break;
            default:
                await SetAsync(cache, "k", "new");
                break;
        }

        loaded.SetResult("old");
        Assert.Equal("old", await loading);
        await SettleAsync(cache);

        Assert.Equal(how == "set" ? "new" : null, await cache.GetAsync<string>("k"));
    }

    [Fact]
    public async Task Whatever_loads_beside_it_nothing_older_is_found_after_a_key_was_forgotten()
    {
        const int Versions = 5000;
        using var cache = Open();
        var version = 0;
        var loading = Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            while (Volatile.Read(ref version) < Versions)
            {
                await cache.RememberAsync("k", Minute, async _ =>
                {
                    var read = Volatile.Read(ref version);
                    await Task.Yield();
                    return read;
                });
            }
        })).ToArray();

        var found = new List<(int AtLeast, CacheResult<int> Read)>();
        for (var i = 1; i <= Versions; i++)
        {
            Volatile.Write(ref version, i);
            await cache.ForgetAsync("k");
            Thread.SpinWait(100);
            found.Add((i, await cache.TryGetAsync<int>("k")));
        }

        await Task.WhenAll(loading);
        Assert.DoesNotContain(found, static f => f.Read.HasValue && f.Read.Value < f.AtLeast);
    }

    [Fact]
    public async Task A_disposed_cache_finds_nothing_and_refuses_nothing()
    {
        var cache = Open();
        await SetAsync(cache, "k", "old");
        cache.Dispose();
        cache.Dispose();

        await cache.ForgetAsync("k");
        await cache.ClearAsync();
        await cache.SetAsync("k", "value", Minute);
        Assert.False((await cache.TryGetAsync<string>("k")).IsCached);
        Assert.Equal("loaded", await cache.RememberAsync("k", Minute, static _ => Task.FromResult("loaded")));
        Assert.True(cache.Statistics.Entries >= 0);
    }

    protected ICache Open(Action<FastOrmCacheOptions>? configure = null)
        => FastCache.Create(options =>
        {
            options.TimeProvider = Time;
            UseTier(options);
            configure?.Invoke(options);
        });

    protected async Task SetAsync<T>(ICache cache, string key, T value, CacheEntryOptions? options = null)
    {
        await cache.SetAsync(key, value, options ?? Minute);
        await SettleAsync(cache);
    }

    protected static TaskCompletionSource<string> NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static Task<string> NotLoaded() => throw new InvalidOperationException("It was there and is loaded.");
}
