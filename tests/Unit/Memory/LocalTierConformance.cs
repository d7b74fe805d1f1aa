using System.Collections.Concurrent;
using FastOrm.Cache;
using Xunit;

namespace FastOrm.Cache.Tests.Conformance;

/// <summary>
/// What every <see cref="ILocalCacheTier"/> does, beside what any tier does. It uses nothing that is not public: copy both, derive from this,
/// and give it your tier.
/// </summary>
public abstract class LocalTierConformance : TierConformance
{
    /// <summary>Does something on this thread while the tier of the last cache holds the lock under which it stores and removes.</summary>
    protected abstract void WhileLocked(Action action);

    [Fact]
    public void The_number_of_entries_stays_within_its_bound_and_who_leaves_is_told_once()
    {
        using var cache = Open(static options => options.MaxEntries = 20);
        var evicted = EvictedOf(cache);
        for (var i = 0; i < 100; i++)
        {
            cache.Set($"k{i}", "value", Minute);
            Assert.Equal("value", cache.Get<string>($"k{i}"));
            Assert.InRange(cache.Statistics.Entries, 1, 20);
        }

        AssertToldOf(cache, evicted, [.. Enumerable.Range(0, 100).Select(static i => $"k{i}")]);
    }

    [Fact]
    public void The_bytes_stay_within_their_bound_and_who_leaves_is_told_once()
    {
        const long MaxBytes = 100_000;
        using var cache = Open(static options => options.MaxBytes = MaxBytes);
        var evicted = EvictedOf(cache);
        var random = new Random(1);
        for (var i = 0; i < 300; i++)
        {
            cache.Set($"k{i}", "value", new CacheEntryOptions { Ttl = Minute, Size = random.Next(20_000) });
            Assert.Equal("value", cache.Get<string>($"k{i}"));
            Assert.InRange(cache.Statistics.Bytes, 1, MaxBytes);
        }

        AssertToldOf(cache, evicted, [.. Enumerable.Range(0, 300).Select(static i => $"k{i}")]);
    }

    [Fact]
    public void Bytes_count_what_is_held_and_no_more()
    {
        using var cache = Open();
        cache.Set("a", 1, new CacheEntryOptions { Ttl = Minute, Size = 1000 });
        var one = cache.Statistics.Bytes;
        cache.Set("b", 1, new CacheEntryOptions { Ttl = Minute, Size = 1000 });
        Assert.Equal((2, 2 * one), (cache.Statistics.Entries, cache.Statistics.Bytes));

        cache.Set("b", 1, new CacheEntryOptions { Ttl = Minute, Size = 5000 });
        Assert.Equal((2, 2 * one + 4000), (cache.Statistics.Entries, cache.Statistics.Bytes));

        cache.Forget("b");
        Assert.Equal((1, one), (cache.Statistics.Entries, cache.Statistics.Bytes));

        cache.Clear();
        Assert.Equal((0, 0), (cache.Statistics.Entries, cache.Statistics.Bytes));
    }

    [Fact]
    public void A_value_that_grows_drives_out_others_and_not_itself()
    {
        using var cache = Open(static options => options.MaxBytes = 70_000);
        var evicted = EvictedOf(cache);
        foreach (var key in new[] { "a", "b", "c" })
        {
            cache.Set(key, "old", new CacheEntryOptions { Ttl = Minute, Size = 20_000 });
        }

        cache.Set("a", "new", new CacheEntryOptions { Ttl = Minute, Size = 40_000 });

        Assert.Equal("new", cache.Get<string>("a"));
        Assert.InRange(cache.Statistics.Bytes, 40_000, 70_000);
        AssertToldOf(cache, evicted, ["a", "b", "c"]);
    }

    [Fact]
    public void A_value_larger_than_the_tier_is_not_kept_nor_the_older_one_and_nothing_else_leaves()
    {
        using var cache = Open(static options => options.MaxBytes = 70_000);
        var evicted = EvictedOf(cache);
        cache.Set("a", "old", Minute);
        cache.Set("b", "other", Minute);

        cache.Set("a", "new", new CacheEntryOptions { Ttl = Minute, Size = 70_001 });

        Assert.False(cache.TryGet<string>("a").IsCached);
        Assert.Equal("other", cache.Get<string>("b"));
        Assert.Empty(evicted);
    }

    [Fact]
    public void What_is_removed_replaced_or_cleared_is_not_told_of_as_evicted()
    {
        using var cache = Open();
        var evicted = EvictedOf(cache);
        cache.Set("a", 1, Minute);
        cache.Set("a", 2, Minute);
        cache.Forget("a");
        cache.Set("a", 3, Minute);
        cache.Clear();

        Assert.Empty(evicted);
        Assert.Equal((0, 0), (cache.Statistics.Evictions, cache.Statistics.Expirations));
    }

    [Fact]
    public void Evictions_are_told_without_a_lock()
    {
        using var cache = Open(static options => options.MaxEntries = 16);
        var ended = new List<bool>();
        cache.Events.Evicted += (_, happened) =>
        {
            // Another thread, which a lock of this one would hold up.
            var other = Task.Run(() =>
            {
                Assert.False(cache.TryGet<int>(happened.Key).IsCached);
                cache.Forget("any");
                return cache.Statistics.Entries;
            });
            ended.Add(other.Wait(TimeSpan.FromSeconds(20)));
        };
        for (var i = 0; i < 17; i++)
        {
            cache.Set($"k{i}", i, Minute);
        }

        Assert.Equal([true], ended);
    }

    [Fact]
    public void What_is_dead_is_removed_without_being_read_and_counts_as_expired()
    {
        using var cache = Open(static options => options.CleanupInterval = TimeSpan.FromSeconds(30));
        var evicted = EvictedOf(cache);
        cache.Set("expired", 1, TimeSpan.FromSeconds(10));
        cache.Set("flushed", 1, new CacheEntryOptions { Ttl = Minute, Tags = ["tag"] });
        cache.Set("valid", 1, new CacheEntryOptions { Ttl = Minute, Tags = ["other"] });
        cache.Flush("tag");

        Elapse(TimeSpan.FromSeconds(30));

        Assert.Equal((1, 2, 0), (cache.Statistics.Entries, cache.Statistics.Expirations, cache.Statistics.Evictions));
        Assert.Equal(1, cache.Get<int>("valid"));
        Assert.Empty(evicted);
    }

    [Fact]
    public async Task A_value_that_may_be_served_if_no_other_can_be_loaded_is_kept_beyond_its_time()
    {
        using var cache = Open();
        var options = new CacheEntryOptions { Ttl = Minute, StaleIfError = Minute };
        await SetAsync(cache, "k", "value", options);

        Elapse(Minute + Minute / 2);
        Assert.Equal("value", await cache.RememberAsync("k", options, Failed));
        Elapse(Minute / 2);
        await Assert.ThrowsAsync<InvalidDataException>(async () => await cache.RememberAsync("k", options, Failed));

        static Task<string> Failed(CancellationToken token) => Task.FromException<string>(new InvalidDataException());
    }

    [Fact]
    public void Who_replaces_what_has_expired_outlives_the_cleaning()
    {
        using var cache = Open(static options => options.CleanupInterval = TimeSpan.FromSeconds(30));
        cache.Set("k", "old", TimeSpan.FromSeconds(10));
        Elapse(TimeSpan.FromSeconds(20));
        cache.Set("k", "new", Minute);

        Elapse(TimeSpan.FromSeconds(20));

        Assert.Equal("new", cache.Get<string>("k"));
        Assert.Equal(0, cache.Statistics.Expirations);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_two_loads_the_one_that_began_later_stays(bool laterEndsFirst)
    {
        using var cache = Open();
        var (earlier, later) = (NewSource(), NewSource());
        var first = cache.RefreshAsync("k", Minute, _ => earlier.Task).AsTask();
        var second = cache.RefreshAsync("k", Minute, _ => later.Task).AsTask();
        if (laterEndsFirst)
        {
            later.SetResult("later");
            await second;
            earlier.SetResult("earlier");
            await first;
        }
        else
        {
            earlier.SetResult("earlier");
            await first;
            later.SetResult("later");
            await second;
        }

        Assert.Equal("later", cache.Get<string>("k"));
        Assert.Equal(1, cache.Statistics.Entries);
    }

    [Fact]
    public async Task A_load_that_began_earlier_replaces_a_later_one_that_was_flushed()
    {
        using var cache = Open();
        var earlier = NewSource();
        var first = cache.RefreshAsync("k", Minute, _ => earlier.Task).AsTask();
        await cache.RefreshAsync("k", new CacheEntryOptions { Ttl = Minute, Tags = ["tag"] }, static _ => Task.FromResult("later"));
        cache.Flush("tag");
        earlier.SetResult("earlier");
        await first;

        Assert.Equal("earlier", cache.Get<string>("k"));
    }

    [Fact]
    public void Reads_wait_for_no_lock()
    {
        using var cache = Open();
        cache.Set("k", "value", Minute);
        var isRead = false;

        WhileLocked(() =>
        {
            var reading = Task.Run(() => cache.Get<string>("k"));
            isRead = reading.Wait(TimeSpan.FromSeconds(20)) && reading.Result == "value";
        });

        Assert.True(isRead);
    }

    [Theory]
    [InlineData("forgotten")]
    [InlineData("cleared")]
    public void What_waits_to_be_stored_while_its_key_is_forgotten_is_not_kept(string how)
    {
        using var cache = Open();
        var waits = false;
        var storing = new Thread(() => cache.Remember("k", Minute, static () => "old"));

        WhileLocked(() =>
        {
            storing.Start();
            waits = SpinWait.SpinUntil(() => storing.ThreadState.HasFlag(ThreadState.WaitSleepJoin), TimeSpan.FromSeconds(20));
            if (how == "forgotten")
            {
                cache.Forget("k");
            }
            else
            {
                cache.Clear();
            }
        });
        storing.Join();

        Assert.True(waits);
        Assert.False(cache.TryGet<string>("k").IsCached);
        Assert.Equal(0, cache.Statistics.Entries);
    }

    [Fact]
    public async Task A_reader_finds_a_value_at_every_moment_while_it_is_replaced()
    {
        using var cache = Open();
        cache.Set("k", 0, Minute);
        using var stop = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            var misses = 0;
            while (!stop.IsCancellationRequested)
            {
                misses += cache.TryGet<int>("k").IsCached ? 0 : 1;
            }

            return misses;
        })).ToArray();
        for (var i = 0; i < 20_000; i++)
        {
            cache.Set("k", i, Minute);
        }

        await stop.CancelAsync();
        Assert.Equal(0, (await Task.WhenAll(readers)).Sum());
    }

    [Fact]
    public async Task Many_threads_leave_exact_counts_within_the_bounds()
    {
        using var cache = Open(static options => options.MaxEntries = 50);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(seed => Task.Run(() =>
        {
            var random = new Random(seed);
            for (var i = 0; i < 5000; i++)
            {
                var number = random.Next(200);
                var key = $"k{number:000}";
                switch (random.Next(20))
                {
                    case < 10:
                        var read = cache.TryGet<int>(key);
                        Assert.Equal(number, read.HasValue ? read.Value : number);
                        break;
                    case < 17:
                        cache.Set(key, number, new CacheEntryOptions { Ttl = Minute, Size = 100 });
                        break;
                    case < 19:
                        cache.Forget(key);
                        break;
                    default:
                        cache.Clear();
                        break;
                }
            }
        })));

        var held = Enumerable.Range(0, 200).Count(i => cache.TryGet<int>($"k{i:000}").IsCached);
        var statistics = cache.Statistics;
        cache.Clear();
        cache.Set("k000", 0, new CacheEntryOptions { Ttl = Minute, Size = 100 });

        Assert.InRange(held, 0, 50);
        Assert.Equal((held, held * cache.Statistics.Bytes), (statistics.Entries, statistics.Bytes));
    }

    private static ConcurrentQueue<string> EvictedOf(ICache cache)
    {
        var evicted = new ConcurrentQueue<string>();
        cache.Events.Evicted += (_, happened) => evicted.Enqueue(happened.Key);
        return evicted;
    }

    private static void AssertToldOf(ICache cache, ConcurrentQueue<string> evicted, string[] stored)
    {
        var gone = stored.Where(key => !cache.TryGet<string>(key).IsCached);

        Assert.NotEmpty(evicted);
        Assert.Equal(gone.Order(StringComparer.Ordinal), evicted.Order(StringComparer.Ordinal));
        Assert.Equal((stored.Length - evicted.Count, evicted.Count), (cache.Statistics.Entries, cache.Statistics.Evictions));
    }
}
