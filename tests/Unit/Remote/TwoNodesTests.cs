using static FastOrm.Cache.Tests.Unit.Remote.RemoteLab;

namespace FastOrm.Cache.Tests.Unit.Remote;

/// <summary>Values of two nodes that share a tier: what one has loaded the other need not load, and what one changes the other does not serve.</summary>
public sealed class TwoNodesTests : IDisposable
{
    private readonly RemoteLab _lab = new();

    [Fact]
    public async Task What_one_node_has_loaded_another_takes_from_the_tier_and_keeps()
    {
        Assert.Equal(1, await _lab.Remember(_lab.A));
        Assert.Equal(1, await _lab.Remember(_lab.B));
        var reads = _lab.Tier.Reads;
        Assert.Equal(1, await _lab.Remember(_lab.B));

        Assert.Equal(1, _lab.Loads);
        Assert.Equal(reads, _lab.Tier.Reads);
        Assert.Equal((1, 0, 2), (_lab.B.Statistics.RemoteHits, _lab.B.Statistics.Misses, _lab.B.Statistics.Hits));
        Assert.Equal((0, 1), (_lab.A.Statistics.RemoteHits, _lab.A.Statistics.Misses));
    }

    [Fact]
    public async Task A_tag_that_one_node_flushes_is_flushed_on_the_other()
    {
        await _lab.Remember(_lab.A, tags: "shop:1");
        await _lab.Remember(_lab.B, tags: "shop:1");
        _lab.Source = 2;

        await _lab.A.FlushAsync("shop");

        Assert.Equal(2, await _lab.Remember(_lab.B, tags: "shop:1"));
        Assert.Equal(2, await _lab.Remember(_lab.A, tags: "shop:1"));
        Assert.Equal(2, _lab.Loads);
    }

    [Fact]
    public async Task A_key_that_one_node_forgets_is_forgotten_by_the_other_and_leaves_the_tier()
    {
        await _lab.Remember(_lab.A);
        await _lab.Remember(_lab.B);

        await _lab.A.ForgetAsync("k");

        Assert.False((await _lab.B.TryGetAsync<int>("k")).HasValue);
        Assert.Empty(_lab.Tier.Keys);
    }

    [Fact]
    public async Task What_one_node_sets_the_other_gets_although_it_had_another_value()
    {
        await _lab.Remember(_lab.A);
        await _lab.Remember(_lab.B);

        await _lab.A.SetAsync("k", 7, Minute);

        Assert.Equal(7, (await _lab.B.TryGetAsync<int>("k")).Value);
        Assert.Equal(7, (await _lab.A.TryGetAsync<int>("k")).Value);
    }

    [Fact]
    public async Task The_tags_of_what_is_set_are_found_by_those_who_do_not_name_them()
    {
        await _lab.A.SetAsync("k", 7, new CacheEntryOptions { Ttl = Minute, Tags = ["t"] });
        Assert.Equal(7, (await _lab.B.TryGetAsync<int>("k")).Value);

        await _lab.A.FlushAsync("t");

        Assert.False((await _lab.B.TryGetAsync<int>("k")).HasValue);
        Assert.False((await _lab.A.TryGetAsync<int>("k")).HasValue);
    }

    [Fact]
    public async Task A_refresh_on_one_node_replaces_what_the_other_has()
    {
        await _lab.Remember(_lab.A);
        await _lab.Remember(_lab.B);
        _lab.Source = 2;

        await _lab.A.RefreshAsync("k", Minute, _ => _lab.Load());
        await _lab.Settle();

        Assert.Equal(2, await _lab.Remember(_lab.B));
        Assert.Equal(2, _lab.Loads);
    }

    [Fact]
    public async Task A_clear_on_one_node_clears_the_other()
    {
        await _lab.Remember(_lab.A);
        await _lab.Remember(_lab.B);
        _lab.Source = 2;

        await _lab.A.ClearAsync();

        Assert.Equal(2, await _lab.Remember(_lab.B));
    }

    [Fact]
    public async Task What_is_written_through_on_one_node_the_other_gets()
    {
        await _lab.Remember(_lab.B);

        await _lab.A.WriteThroughAsync("k", 5, (value, _) => Task.FromResult(_lab.Source = value), Minute);

        Assert.Equal(5, (await _lab.B.TryGetAsync<int>("k")).Value);
        Assert.Equal(1, _lab.Loads);
    }

    [Fact]
    public async Task A_load_that_another_node_overtakes_is_kept_by_nobody()
    {
        var gate = new TaskCompletionSource<int>();
        var loading = _lab.A.RememberAsync("k", Minute, _ => gate.Task, "t").AsTask();
        await _lab.B.FlushAsync("t");
        gate.SetResult(1);
        Assert.Equal(1, await loading);
        _lab.Source = 2;

        Assert.Equal(2, await _lab.Remember(_lab.A, tags: "t"));
        Assert.Equal(2, await _lab.Remember(_lab.B, tags: "t"));
    }

    [Fact]
    public async Task A_load_that_is_overtaken_and_whose_message_is_lost_is_dead_in_the_tier()
    {
        var gate = new TaskCompletionSource<int>();
        var loading = _lab.A.RememberAsync("k", Minute, _ => gate.Task, "t").AsTask();
        _lab.Tier.LosesMessages = true;
        await _lab.B.FlushAsync("t");
        gate.SetResult(1);
        await loading;
        await _lab.Settle();
        _lab.Source = 2;

        Assert.Equal(2, await _lab.Remember(_lab.B, tags: "t"));
    }

    [Fact]
    public async Task A_lost_message_leaves_the_old_value_for_two_polls_at_the_most()
    {
        await _lab.Remember(_lab.A, tags: "t");
        await _lab.Remember(_lab.B, tags: "t");
        _lab.Source = 2;
        _lab.Tier.LosesMessages = true;
        await _lab.A.FlushAsync("t");
        Assert.Equal(1, await _lab.Remember(_lab.B, tags: "t"));

        _lab.Time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(2, await _lab.Remember(_lab.B, tags: "t"));
    }

    [Fact]
    public async Task Absence_and_null_are_values_of_the_other_node_too()
    {
        var options = new CacheEntryOptions { Ttl = Minute, IsNotFound = static exception => exception is KeyNotFoundException };
        Assert.Null(await _lab.A.RememberAsync<string?>("absent", options, static _ => throw new KeyNotFoundException()));
        Assert.Null(await _lab.A.RememberAsync("null", options, static _ => Task.FromResult<string?>(null)));
        await _lab.Settle();

        var absent = await _lab.B.TryGetAsync<string>("absent");
        var nothing = await _lab.B.TryGetAsync<string>("null");

        Assert.Equal((true, false), (absent.IsCached, absent.HasValue));
        Assert.Equal((true, true), (nothing.IsCached, nothing.HasValue));
    }

    [Fact]
    public async Task Objects_of_two_nodes_are_two_objects_and_equal()
    {
        await _lab.A.SetAsync("k", new List<string> { "a", "b" }, Minute);
        var first = (await _lab.B.TryGetAsync<List<string>>("k")).Value!;
        first.Add("c");

        Assert.Equal(["a", "b"], (await _lab.B.TryGetAsync<List<string>>("k")).Value!);
    }

    [Fact]
    public async Task What_is_copied_for_each_caller_here_is_written_for_other_nodes()
    {
        using var lab = new RemoteLab(configure: static options => options.CopyWith<List<int>>(static list => [.. list]));
        await lab.A.SetAsync("k", new List<int> { 1, 2 }, Minute);
        (await lab.B.TryGetAsync<List<int>>("k")).Value!.Add(3);

        Assert.Equal([1, 2], (await lab.B.TryGetAsync<List<int>>("k")).Value!);
    }

    [Fact]
    public async Task A_value_that_was_stored_as_another_type_is_a_miss()
    {
        await _lab.A.SetAsync("k", 7, Minute);

        Assert.False((await _lab.B.TryGetAsync<string>("k")).HasValue);
        Assert.Equal("x", await _lab.B.RememberAsync("k", Minute, static _ => Task.FromResult("x")));
    }

    [Fact]
    public async Task The_time_to_live_counts_from_the_first_load()
    {
        await _lab.Remember(_lab.A);
        _lab.Time.Advance(TimeSpan.FromSeconds(50));
        await _lab.Remember(_lab.B);
        _lab.Time.Advance(TimeSpan.FromSeconds(10));

        await _lab.Remember(_lab.B);

        Assert.Equal(2, _lab.Loads);
    }

    [Fact]
    public async Task A_caller_who_wants_a_younger_value_loads_it()
    {
        await _lab.Remember(_lab.A);
        _lab.Time.Advance(TimeSpan.FromSeconds(20));

        await _lab.Remember(_lab.B, options: TimeSpan.FromSeconds(10));

        Assert.Equal(2, _lab.Loads);
    }

    [Fact]
    public async Task After_its_local_time_a_value_is_asked_for_in_the_tier_again()
    {
        var options = new CacheEntryOptions { Ttl = Minute, LocalTtl = TimeSpan.FromSeconds(5) };
        await _lab.Remember(_lab.A, options: options);
        _lab.Time.Advance(TimeSpan.FromSeconds(5));

        await _lab.Remember(_lab.A, options: options);

        Assert.Equal((1, 1), (_lab.Loads, _lab.A.Statistics.RemoteHits));
    }

    [Fact]
    public async Task What_is_kept_in_memory_alone_never_reaches_the_tier()
    {
        var options = new CacheEntryOptions { Ttl = Minute, Tiers = CacheTiers.Memory };
        await _lab.Remember(_lab.A, options: options);
        await _lab.Remember(_lab.B, options: options);

        Assert.Equal((2, 0), (_lab.Loads, _lab.Tier.Stores));
    }

    [Fact]
    public async Task What_is_kept_in_the_tier_alone_is_read_there_each_time()
    {
        var options = new CacheEntryOptions { Ttl = Minute, Tiers = CacheTiers.Remote };
        await _lab.Remember(_lab.A, options: options);
        await _lab.Remember(_lab.A, options: options);
        await _lab.Remember(_lab.A, options: options);

        Assert.Equal((1, 2, 0), (_lab.Loads, _lab.A.Statistics.RemoteHits, _lab.A.Statistics.Entries));
    }

    [Fact]
    public async Task A_stale_value_of_the_tier_is_served_to_those_who_do_not_load()
    {
        var options = new CacheEntryOptions { Ttl = Minute, StaleFor = Minute };
        await _lab.Remember(_lab.A, options: options);
        _lab.Time.Advance(TimeSpan.FromSeconds(70));
        var gate = new TaskCompletionSource<int>();
        var leader = _lab.B.RememberAsync("k", options, _ => gate.Task);

        Assert.Equal(1, await _lab.B.RememberAsync("k", options, _ => _lab.Load()));
        gate.SetResult(2);
        Assert.Equal(2, await leader);
        Assert.Equal(1, _lab.Loads);
    }

    [Fact]
    public async Task If_the_load_fails_the_last_value_of_the_tier_is_served()
    {
        var options = new CacheEntryOptions { Ttl = Minute, StaleIfError = Minute };
        await _lab.Remember(_lab.A, options: options);
        _lab.Time.Advance(TimeSpan.FromSeconds(70));

        Assert.Equal(1, await _lab.B.RememberAsync<int>("k", options, static _ => throw new InvalidOperationException()));
    }

    [Fact]
    public async Task Synchronous_callers_use_the_tier_too()
    {
        _lab.A.Set("set", 7, Minute);
        Assert.Equal(1, _lab.A.Remember("k", Minute, () => _lab.Load().Result));
        await _lab.Settle();

        Assert.Equal(7, _lab.B.TryGet<int>("set").Value);
        Assert.Equal(1, _lab.B.Remember("k", Minute, () => _lab.Load().Result));
        Assert.Equal(1, _lab.Loads);
        _lab.A.Forget("k");
        await _lab.Settle();
        Assert.False(_lab.B.TryGet<int>("k").HasValue);
    }

    [Fact]
    public async Task Two_caches_of_two_names_share_nothing_with_two_tiers()
    {
        using var other = new RemoteLab(nodes: 1);
        await _lab.Remember(_lab.A);

        await other.Remember(other.A);

        Assert.Equal(1, other.Loads);
    }

    [Fact]
    public async Task A_cache_that_keeps_nothing_in_memory_lives_from_the_tier_alone()
    {
        using var lab = new RemoteLab(configure: static options => options.Tiers = CacheTiers.Remote);
        await lab.Remember(lab.A, tags: "t");
        await lab.Remember(lab.A, tags: "t");
        await lab.Remember(lab.B, tags: "t");
        await lab.A.SetAsync("set", 7, Minute);

        Assert.Equal((1, 7), (lab.Loads, (await lab.B.TryGetAsync<int>("set")).Value));
        Assert.Equal((0, 0), (lab.A.Statistics.Entries, lab.B.Statistics.Entries));
        lab.Source = 2;
        await lab.B.FlushAsync("t");
        await lab.B.ForgetAsync("set");
        Assert.Equal(2, await lab.Remember(lab.A, tags: "t"));
        Assert.False((await lab.A.TryGetAsync<int>("set")).HasValue);
    }

    [Fact]
    public async Task A_value_of_the_tier_that_is_too_old_for_the_caller_is_loaded_and_replaced()
    {
        await _lab.Remember(_lab.A, options: TimeSpan.FromHours(1));
        _lab.Time.Advance(Minute);
        _lab.Source = 2;

        Assert.Equal(2, await _lab.Remember(_lab.B, options: Minute));
        Assert.Equal(0, _lab.B.Statistics.RemoteHits);
        Assert.Equal(2, await _lab.Remember(_lab.Start(), options: Minute));
        Assert.Equal(2, _lab.Loads);
    }

    [Fact]
    public async Task A_node_hears_its_own_messages_and_drops_nothing_for_them()
    {
        await _lab.Remember(_lab.A, "kept", tags: "t");
        _lab.Tier.HoldsMessages = true;
        await _lab.A.FlushAsync("t");
        await _lab.A.SetAsync("set", 7, Minute);
        await _lab.Remember(_lab.A, "kept", tags: "t"); // With the stamp as it is after the flush.
        var (loads, reads) = (_lab.Loads, _lab.Tier.Reads);

        _lab.Tier.Tell();

        Assert.Equal(7, (await _lab.A.TryGetAsync<int>("set")).Value);
        await _lab.A.RememberAsync("kept", Minute, _ => _lab.Load(), "t");
        Assert.Equal((loads, reads), (_lab.Loads, _lab.Tier.Reads));
    }

    [Fact]
    public async Task A_load_that_outlives_its_cache_gives_its_value_and_is_stored_nowhere()
    {
        var gate = new TaskCompletionSource<int>();
        var loading = _lab.A.RememberAsync("k", Minute, _ => gate.Task).AsTask();
        var waiting = _lab.A.RememberAsync("k", Minute, _ => _lab.Load()).AsTask();
        _lab.A.Dispose();
        gate.SetResult(5);

        Assert.Equal((5, 5), (await loading, await waiting));
        Assert.Equal((0, 0), (_lab.Tier.Keys.Count, _lab.A.Statistics.Entries));
        Assert.Equal(1, await _lab.Remember(_lab.B));
    }

    [Fact]
    public async Task What_a_write_behind_queue_is_given_the_other_node_gets_at_once_and_from_its_source_when_it_is_written()
    {
        await _lab.Remember(_lab.B);
        var gate = new TaskCompletionSource();
        await using (var queue = new WriteBehindQueue<int>(
            _lab.A,
            async (_, value, _) =>
            {
                await gate.Task;
                _lab.Source = value;
            },
            new WriteBehindOptions<int> { OnDeadLetter = static _ => Task.CompletedTask }))
        {
            await queue.EnqueueAsync("k", 2);
            await _lab.Settle();
            Assert.Equal(2, (await _lab.B.TryGetAsync<int>("k")).Value);
            gate.SetResult();
        }

        await _lab.Settle();
        Assert.Equal((2, 2), (await _lab.Remember(_lab.B), _lab.Loads));
        Assert.Equal((2, 2), (await _lab.Remember(_lab.A), _lab.Loads));
    }

    [Fact]
    public async Task What_is_refreshed_does_not_undo_what_another_node_has_forgotten_since_the_load_began()
    {
        var gate = new TaskCompletionSource();
        _lab.Tier.HoldsMessages = true;
        var refreshing = await RefreshUntilItHasReadAsync(gate.Task);
        _lab.Source = 2;
        await _lab.B.ForgetAsync("k");

        gate.SetResult();
        await _lab.Time.AdvanceUntil(() => refreshing.IsCompleted);
        _lab.Tier.HoldsMessages = false;
        _lab.Tier.Tell();
        await _lab.Settle();

        Assert.Equal(1, await refreshing);
        Assert.Equal(2, await _lab.Remember(_lab.B));
        Assert.Equal(2, await _lab.Remember(_lab.A));
    }

    [Fact]
    public async Task What_is_refreshed_is_stored_nowhere_when_a_message_was_lost_that_may_have_been_of_its_key()
    {
        var gate = new TaskCompletionSource();
        var refreshing = await RefreshUntilItHasReadAsync(gate.Task);
        _lab.Source = 2;
        _lab.Tier.LosesMessages = true;
        await _lab.B.ForgetAsync("k");
        _lab.Tier.LosesMessages = false;

        gate.SetResult();

        Assert.Equal(1, await refreshing); // It has heard its own message, and by that of the gap before it.
        Assert.Equal(2, await _lab.Remember(_lab.B));
        Assert.Equal(2, await _lab.Remember(_lab.A));
    }

    public void Dispose() => _lab.Dispose();

    /// <summary>A refresh that has read its source, and gives what it has read when the gate opens.</summary>
    private async Task<Task<int>> RefreshUntilItHasReadAsync(Task gate)
    {
        var hasRead = new TaskCompletionSource();
        var refreshing = _lab.A.RefreshAsync("k", Minute, async _ =>
        {
            var read = await _lab.Load();
            hasRead.SetResult();
            await gate;
            return read;
        }).AsTask();
        await hasRead.Task; // The stamps are asked for first, and that may go on elsewhere.
        return refreshing;
    }
}
