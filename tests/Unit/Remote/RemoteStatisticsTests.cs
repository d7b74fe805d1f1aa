using FastOrm.Cache.Coherence;
using FastOrm.Cache.Tests.Unit.Support;
using static FastOrm.Cache.Tests.Unit.Remote.RemoteLab;

namespace FastOrm.Cache.Tests.Unit.Remote;

/// <summary>How a cache stands with the tier that nodes share can be read from its statistics.</summary>
public sealed class RemoteStatisticsTests : IDisposable
{
    private static readonly Exception Down = new IOException("It is down. Start it.");

    private readonly RemoteLab _lab = new(configure: static options => options.TrustWhileDisconnected = TimeSpan.FromSeconds(10));

    private RemoteTierStatistics Remote => _lab.A.Statistics.Remote!;

    [Fact]
    public void A_cache_in_memory_alone_tells_nothing_of_a_tier()
    {
        using var cache = FastCache.Create();

        Assert.Null(cache.Statistics.Remote);
    }

    [Fact]
    public void While_all_is_well_it_is_asked_heard_and_trusted_and_nothing_waits()
        => Assert.Equal(new RemoteTierStatistics { Breaker = RemoteTierBreaker.Closed, IsListening = true, IsTrusted = true }, Remote);

    [Fact]
    public async Task A_tier_that_fails_is_left_alone_tried_and_asked_again_and_what_it_said_last_stays()
    {
        using var lab = new RemoteLab(configure: static options => options.PollInterval = TimeSpan.FromHours(1));
        RemoteTierStatistics Remote() => lab.A.Statistics.Remote!;
        lab.Tier.Failure = Down;
        for (var i = 0; i < Breaker.MaxFailures; i++)
        {
            Assert.Equal(RemoteTierBreaker.Closed, Remote().Breaker);
            await lab.A.TryGetAsync<int>("k");
        }

        var at = lab.Time.GetUtcNow();
        Assert.Equal((RemoteTierBreaker.Open, Down.Message, at), (Remote().Breaker, Remote().LastError, Remote().LastErrorAt));
        lab.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(RemoteTierBreaker.HalfOpen, Remote().Breaker);

        var gate = new TaskCompletionSource();
        (lab.Tier.Failure, lab.Tier.Gate) = (null, gate.Task);
        var trying = lab.A.TryGetAsync<int>("k");
        Assert.Equal(RemoteTierBreaker.Open, Remote().Breaker);
        gate.SetResult();
        await trying;
        Assert.Equal((RemoteTierBreaker.Closed, Down.Message, at), (Remote().Breaker, Remote().LastError, Remote().LastErrorAt));
    }

    [Fact]
    public async Task Of_a_tier_that_does_not_answer_in_time_it_is_said_what_to_look_at()
    {
        _lab.Tier.Gate = new TaskCompletionSource().Task;
        await _lab.Time.AdvanceUntil(() => Remote.LastError is not null);

        Assert.StartsWith(
            "It does not answer within the time of an operation (Redis.OperationTimeout). See whether", Remote.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tier_that_answers_no_poll_is_trusted_for_a_while_only()
    {
        _lab.Tier.Failure = Down;
        _lab.Time.Advance(TimeSpan.FromSeconds(9));
        Assert.True(Remote.IsTrusted);

        _lab.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(Remote.IsTrusted);
        Assert.False((await _lab.A.TryGetAsync<int>("k")).IsCached); // Who looks up finds that out as well, and it stays so.
        Assert.False(Remote.IsTrusted);
    }

    [Fact]
    public async Task Who_has_lost_the_changes_of_others_hears_them_again_with_the_next_answer()
    {
        _lab.Tier.BreakListening();
        Assert.False(Remote.IsListening);

        await _lab.Time.AdvanceUntil(() => Remote.IsListening);
    }

    [Fact]
    public async Task What_waits_to_be_sent_is_counted_and_so_is_what_stands_for_everything()
    {
        _lab.Tier.Failure = Down;
        await _lab.A.FlushAsync("a", "b");
        Assert.True(SpinWait.SpinUntil(() => Remote.Backlog == 2, TimeSpan.FromSeconds(10)));
        await _lab.A.FlushAsync("a", "c");
        Assert.Equal((3, false), (Remote.Backlog, Remote.IsBacklogEverything));

        await _lab.A.ForgetAsync([.. Enumerable.Range(0, Outbox.MaxKeys + 1).Select(static i => $"key {i}")]);
        Assert.Equal((1, true), (Remote.Backlog, Remote.IsBacklogEverything));

        _lab.Tier.Failure = null;
        await _lab.Time.AdvanceUntil(() => Remote is { Backlog: 0, IsBacklogEverything: false });
    }

    public void Dispose() => _lab.Dispose();
}
