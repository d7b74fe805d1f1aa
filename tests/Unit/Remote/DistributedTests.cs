using FastOrm.Cache.Adapters;
using FastOrm.Cache.Engine;
using FastOrm.Cache.Keys;
using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.Extensions.Caching.Distributed;
using static FastOrm.Cache.Tests.Unit.Remote.RemoteLab;
using Entry = Microsoft.Extensions.Caching.Distributed.DistributedCacheEntryOptions;

namespace FastOrm.Cache.Tests.Unit.Remote;

/// <summary>What is set through <see cref="IDistributedCache"/> is there for all nodes, for as long as one of them uses it.</summary>
public sealed class DistributedTests : IDisposable
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);
    private static readonly Entry Sliding = new() { SlidingExpiration = Minute };

    private readonly RemoteLab _lab = new();
    private readonly DistributedCacheAdapter _a;
    private readonly DistributedCacheAdapter _b;

    public DistributedTests() => (_a, _b) = (new DistributedCacheAdapter(_lab.A), new DistributedCacheAdapter(_lab.B));

    [Fact]
    public async Task What_one_node_sets_another_gets_and_keeps()
    {
        await _a.SetAsync("k", [1, 2], new Entry());
        Assert.Equal([1, 2], await _b.GetAsync("k"));
        var reads = _lab.Tier.Reads;
        Assert.Equal([1, 2], _b.Get("k"));
        Assert.Equal(reads, _lab.Tier.Reads);

        _a.Set("s", []);
        Assert.Empty(_b.Get("s")!);
    }

    [Fact]
    public async Task Of_what_was_set_twice_all_nodes_get_the_last()
    {
        await _a.SetAsync("k", [1], Sliding);
        await _b.GetAsync("k");
        await _b.SetAsync("k", [2], Sliding);
        Assert.Equal([2], await _a.GetAsync("k"));
        Assert.Equal([2], await _b.GetAsync("k"));
    }

    [Fact]
    public async Task What_one_node_removes_is_nowhere()
    {
        await _a.SetAsync("k", [1], Sliding);
        await _b.GetAsync("k");
        await _b.RemoveAsync("k");
        Assert.Null(await _a.GetAsync("k"));
        Assert.Null(await _b.GetAsync("k"));
        Assert.Empty(_lab.Tier.Keys);
    }

    [Fact]
    public async Task An_absolute_time_counts_on_every_node()
    {
        await _a.SetAsync("relative", [1], new Entry { AbsoluteExpirationRelativeToNow = Minute });
        await _a.SetAsync("absolute", [1], new Entry { AbsoluteExpiration = _lab.Time.GetUtcNow() + Minute });
        await _a.SetAsync("both", [1], new Entry { SlidingExpiration = Minute, AbsoluteExpirationRelativeToNow = 1.5 * Minute });
        await _a.SetAsync("past", [1], new Entry { AbsoluteExpiration = _lab.Time.GetUtcNow() - Minute });
        Assert.Null(await _b.GetAsync("past"));
        _lab.Time.Advance(Minute - Moment);
        Assert.NotNull(await _b.GetAsync("relative"));
        Assert.NotNull(await _b.GetAsync("absolute"));
        Assert.NotNull(await _b.GetAsync("both"));

        _lab.Time.Advance(Moment);
        Assert.Null(await _b.GetAsync("relative"));
        Assert.Null(await _b.GetAsync("absolute"));
        _lab.Time.Advance(Minute / 2);
        Assert.Null(await _a.GetAsync("both"));
        Assert.Null(await _b.GetAsync("both"));
    }

    [Fact]
    public async Task What_another_node_has_used_has_not_slid_out_of_its_time_here()
    {
        await _a.SetAsync("k", [1], Sliding);
        for (var i = 0; i < 10; i++)
        {
            _lab.Time.Advance(0.9 * Minute);
            Assert.Equal([1], await _b.GetAsync("k"));
        }

        Assert.Equal([1], await _a.GetAsync("k"));
        _lab.Time.Advance(1.25 * Minute);
        Assert.Null(await _a.GetAsync("k"));
        Assert.Null(await _b.GetAsync("k"));
    }

    [Fact]
    public async Task A_refresh_on_another_node_is_a_use()
    {
        await _a.SetAsync("k", [1], Sliding);
        _lab.Time.Advance(Minute - Moment);
        await _b.RefreshAsync("k");
        _lab.Time.Advance(Minute - Moment);
        _b.Refresh("k");
        _lab.Time.Advance(Minute - Moment);
        Assert.NotNull(await _a.GetAsync("k"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(14_999)]
    [InlineData(15_000)]
    [InlineData(40_000)]
    [InlineData(59_999)]
    public async Task Whenever_it_was_used_last_it_lives_for_the_whole_sliding_time_on_every_node(int usedAt)
    {
        await _a.SetAsync("k", [1], Sliding);
        _lab.Time.Advance(TimeSpan.FromMilliseconds(usedAt));
        await _a.GetAsync("k");
        _lab.Time.Advance(Minute - Moment);
        Assert.NotNull(await _b.GetAsync("k"));
    }

    [Fact]
    public async Task A_node_tells_the_tier_of_uses_four_times_in_a_sliding_time_at_the_most()
    {
        await _a.SetAsync("k", [1], Sliding);
        await _b.GetAsync("k");
        var calls = CountCalls();
        for (var i = 0; i < 200; i++)
        {
            await _a.GetAsync("k");
            await _b.GetAsync("k");
        }

        Assert.Equal(0, calls());
        var polls = _lab.Tier.Reads + _lab.Tier.Sweeps; // Those that follow are polls.
        for (var i = 0; i < 600; i++)
        {
            _lab.Time.Advance(TimeSpan.FromMilliseconds(100));
            await _a.GetAsync("k");
            await _b.GetAsync("k");
        }

        Assert.Equal(2 * 4, _lab.Tier.Prolongs);
        Assert.Equal(_lab.Tier.Reads + _lab.Tier.Sweeps - polls + _lab.Tier.Prolongs, calls());
    }

    [Fact]
    public async Task Of_uses_of_what_does_not_slide_the_tier_is_not_told()
    {
        await _a.SetAsync("k", [1], new Entry { AbsoluteExpirationRelativeToNow = Minute });
        _lab.Time.Advance(Minute / 2);
        await _a.GetAsync("k");
        await _b.GetAsync("k");
        Assert.Equal((1, 0), (_lab.Tier.Stores, _lab.Tier.Prolongs));
    }

    [Fact]
    public async Task A_use_that_could_not_be_told_is_told_with_the_next()
    {
        await _a.SetAsync("k", [1], Sliding);
        _lab.Time.Advance(0.9 * Minute);
        _lab.Tier.Failure = new IOException();
        Assert.NotNull(await _a.GetAsync("k"));
        _lab.Tier.Failure = null;
        _lab.Time.Advance(TimeSpan.FromSeconds(2));
        await _a.GetAsync("k");
        _lab.Time.Advance(Minute - Moment);
        Assert.NotNull(await _b.GetAsync("k"));
    }

    [Fact]
    public async Task A_use_does_not_bring_back_what_was_removed_or_replaced_unheard()
    {
        using var lab = new RemoteLab(configure: static options => options.PollInterval = TimeSpan.FromHours(1));
        var (a, b) = (new DistributedCacheAdapter(lab.A), new DistributedCacheAdapter(lab.B));
        string[] keys = ["removed", "replaced"];
        foreach (var key in keys)
        {
            await a.SetAsync(key, [1], Sliding);
            await b.GetAsync(key);
        }

        lab.Tier.LosesMessages = true;
        await a.RemoveAsync("removed");
        await a.SetAsync("replaced", [2], Sliding);
        lab.Time.Advance(Minute / 4);
        await b.GetAsync("removed");
        await b.GetAsync("replaced");

        Assert.Equal(2, lab.Tier.Prolongs);
        Assert.Null(await a.GetAsync("removed"));
        Assert.Equal([2], await a.GetAsync("replaced"));
        var third = new DistributedCacheAdapter(lab.Start());
        Assert.Null(await third.GetAsync("removed"));
        Assert.Equal([2], await third.GetAsync("replaced"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_use_that_is_told_late_does_not_bring_back_what_was_replaced_or_removed_meanwhile(bool isReplaced)
    {
        await _a.SetAsync("k", [1], Sliding);
        await _b.GetAsync("k");
        _lab.Time.Advance(Minute / 2);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _lab.Tier.Gate = gate.Task;
        await _b.GetAsync("k");
        _lab.Tier.Gate = Task.CompletedTask; // The use waits on.
        await (isReplaced ? _a.SetAsync("k", [2], Sliding) : _a.RemoveAsync("k"));
        Assert.Equal(0, _lab.Tier.Prolongs);
        gate.SetResult();
        Assert.True(SpinWait.SpinUntil(() => _lab.Tier.Prolongs == 1, TimeSpan.FromSeconds(10)));

        byte[]? expected = isReplaced ? [2] : null;
        Assert.Equal(expected, await new DistributedCacheAdapter(_lab.Start()).GetAsync("k"));
        Assert.Equal(expected, await _b.GetAsync("k"));
        Assert.Equal(expected, await _a.GetAsync("k"));
    }

    [Fact]
    public async Task A_use_of_an_older_value_that_is_told_late_keeps_a_newer_one_longer_and_not_beyond_its_end()
    {
        await _a.SetAsync("slides", [1], Sliding);
        await _a.SetAsync("ends", [1], Sliding);
        await _b.GetAsync("slides");
        await _b.GetAsync("ends");
        _lab.Time.Advance(Minute / 2);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _lab.Tier.Gate = gate.Task;
        await _b.GetAsync("slides");
        await _b.GetAsync("ends");
        _lab.Tier.Gate = Task.CompletedTask;
        await _a.SetAsync("slides", [2], new Entry { SlidingExpiration = Minute / 10 });
        await _a.SetAsync("ends", [2], new Entry { AbsoluteExpirationRelativeToNow = Minute / 10 });
        gate.SetResult();
        Assert.True(SpinWait.SpinUntil(() => _lab.Tier.Prolongs == 2, TimeSpan.FromSeconds(10)));

        _lab.Time.Advance(Minute / 2);
        Assert.Equal([2], await _b.GetAsync("slides"));
        Assert.Null(await _b.GetAsync("ends"));
        _lab.Time.Advance(1.25 * Minute);
        Assert.Null(await _a.GetAsync("slides"));
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    public async Task Of_two_who_change_a_key_at_a_time_all_nodes_get_what_the_tier_has(int step, bool isRemoved)
    {
        await _a.SetAsync("k", [0], Sliding);
        await _b.GetAsync("k");
        var calls = 0;
        _lab.Tier.OnCall = () => ChangeOnBAt(step, ref calls, isRemoved); // To set is to read the stamps, to store and to tell.
        await _a.SetAsync("k", [1], Sliding);
        _lab.Tier.OnCall = null;

        await EverybodyGetsAsync(step < 3 ? [1] : isRemoved ? null : [2]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_is_overtaken_before_he_knows_that_he_has_stored_gets_what_the_tier_has(bool isRemoved)
    {
        var stores = 0;
        _lab.Tier.OnStored = () => ChangeOnBAt(1, ref stores, isRemoved);
        await _a.SetAsync("k", [1], Sliding);
        _lab.Tier.OnStored = null;

        await EverybodyGetsAsync(isRemoved ? null : [2]);
    }

    [Fact]
    public async Task Of_two_who_set_a_key_before_they_hear_of_each_other_all_nodes_get_the_last()
    {
        _lab.Tier.HoldsMessages = true;
        await _a.SetAsync("k", [1], Sliding);
        await _b.SetAsync("k", [2], Sliding);
        _lab.Tier.Tell();

        Assert.Equal([2], await _a.GetAsync("k"));
        Assert.Equal([2], await _b.GetAsync("k"));
    }

    [Fact]
    public async Task A_set_takes_three_operations_and_everything_else_one_at_the_most()
    {
        var calls = CountCalls();
        await _a.SetAsync("k", [1], Sliding);
        Assert.Equal((3, 1, 1, 0), (calls(), _lab.Tier.Stores, _lab.Tier.Changes, _lab.Tier.Prolongs));
        await _a.GetAsync("k");
        Assert.Equal(3, calls());
        await _b.GetAsync("k");
        Assert.Equal((4, 1, 1, 0), (calls(), _lab.Tier.Stores, _lab.Tier.Changes, _lab.Tier.Prolongs));
        await _b.GetAsync("k");
        Assert.Equal(4, calls());
        _lab.Time.Advance(Minute / 4);
        calls = CountCalls();
        await _b.RefreshAsync("k");
        Assert.Equal((1, 1, 1, 1), (calls(), _lab.Tier.Stores, _lab.Tier.Changes, _lab.Tier.Prolongs));
        await _a.RemoveAsync("k");
        Assert.Equal((2, 1, 2, 1), (calls(), _lab.Tier.Stores, _lab.Tier.Changes, _lab.Tier.Prolongs));
    }

    [Fact]
    public async Task Neighbours_of_what_is_set_and_removed_stay_where_they_are()
    {
        await _a.SetAsync("k", [1], Sliding);
        var slot = _lab.A.Stamps.Guard(TagHash.OfName("k")).Slot;
        var neighbour = Enumerable.Range(0, int.MaxValue)
            .Select(static i => $"n{i}").First(key => _lab.A.Stamps.Guard(TagHash.OfName(key)).Slot == slot);
        await _a.SetAsync(neighbour, [2], Sliding);
        await _a.RemoveAsync(neighbour);

        Assert.Equal([1], await _b.GetAsync("k"));
    }

    [Fact]
    public async Task While_the_tier_cannot_be_used_a_node_has_what_it_sets()
    {
        using var lab = new RemoteLab(configure: static options => options.TrustWhileDisconnected = TimeSpan.FromDays(1));
        var (a, b) = (new DistributedCacheAdapter(lab.A), new DistributedCacheAdapter(lab.B));
        await a.SetAsync("k", [1], new Entry());
        lab.Tier.Failure = new IOException();
        await Elapsing(a.SetAsync("k", [2], new Entry()), lab);
        Assert.Equal([2], await a.GetAsync("k"));
        lab.Tier.Failure = null;
        await Elapsing(lab.Settle(), lab);

        // The other node has nothing rather than the old value.
        Assert.Null(await b.GetAsync("k"));
    }

    [Fact]
    public async Task A_clear_of_the_cache_ends_it_on_every_node()
    {
        await _a.SetAsync("k", [1], Sliding);
        await _b.GetAsync("k");
        await _lab.A.ClearAsync();
        Assert.Null(await _b.GetAsync("k"));
        Assert.Null(await _a.GetAsync("k"));
        await _b.SetAsync("k", [2], Sliding);
        await _lab.A.ForgetAsync("k");
        Assert.Null(await _b.GetAsync("k"));
    }

    [Fact]
    public async Task A_cache_without_memory_asks_the_tier_each_time()
    {
        using var lab = new RemoteLab(configure: static options => options.Tiers = CacheTiers.Remote);
        var (a, b) = (new DistributedCacheAdapter(lab.A), new DistributedCacheAdapter(lab.B));
        await a.SetAsync("k", [1], Sliding);
        for (var i = 0; i < 10; i++)
        {
            lab.Time.Advance(0.7 * Minute);
            Assert.NotNull(await b.GetAsync("k"));
            Assert.NotNull(await a.GetAsync("k"));
        }

        Assert.Equal(0, lab.A.Statistics.Entries + lab.B.Statistics.Entries);
    }

    [Fact]
    public async Task A_cache_in_memory_alone_tells_the_tier_nothing()
    {
        using var lab = new RemoteLab(configure: static options => options.Tiers = CacheTiers.Memory);
        await new DistributedCacheAdapter(lab.A).SetAsync("k", [1], Sliding);
        Assert.Equal(0, lab.Tier.Stores);
        Assert.Null(await new DistributedCacheAdapter(lab.B).GetAsync("k"));
    }

    [Fact]
    public async Task A_cache_that_was_disposed_has_nothing_and_takes_nothing()
    {
        await _a.SetAsync("k", [1], Sliding);
        _lab.A.Dispose();
        Assert.Null(await _a.GetAsync("k"));
        Assert.Null(_a.Get("k"));
        await Elapsing(_a.SetAsync("k", [2], Sliding));
        await Elapsing(_a.RemoveAsync("k"));
        _a.Refresh("k");
        Assert.Null(_a.Get("k"));
    }

    [Fact]
    public async Task What_is_too_large_leaves_nothing_older()
    {
        using var lab = new RemoteLab(configure: static options => options.MaxResultBytes = 1000);
        var (a, b) = (new DistributedCacheAdapter(lab.A), new DistributedCacheAdapter(lab.B));
        await a.SetAsync("k", [1], Sliding);
        await b.GetAsync("k");
        await a.SetAsync("k", new byte[1001], Sliding);
        Assert.Null(await a.GetAsync("k"));
        Assert.Null(await b.GetAsync("k"));
        lab.A.IsEnabled = false;
        await b.SetAsync("k", [2], Sliding);
        Assert.Null(await a.GetAsync("k"));
        await a.SetAsync("k", [3], Sliding);
        Assert.Null(await b.GetAsync("k"));
    }

    [Fact]
    public async Task Of_many_who_set_one_key_at_a_time_all_nodes_get_the_same()
    {
        var store = new InMemoryRemoteStore(TimeProvider.System);
        using var one = FastCache.Create(options => options.UseRemoteTier(_ => new InMemoryRemoteTier(store)));
        using var other = FastCache.Create(options => options.UseRemoteTier(_ => new InMemoryRemoteTier(store)));
        var (a, b) = (new DistributedCacheAdapter((CacheEngine)one), new DistributedCacheAdapter((CacheEngine)other));
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() => (i % 2 == 0 ? a : b).SetAsync("k", [(byte)i], Sliding))));

        var last = await a.GetAsync("k");
        Assert.NotNull(last);
        Assert.Equal(last, await b.GetAsync("k"));
        one.Dispose();
        using var third = FastCache.Create(options => options.UseRemoteTier(_ => new InMemoryRemoteTier(store)));
        Assert.Equal(last, await new DistributedCacheAdapter((CacheEngine)third).GetAsync("k"));
    }

    [Fact]
    public async Task Something_else_under_the_key_is_nothing()
    {
        await _lab.A.SetAsync("k", "text", Minute);
        Assert.Null(await _b.GetAsync("k"));
        await _a.SetAsync("k", [1], Sliding);
        _lab.Tier.Tamper("v:k", static bytes => bytes[..^1]);
        Assert.Null(await _b.GetAsync("k"));
    }

    public void Dispose() => _lab.Dispose();

    private void ChangeOnBAt(int step, ref int steps, bool isRemoved)
    {
        if (Interlocked.Increment(ref steps) != step)
        {
            return;
        }

        if (isRemoved)
        {
            _b.Remove("k");
        }
        else
        {
            _b.Set("k", [2], Sliding);
        }
    }

    private async Task EverybodyGetsAsync(byte[]? expected)
    {
        Assert.Equal(expected, await new DistributedCacheAdapter(_lab.Start()).GetAsync("k"));
        Assert.Equal(expected, await _a.GetAsync("k"));
        Assert.Equal(expected, await _b.GetAsync("k"));
    }

    private Func<int> CountCalls()
    {
        var calls = 0;
        _lab.Tier.OnCall = () => Interlocked.Increment(ref calls);
        return () => Volatile.Read(ref calls);
    }

    // Whatever waits for a time has it.
    private async Task Elapsing(Task waiting, RemoteLab? lab = null)
    {
        while (!waiting.IsCompleted)
        {
            (lab ?? _lab).Time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        await waiting;
    }
}
