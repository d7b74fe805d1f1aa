using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.Engine;
using FastOrm.Cache.Tests.Unit.Support;
using static FastOrm.Cache.Tests.Unit.Remote.RemoteLab;

namespace FastOrm.Cache.Tests.Unit.Remote;

/// <summary>A tier that fails is a miss: nobody sees an exception, and nothing that a node has changed is served old by it.</summary>
public sealed class TierTroubleTests : IDisposable
{
    private static readonly Exception Down = new InvalidOperationException("The tier is down.");

    private readonly RemoteLab _lab = new();

    [Fact]
    public async Task Without_the_tier_a_node_caches_in_its_memory()
    {
        _lab.Tier.Failure = Down;
        await _lab.A.RememberAsync("k", Minute, _ => _lab.Load());
        await _lab.A.RememberAsync("k", Minute, _ => _lab.Load());

        Assert.Equal(1, _lab.Loads);
        Assert.True(_lab.A.Statistics.RemoteFailures > 0);
    }

    [Fact]
    public async Task A_node_that_starts_while_the_tier_is_down_uses_it_as_soon_as_it_is_there()
    {
        _lab.Tier.Failure = Down;
        var late = _lab.Start();
        await late.RememberAsync("k", Minute, _ => _lab.Load());
        _lab.Tier.Failure = null;
        _lab.Time.Advance(TimeSpan.FromSeconds(3));
        await _lab.Remember(_lab.A, "other", tags: "t");
        Assert.Equal(1, await _lab.Remember(late, "other", tags: "t"));
        Assert.Equal(2, _lab.Loads);
        _lab.Source = 2;

        await _lab.A.FlushAsync("t");

        Assert.Equal(2, await _lab.Remember(late, "other", tags: "t"));
    }

    [Fact]
    public async Task Until_the_tier_knows_of_a_change_its_node_does_not_ask_it()
    {
        await _lab.Remember(_lab.A, tags: "t");
        _lab.Source = 2;
        var gate = new TaskCompletionSource();
        _lab.Tier.Gate = gate.Task;
        var flushing = _lab.A.FlushAsync("t");
        _lab.Tier.Gate = Task.CompletedTask; // What is asked from now on overtakes it.

        Assert.Equal(2, await _lab.A.RememberAsync("k", Minute, _ => _lab.Load(), "t"));
        gate.SetResult();
        await flushing;
        Assert.Equal(2, await _lab.Remember(_lab.B, tags: "t"));
    }

    [Fact]
    public async Task Whoever_depends_on_a_change_that_is_not_acknowledged_is_counted()
    {
        var gate = new TaskCompletionSource();
        _lab.Tier.Gate = gate.Task;
        var flushing = _lab.A.FlushAsync("t");
        _lab.Tier.Gate = Task.CompletedTask;

        await _lab.A.RememberAsync("k", Minute, _ => _lab.Load(), "t");
        await _lab.A.RememberAsync("other", Minute, _ => _lab.Load(), "u");
        Assert.Equal(1, _lab.A.Statistics.Bypasses[RemoteBypasses.Unsent]);

        gate.SetResult();
        await flushing;
        await _lab.Remember(_lab.A, "third", tags: "t");
        Assert.Equal(1, _lab.A.Statistics.Bypasses[RemoteBypasses.Unsent]);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("too few stamps")]
    [InlineData("of before")]
    public async Task An_answer_that_does_not_count_is_counted(string answer)
    {
        await _lab.Remember(_lab.A, "other");
        switch (answer)
        {
            case "none":
                _lab.Tier.Failure = Down;
                break;
            case "too few stamps":
                _lab.Tier.LosesStamps = true;
                break;
            default:
                _lab.Tier.Pretend(ahead: 1_000); // Then the counter that is read is one that had passed already.
                break;
        }

        Assert.False(_lab.A.Statistics.Bypasses.ContainsKey(RemoteBypasses.Unread));
        await _lab.A.RememberAsync("k", Minute, _ => _lab.Load());

        Assert.Equal(1, _lab.A.Statistics.Bypasses[RemoteBypasses.Unread]);
    }

    [Fact]
    public async Task What_is_too_large_for_the_tier_stays_in_memory_and_is_counted()
    {
        using var lab = new RemoteLab(configure: static options => options.MaxResultBytes = 100);
        string[] tags = [.. Enumerable.Range(0, 50).Select(static i => $"tag {i}")]; // Of each an entry there has the stamp.
        await lab.Remember(lab.A, tags: tags);
        await lab.Remember(lab.A, tags: tags);

        Assert.Equal((1, 0), (lab.Loads, lab.Tier.Keys.Count));
        Assert.Equal(1, lab.A.Statistics.Bypasses[RemoteBypasses.TooLarge]);
    }

    [Fact]
    public async Task What_could_not_be_sent_is_sent_when_the_tier_is_back()
    {
        await _lab.Remember(_lab.A, tags: "t");
        await _lab.Remember(_lab.B, tags: "t");
        _lab.Source = 2;
        _lab.Tier.Failure = Down;
        var flushing = _lab.A.FlushAsync("t").AsTask();
        Assert.Equal(2, await _lab.A.RememberAsync("k", Minute, _ => _lab.Load(), "t"));

        _lab.Tier.Failure = null;
        await _lab.Time.AdvanceUntil(() => _lab.A.Remote!.State.UnsentCount == 0);
        await flushing;

        Assert.Equal(2, await _lab.Remember(_lab.B, tags: "t"));
    }

    [Fact]
    public async Task A_caller_waits_for_the_tier_no_longer_than_its_time()
    {
        _lab.Tier.Gate = new TaskCompletionSource().Task;
        var remembering = _lab.A.RememberAsync("k", Minute, _ => _lab.Load()).AsTask();
        Assert.False(remembering.IsCompleted);

        await _lab.Time.AdvanceUntil(() => remembering.IsCompleted);

        Assert.Equal(1, await remembering);
    }

    [Fact]
    public async Task No_more_than_64_stores_are_under_way_and_what_is_beyond_is_left_out_and_counted()
    {
        await _lab.Remember(_lab.A);
        var gate = new TaskCompletionSource();
        _lab.Tier.StoreGate = gate.Task;
        for (var i = 0; i < 67; i++)
        {
            await _lab.A.RememberAsync($"k{i}", Minute, _ => _lab.Load());
        }

        Assert.Equal(3, _lab.A.Statistics.Bypasses[RemoteBypasses.Busy]);
        gate.SetResult();
        await _lab.Settle();
        Assert.Equal(1 + 64, _lab.Tier.Keys.Count);
    }

    [Fact]
    public async Task With_1024_operations_under_way_nothing_more_is_read_until_they_have_ended_even_if_nobody_waits_for_them()
    {
        await _lab.Remember(_lab.A);
        var gate = new TaskCompletionSource();
        _lab.Tier.Gate = gate.Task;
        var loads = new List<Task<int>>();
        for (var i = 0; i < 1_030; i++)
        {
            loads.Add(_lab.A.RememberAsync($"k{i}", Minute, _ => _lab.Load()).AsTask());
        }

        Assert.Equal(1_024, loads.Count(static load => !load.IsCompleted));
        Assert.Equal(6, _lab.A.Statistics.Bypasses[RemoteBypasses.Crowded]);
        _lab.Time.Advance(TimeSpan.FromSeconds(1)); // The time of an operation.
        await Task.WhenAll(loads);
        _lab.Time.Advance(TimeSpan.FromSeconds(2)); // And that for which the tier is left alone.
        var crowded = _lab.A.Statistics.Bypasses[RemoteBypasses.Crowded];
        await _lab.A.RememberAsync("still", Minute, _ => _lab.Load());
        Assert.True(_lab.A.Statistics.Bypasses[RemoteBypasses.Crowded] > crowded);

        gate.SetResult();
        await _lab.Settle();
        _lab.Time.Advance(TimeSpan.FromSeconds(2));
        crowded = _lab.A.Statistics.Bypasses[RemoteBypasses.Crowded];
        await _lab.Remember(_lab.A, "again");
        Assert.Equal(crowded, _lab.A.Statistics.Bypasses[RemoteBypasses.Crowded]);
        Assert.Contains("v:again", _lab.Tier.Keys);
    }

    [Fact]
    public void Whoever_says_memory_last_has_no_tier_that_nodes_share()
    {
        using var cache = (CacheEngine)FastCache.Create(options =>
        {
            options.UseRemoteTier(_ => new InMemoryRemoteTier(_lab.Tier));
            options.UseRedis("localhost:1").UseMemory();
        });

        Assert.Null(cache.Remote);
        Assert.Null(cache.Statistics.Remote);
    }

    [Fact]
    public async Task A_caller_who_is_cancelled_while_the_tier_is_asked_is_cancelled()
    {
        using var cancellation = new CancellationTokenSource();
        _lab.Tier.Gate = new TaskCompletionSource().Task;
        var remembering = _lab.A.RememberAsync("k", Minute, _ => _lab.Load(), cancellation.Token).AsTask();

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => remembering);
        Assert.Equal(0, _lab.Loads);
    }

    [Fact]
    public async Task After_the_tier_has_lost_everything_nothing_of_before_is_served()
    {
        await _lab.Remember(_lab.A, tags: "t");
        await _lab.Remember(_lab.B, tags: "t");
        _lab.Tier.Restart();
        _lab.Source = 2;
        await _lab.A.FlushAsync("t");

        Assert.Equal(2, await _lab.Remember(_lab.B, tags: "t"));
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("empty")]
    [InlineData("flipped")]
    [InlineData("version")]
    [InlineData("garbage")]
    public async Task What_is_not_ours_in_the_tier_is_a_miss(string damage)
    {
        await _lab.Remember(_lab.A);
        _lab.Tier.Tamper(Assert.Single(_lab.Tier.Keys), bytes => damage switch
        {
            "cut" => bytes[..^1],
            "empty" => [],
            "flipped" => [.. bytes[..^1], (byte)(bytes[^1] ^ 1)],
            "version" => [bytes[0], bytes[1], 99, .. bytes[3..]],
            _ => "garbage that is long enough to be an entry, by its length at least, but is none of ours"u8.ToArray(),
        });

        await _lab.Remember(_lab.B);

        Assert.Equal(2, _lab.Loads);
    }

    [Fact]
    public async Task A_message_that_nobody_has_sent_hides_no_lost_ones_for_longer_than_a_poll_takes()
    {
        await _lab.Remember(_lab.A, tags: "t");
        await _lab.Remember(_lab.B, tags: "t");
        _lab.Tier.Pretend(ahead: 1_000_000);
        _lab.Time.Advance(TimeSpan.FromSeconds(1));
        await _lab.Remember(_lab.B, tags: "t"); // Asks, since nothing is known any more.
        await _lab.Remember(_lab.B, tags: "t");
        _lab.Tier.LosesMessages = true;
        _lab.Source = 2;
        await _lab.A.FlushAsync("t");
        Assert.Equal(1, await _lab.Remember(_lab.B, tags: "t"));

        _lab.Time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(2, await _lab.Remember(_lab.B, tags: "t"));
    }

    [Fact]
    public async Task What_is_found_under_the_key_of_another_is_a_miss()
    {
        await _lab.Remember(_lab.A, "one");
        var one = Assert.Single(_lab.Tier.Keys);
        await _lab.Remember(_lab.A, "two");
        byte[] stolen = [];
        _lab.Tier.Tamper(one, bytes => stolen = bytes);
        _lab.Tier.Tamper(_lab.Tier.Keys.Single(key => key != one), _ => stolen);

        await _lab.Remember(_lab.B, "two");

        Assert.Equal(3, _lab.Loads);
    }

    [Fact]
    public async Task While_no_change_can_be_heard_memory_is_trusted_for_a_while_and_then_no_longer()
    {
        using var lab = new RemoteLab(configure: static options => options.TrustWhileDisconnected = TimeSpan.FromSeconds(5));
        await lab.Remember(lab.A, options: TimeSpan.FromHours(1));
        lab.Tier.Failure = Down;
        lab.Time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(1, await lab.A.RememberAsync("k", TimeSpan.FromHours(1), _ => lab.Load()));
        Assert.Equal(1, lab.Loads);

        lab.Time.Advance(TimeSpan.FromSeconds(8));

        await lab.A.RememberAsync("k", TimeSpan.FromHours(1), _ => lab.Load());
        Assert.Equal(2, lab.Loads);
    }

    [Fact]
    public async Task The_end_of_that_trust_is_seen_by_the_first_look_up_after_it_and_not_by_the_next_poll()
    {
        using var lab = NewTrusting(TimeSpan.FromMinutes(150), poll: TimeSpan.FromHours(1));
        await Remember(lab);
        lab.Tier.Failure = Down;
        lab.Time.Advance(TimeSpan.FromMinutes(150) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, await Remember(lab));
        Assert.True((await lab.A.TryGetAsync<int>("k")).HasValue);

        lab.Time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.False((await lab.A.TryGetAsync<int>("k")).HasValue);
        Assert.Equal(2, await Remember(lab));
        Assert.Equal(2, await Remember(lab)); // What is loaded then is trusted for as long.
    }

    [Fact]
    public async Task What_is_stale_is_not_served_either_when_that_trust_has_ended()
    {
        using var lab = NewTrusting(TimeSpan.FromMinutes(150), poll: TimeSpan.FromHours(1));
        await Remember(lab);
        lab.Tier.Failure = Down;
        var stale = new CacheEntryOptions { Ttl = TimeSpan.FromMinutes(1), StaleIfError = TimeSpan.FromDays(1) };
        await lab.A.RememberAsync("stale", stale, _ => lab.Load());
        lab.Time.Advance(TimeSpan.FromMinutes(149));
        Task<int> Fail()
        {
            lab.Time.Advance(TimeSpan.FromMinutes(1));
            throw new InvalidOperationException("The source is down.");
        }

        await Assert.ThrowsAsync<InvalidOperationException>(() => lab.A.RememberAsync("stale", stale, _ => Fail()).AsTask());
    }

    [Fact]
    public async Task A_node_that_hears_everything_trusts_its_memory_however_rarely_it_polls()
    {
        using var lab = NewTrusting(TimeSpan.Zero, poll: TimeSpan.FromMinutes(1));
        await Remember(lab);

        for (var i = 0; i < 10; i++)
        {
            lab.Time.Advance(TimeSpan.FromSeconds(59));
            await Remember(lab);
        }

        Assert.Equal((1, 0, 10), (lab.Loads, lab.A.Statistics.RemoteHits, lab.A.Statistics.Hits));
        lab.Tier.Failure = Down;
        lab.Time.Advance(TimeSpan.FromMinutes(1)); // A poll fails, and nothing is trusted without.
        await Remember(lab);
        Assert.Equal(2, lab.Loads);
    }

    private static RemoteLab NewTrusting(TimeSpan time, TimeSpan poll)
        => new(configure: options => (options.TrustWhileDisconnected, options.PollInterval) = (time, poll));

    private static async Task<int> Remember(RemoteLab lab)
    {
        await lab.A.RememberAsync("k", TimeSpan.FromDays(1), _ => lab.Load());
        return lab.Loads;
    }

    [Fact]
    public async Task A_subscription_that_comes_too_late_is_ended()
    {
        var gate = new TaskCompletionSource();
        _lab.Tier.Gate = gate.Task;
        _lab.Start();
        for (var i = 0; i < 200; i++)
        {
            _lab.Time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        gate.SetResult();

        await _lab.Time.AdvanceUntil(() => _lab.Tier.Listeners == 3);
    }

    [Fact]
    public async Task What_waits_to_be_sent_is_sent_before_the_cache_ends()
    {
        await _lab.Remember(_lab.B, tags: "t");
        _lab.Source = 2;
        var gate = new TaskCompletionSource();
        _lab.Tier.Gate = gate.Task;
        _lab.A.Flush("other");
        Assert.True(SpinWait.SpinUntil(() => _lab.A.Remote!.Backlog == 0, TimeSpan.FromSeconds(10)));
        _lab.A.Flush("t");
        var ending = Task.Factory.StartNew(_lab.A.Dispose, TaskCreationOptions.LongRunning); // It blocks, and what it waits for needs threads.
        Assert.True(SpinWait.SpinUntil(() => !_lab.A.IsEnabled, TimeSpan.FromSeconds(10)));
        gate.SetResult();
        await ending;

        Assert.Equal(2, await _lab.B.RememberAsync("k", Minute, _ => _lab.Load(), "t"));
    }

    public void Dispose() => _lab.Dispose();
}
