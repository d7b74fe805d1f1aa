using FastOrm.Cache.Adapters;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Hybrid;
using static FastOrm.Cache.Tests.Unit.Remote.RemoteLab;

namespace FastOrm.Cache.Tests.Unit.Remote;

/// <summary>Values that are set, not loaded: nobody would load them again, so none is lost, and none outlives what was changed after it.</summary>
public sealed class GivenValuesTests : IDisposable
{
    private readonly RemoteLab _lab = new();
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task A_value_whose_tag_is_flushed_before_the_tier_knows_of_it_is_given_to_nobody()
    {
        OccupyTier();
        var setting = _lab.A.SetAsync("k", 7, new CacheEntryOptions { Ttl = Minute, Tags = ["t"] }).AsTask();
        var flushing = _lab.A.FlushAsync("t").AsTask();
        _gate.SetResult();
        await Task.WhenAll(setting, flushing);
        await _lab.Settle();

        Assert.False((await _lab.A.TryGetAsync<int>("k")).HasValue);
        Assert.False((await _lab.B.TryGetAsync<int>("k")).HasValue);
    }

    [Fact]
    public async Task Of_two_values_that_are_set_at_a_time_the_one_that_was_changed_last_stays_in_both_tiers()
    {
        OccupyTier();
        var second = Task.CompletedTask;
        _lab.Time.OnNextTimer = () => second = _lab.A.SetAsync("k", 2, Minute).AsTask();
        var first = _lab.A.SetAsync("k", 1, Minute).AsTask(); // Its wait for the tier begins with a timer.
        _gate.SetResult();
        await Task.WhenAll(first, second);
        await _lab.Settle();

        Assert.Equal(2, (await _lab.A.TryGetAsync<int>("k")).Value);
        Assert.Equal(2, (await _lab.B.TryGetAsync<int>("k")).Value);
    }

    [Fact]
    public async Task More_values_than_are_stored_at_a_time_all_reach_the_tier()
    {
        _lab.Tier.StoreGate = _gate.Task;
        var setting = _lab.A.SetManyAsync(Enumerable.Range(0, 200).Select(static i => KeyValuePair.Create($"k{i}", i)), Minute).AsTask();
        Assert.True(SpinWait.SpinUntil(() => _lab.Tier.StoresBegun >= 64, TimeSpan.FromSeconds(10)));
        _gate.SetResult();
        await setting;
        await _lab.Settle();

        Assert.Equal(200, (await _lab.B.GetManyAsync<int>(Enumerable.Range(0, 200).Select(static i => $"k{i}"))).Count);
    }

    [Fact]
    public async Task So_many_values_that_their_changes_would_not_be_kept_are_all_set()
    {
        const int Many = 33_000;
        OccupyTier();
        var setting = _lab.A.SetManyAsync(Enumerable.Range(0, Many).Select(static i => KeyValuePair.Create($"k{i}", i)), Minute).AsTask();
        _gate.SetResult();
        await setting;

        Assert.Equal(Many, (await _lab.A.GetManyAsync<int>(Enumerable.Range(0, Many).Select(static i => $"k{i}"))).Count);
    }

    [Fact]
    public async Task A_value_that_is_kept_in_the_tier_alone_is_got_without_being_kept_in_memory()
    {
        await _lab.A.SetAsync("k", 7, new CacheEntryOptions { Ttl = Minute, Tiers = CacheTiers.Remote });

        Assert.Equal(7, (await _lab.B.TryGetAsync<int>("k")).Value);
        Assert.Equal([7], (await _lab.B.GetManyAsync<int>(["k"])).Values);
        Assert.Equal(0, _lab.B.Statistics.Entries);
    }

    [Fact]
    public async Task The_local_time_of_a_value_counts_where_it_is_got_too()
    {
        await _lab.A.SetAsync("k", 7, new CacheEntryOptions { Ttl = Minute, LocalTtl = TimeSpan.FromSeconds(5) });
        await _lab.B.TryGetAsync<int>("k");
        _lab.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(7, (await _lab.B.TryGetAsync<int>("k")).Value);
        Assert.Equal(2, _lab.B.Statistics.RemoteHits);
    }

    [Fact]
    public async Task Nothing_is_said_of_nothing()
    {
        await _lab.A.ForgetAsync();
        await _lab.A.FlushAsync();

        Assert.Equal(0, _lab.Tier.Changes);
    }

    [Fact]
    public async Task Of_two_nodes_that_write_through_at_a_time_neither_leaves_a_value_that_is_not_the_last_written()
    {
        var source = 0;
        var other = Task.CompletedTask;
        _lab.Tier.HoldsMessages = true;
        var writing = _lab.A.WriteThroughAsync("k", 1, WriteFirst, Minute).AsTask();
        Assert.True(SpinWait.SpinUntil(() => _lab.Tier.Changes >= 2, TimeSpan.FromSeconds(10)));
        _lab.Tier.HoldsMessages = false;
        _lab.Tier.Tell();
        await Task.WhenAll(writing, other);
        await _lab.Settle();

        Assert.Equal(2, await _lab.A.RememberAsync("k", Minute, _ => Task.FromResult(source)));
        Assert.Equal(2, await _lab.B.RememberAsync("k", Minute, _ => Task.FromResult(source)));

        Task WriteFirst(int value, CancellationToken cancellationToken)
        {
            source = value;
            other = _lab.B.WriteThroughAsync("k", 2, (later, _) => Task.FromResult(source = later), Minute, cancellationToken).AsTask();
            Assert.True(SpinWait.SpinUntil(() => _lab.Tier.Changes >= 1, TimeSpan.FromSeconds(10)));
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task What_is_written_through_is_kept_nowhere_when_a_message_was_lost_that_may_have_been_of_its_key()
    {
        var source = 0;
        await _lab.A.WriteThroughAsync("k", 1, WriteFirst, Minute);
        await _lab.Settle();

        Assert.Equal(2, await _lab.A.RememberAsync("k", Minute, _ => Task.FromResult(source)));
        Assert.Equal(2, await _lab.B.RememberAsync("k", Minute, _ => Task.FromResult(source)));

        async Task WriteFirst(int value, CancellationToken cancellationToken)
        {
            source = 2; // Another has written after this one.
            _lab.Tier.LosesMessages = true;
            await _lab.B.ForgetAsync("k");
            _lab.Tier.LosesMessages = false;
        }
    }

    [Fact]
    public async Task An_asynchronous_caller_of_the_distributed_cache_does_not_block_its_thread()
    {
        _lab.Tier.Gate = _gate.Task;
        var adapter = new DistributedCacheAdapter(_lab.A);
        var calling = Task.Run(() => (Getting: adapter.GetAsync("k"), Setting: adapter.SetAsync("s", [1], new DistributedCacheEntryOptions())));
        var isFree = SpinWait.SpinUntil(() => calling.IsCompleted, TimeSpan.FromSeconds(10));
        _gate.SetResult();

        Assert.True(isFree);
        Assert.Null(await (await calling).Getting);
        await (await calling).Setting;
    }

    [Fact]
    public async Task An_asynchronous_caller_of_the_hybrid_cache_does_not_block_its_thread()
    {
        _lab.Tier.Gate = _gate.Task;
        var adapter = new HybridCacheAdapter(_lab.A);
        var options = new HybridCacheEntryOptions { Flags = HybridCacheEntryFlags.DisableLocalCacheWrite };
        var calling = Task.Run(() => (Getting: adapter.GetOrCreateAsync("k", static _ => ValueTask.FromResult(1), options).AsTask(), 0));
        var isFree = SpinWait.SpinUntil(() => calling.IsCompleted, TimeSpan.FromSeconds(10));
        _gate.SetResult();

        Assert.True(isFree);
        Assert.Equal(1, await (await calling).Getting);
    }

    public void Dispose() => _lab.Dispose();

    // Whatever changes from here on goes in one message, when the gate is open.
    private void OccupyTier()
    {
        _lab.Tier.Gate = _gate.Task;
        _lab.A.Forget("other");
        Assert.True(SpinWait.SpinUntil(() => _lab.A.Remote!.Backlog == 0, TimeSpan.FromSeconds(10)));
    }
}
