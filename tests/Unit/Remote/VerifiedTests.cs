using FastOrm.Cache.Adapters;
using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Hybrid;
using static FastOrm.Cache.Tests.Unit.Remote.RemoteLab;

namespace FastOrm.Cache.Tests.Unit.Remote;

/// <summary>Callers who want to be certain of the changes of other nodes.</summary>
public sealed class VerifiedTests : IDisposable
{
    private static readonly CacheEntryOptions Verified = new() { Ttl = Minute, Consistency = CacheConsistency.Verified };

    private readonly RemoteLab _lab = new();

    [Fact]
    public async Task What_has_not_changed_is_served_from_memory_after_one_question()
    {
        await _lab.Remember(_lab.A);
        var reads = _lab.Tier.Reads;

        Assert.Equal(1, await _lab.Remember(_lab.A, options: Verified));

        Assert.Equal((1, reads + 1, 1), (_lab.Loads, _lab.Tier.Reads, _lab.A.Statistics.Hits));
    }

    [Fact]
    public async Task Reads_that_want_to_be_certain_are_counted_and_those_that_the_cache_answered()
    {
        await _lab.Remember(_lab.A);
        await _lab.Remember(_lab.A);
        Assert.Equal((0, 0), Certain(_lab.A));

        await _lab.Remember(_lab.A, options: Verified); // From memory.
        await _lab.Remember(_lab.B, options: Verified); // From the tier.
        await _lab.Remember(_lab.A, "another", Verified); // From the source.
        Assert.Equal(((2, 1), (1, 1)), (Certain(_lab.A), Certain(_lab.B)));

        await _lab.A.RememberManyAsync(["k", "another", "a third"], static id => id, Verified, static (ids, _)
            => Task.FromResult<IReadOnlyDictionary<string, int>>(ids.ToDictionary(static id => id, static _ => 1)), default);
        Assert.Equal((5, 3), Certain(_lab.A));

        using var strict = new RemoteLab(configure: static options => options.Consistency = CacheConsistency.Verified);
        await strict.A.SetAsync("k", 1);
        await strict.Settle();
        await strict.A.TryGetAsync<int>("k");
        strict.A.TryGet<int>("k");
        await strict.B.TryGetAsync<int>("k");
        await strict.B.TryGetAsync<int>("none");
        await strict.A.GetManyAsync<int>(["k", "none"]);
        Assert.Equal(((4, 3), (2, 1)), (Certain(strict.A), Certain(strict.B)));

        static (long Reads, long Hits) Certain(ICache cache) => (cache.Statistics.CertainReads, cache.Statistics.CertainHits);
    }

    [Fact]
    public async Task What_another_node_has_changed_is_not_served_although_its_message_is_lost()
    {
        await _lab.Remember(_lab.A, tags: "t");
        (_lab.Source, _lab.Tier.LosesMessages) = (2, true);
        await _lab.B.FlushAsync("t");
        Assert.Equal(1, await _lab.Remember(_lab.A, tags: "t"));

        var reading = _lab.Remember(_lab.A, options: Verified, tags: "t");
        Assert.False(reading.IsCompleted); // It waits for the message.
        _lab.Time.Advance(Minute / 4);

        Assert.Equal(2, await reading);
        Assert.Equal(2, await _lab.Remember(_lab.A, tags: "t")); // All callers know of it now.
    }

    [Fact]
    public async Task A_message_that_is_late_is_waited_for_and_costs_no_other_entry()
    {
        await _lab.Remember(_lab.A, "k", tags: "t");
        await _lab.Remember(_lab.A, "other");
        (_lab.Source, _lab.Tier.HoldsMessages) = (2, true);
        await _lab.B.FlushAsync("t");

        var reading = _lab.Remember(_lab.A, options: Verified, tags: "t");
        Assert.False(reading.IsCompleted);
        _lab.Tier.Tell();

        Assert.Equal(2, await reading);
        Assert.Equal(1, await _lab.Remember(_lab.A, "other", Verified));
    }

    [Fact]
    public async Task If_the_tier_cannot_be_asked_the_value_is_loaded_and_that_is_counted()
    {
        await _lab.Remember(_lab.A);
        (_lab.Source, _lab.Tier.Failure) = (2, new InvalidOperationException("away"));

        Assert.Equal(2, await _lab.Remember(_lab.A, options: Verified));
        Assert.Equal(2, _lab.Loads);
        Assert.Equal(1, _lab.A.Statistics.Bypasses["remote: what is in memory could not be verified"]);
    }

    [Fact]
    public async Task A_tier_that_does_not_answer_is_asked_once()
    {
        await _lab.Remember(_lab.A);
        _lab.Tier.Failure = new InvalidOperationException("away");
        var calls = 0;
        _lab.Tier.OnCall = () => calls++;

        await _lab.A.RememberAsync("k", Verified with { Tiers = CacheTiers.Memory }, _ => _lab.Load());

        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task A_change_that_the_tier_has_not_acknowledged_is_counted()
    {
        await _lab.A.FlushAsync("t");
        Assert.Empty(_lab.A.Statistics.Bypasses);

        _lab.Tier.Failure = new InvalidOperationException("away");
        await _lab.A.FlushAsync("t");

        Assert.Equal(1, _lab.A.Statistics.Bypasses["remote: a change that was not acknowledged in time"]);
    }

    [Fact]
    public async Task A_caller_who_does_not_ask_for_it_is_served_from_memory_without_a_question()
    {
        await _lab.Remember(_lab.A, options: Verified);
        var reads = _lab.Tier.Reads;

        await _lab.Remember(_lab.A);

        Assert.Equal((1, reads), (_lab.Loads, _lab.Tier.Reads));
    }

    [Fact]
    public async Task A_load_that_began_before_the_change_of_another_node_is_not_joined()
    {
        var end = new TaskCompletionSource();
        var early = _lab.A.RememberAsync("k", Minute, async _ =>
        {
            var read = await _lab.Load();
            await end.Task;
            return read;
        }).AsTask();
        (_lab.Source, _lab.Tier.HoldsMessages) = (2, true);
        await _lab.B.ForgetAsync("k");
        _ = Task.Run(_lab.Tier.Tell);

        Assert.Equal(2, await _lab.A.RememberAsync("k", Verified, _ => _lab.Load()));
        end.SetResult();
        Assert.Equal(1, await early);
        Assert.Equal(2, await _lab.Remember(_lab.A));
    }

    [Fact]
    public async Task Callers_who_come_while_a_question_is_on_its_way_share_the_next_one()
    {
        await _lab.Remember(_lab.A);
        var (reads, gate) = (_lab.Tier.Reads, new TaskCompletionSource());
        _lab.Tier.Gate = gate.Task;

        var first = _lab.A.RememberAsync("k", Verified, _ => _lab.Load()).AsTask();
        var others = Enumerable.Range(0, 20).Select(_ => _lab.A.RememberAsync("k", Verified, _ => _lab.Load()).AsTask()).ToArray();
        _lab.Tier.Gate = Task.CompletedTask;
        gate.SetResult();

        Assert.All(await Task.WhenAll([first, .. others]), value => Assert.Equal(1, value));
        Assert.Equal((1, reads + 2), (_lab.Loads, _lab.Tier.Reads));
    }

    [Fact]
    public async Task A_caller_who_gives_up_ends_the_question_of_nobody_else()
    {
        await _lab.Remember(_lab.A);
        var gate = new TaskCompletionSource();
        _lab.Tier.Gate = gate.Task;
        using var impatient = new CancellationTokenSource();
        var first = _lab.A.RememberAsync("k", Verified, _ => _lab.Load(), impatient.Token).AsTask();
        var second = _lab.A.RememberAsync("k", Verified, _ => _lab.Load()).AsTask();

        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        _lab.Tier.Gate = Task.CompletedTask;
        gate.SetResult();

        Assert.Equal(1, await second);
        Assert.Equal(1, _lab.Loads);
    }

    [Fact]
    public async Task A_new_era_is_noticed_at_once()
    {
        await _lab.Remember(_lab.A);
        _lab.Source = 2;
        _lab.Tier.Restart();

        Assert.Equal(2, await _lab.Remember(_lab.A, options: Verified));
    }

    [Fact]
    public async Task A_change_is_not_heard_before_the_values_that_it_names_have_left_memory()
    {
        WatchedTier? memory = null;
        using var lab = new RemoteLab(
            configure: options => options.UseLocalTier(settings => memory is null ? memory = new WatchedTier(settings) : new WatchedTier(settings)));
        await lab.Remember(lab.A);
        lab.Source = 2;
        var reading = Task.FromResult(0);
        memory!.OnNextRemoval = () => reading = lab.A.RememberAsync("k", Verified, _ => lab.Load()).AsTask();

        await lab.B.ForgetAsync("k");

        Assert.Equal(2, await reading.WaitAsync(Minute));
    }

    [Fact]
    public async Task Messages_that_go_on_coming_do_not_make_a_caller_wait_for_one_that_never_comes()
    {
        await _lab.Remember(_lab.A, tags: "t");
        (_lab.Source, _lab.Tier.LosesMessages) = (2, true);
        await _lab.B.FlushAsync("t");
        var reading = _lab.Remember(_lab.A, options: Verified, tags: "t");
        _lab.Tier.LosesMessages = false;
        _lab.Tier.BeginEra(); // The message that the caller waits for is of the era before.

        for (var i = 0; i < 100; i++)
        {
            await _lab.B.FlushAsync("other");
            _lab.Time.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Yield();
        }

        Assert.Equal(2, await reading.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task A_caller_who_waits_for_a_message_can_be_cancelled()
    {
        await _lab.Remember(_lab.A);
        _lab.Tier.HoldsMessages = true;
        await _lab.B.FlushAsync("other");
        using var impatient = new CancellationTokenSource();
        var reading = _lab.A.RememberAsync("k", Verified, _ => _lab.Load(), impatient.Token).AsTask();
        Assert.False(reading.IsCompleted);

        await impatient.CancelAsync();

        var given = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Equal(impatient.Token, given.CancellationToken);
    }

    [Theory]
    [InlineData(HybridCacheEntryFlags.None)]
    [InlineData(HybridCacheEntryFlags.DisableLocalCacheWrite)]
    [InlineData(HybridCacheEntryFlags.DisableDistributedCache)]
    public async Task The_hybrid_cache_is_as_certain_as_its_cache(HybridCacheEntryFlags flags)
    {
        using var lab = new RemoteLab(configure: static options => options.Consistency = CacheConsistency.Verified);
        var hybrid = new HybridCacheAdapter(lab.A);
        Assert.Equal(1, await hybrid.GetOrCreateAsync("k", async _ => await lab.Load()));
        await lab.Settle();
        (lab.Source, lab.Tier.LosesMessages) = (2, true);
        await lab.B.ForgetAsync("k");

        var reading = hybrid.GetOrCreateAsync(
            "k", async _ => await lab.Load(), new HybridCacheEntryOptions { Flags = flags }).AsTask();
        await lab.Time.AdvanceUntil(() => reading.IsCompleted);

        Assert.Equal(2, await reading);
    }

    [Fact]
    public async Task The_distributed_cache_is_as_certain_as_its_cache()
    {
        using var lab = new RemoteLab(configure: static options => options.Consistency = CacheConsistency.Verified);
        var (a, b) = (new DistributedCacheAdapter(lab.A), new DistributedCacheAdapter(lab.B));
        await a.SetAsync("k", [1], new DistributedCacheEntryOptions());
        Assert.NotNull(await a.GetAsync("k"));
        lab.Tier.LosesMessages = true;
        await b.RemoveAsync("k");

        var reading = a.GetAsync("k");
        await lab.Time.AdvanceUntil(() => reading.IsCompleted);

        Assert.Null(await reading);
    }

    [Fact]
    public async Task A_cache_can_be_certain_for_all_callers()
    {
        using var lab = new RemoteLab(configure: static options => options.Consistency = CacheConsistency.Verified);
        await lab.Remember(lab.A, "a");
        await lab.Remember(lab.A, "b");
        (lab.Source, lab.Tier.LosesMessages) = (2, true);
        await lab.B.ForgetAsync("a", "b", "c");
        var certain = lab.A.GetManyAsync<int>(["a", "b"]);
        lab.Time.Advance(Minute / 4);

        Assert.Empty(await certain);
        Assert.False((await lab.A.TryGetAsync<int>("a")).HasValue);
        Assert.False(lab.A.TryGet<int>("a").HasValue);
        Assert.Equal(2, lab.A.Remember("a", Minute, () => lab.Load().Result));
        var many = await lab.A.RememberManyAsync(
            ["a", "b"],
            static id => id,
            Minute,
            (ids, _) => Task.FromResult<IReadOnlyDictionary<string, int>>(ids.ToDictionary(static id => id, _ => lab.Load().Result)),
            default);
        Assert.Equal([2, 2], many.Values);
        Assert.Equal(4, lab.Loads);
        lab.Tier.Failure = new InvalidOperationException("away");
        Assert.Empty(await lab.A.GetManyAsync<int>(["a", "b"]));
        Assert.False(lab.A.TryGet<int>("a").HasValue);
    }

    [Fact]
    public void Without_a_shared_tier_there_is_nobody_to_ask()
    {
        using var cache = FastCache.Create(static options => options.Consistency = CacheConsistency.Verified);
        cache.Set("k", 1, Minute);

        Assert.Equal(1, cache.Remember("k", Verified, static () => 2));
    }

    [Fact]
    public void A_consistency_that_is_none_is_refused()
        => Assert.Contains(
            "Consistency must be Eventual or Verified",
            Assert.Throws<ArgumentOutOfRangeException>(
                static () => FastCache.Create(static options => options.Consistency = (CacheConsistency)7)).Message,
            StringComparison.Ordinal);

    public void Dispose() => _lab.Dispose();
}
