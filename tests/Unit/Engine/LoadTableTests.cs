using FastOrm.Cache.Engine;
using FastOrm.Cache.Memory;
using FastOrm.Cache.Stamps;
using FastOrm.Cache.Tests.Unit.Support;

namespace FastOrm.Cache.Tests.Unit.Engine;

public sealed class LoadTableTests
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(5);

    private readonly ManualTimeProvider _time = new();
    private readonly StampTable _stamps = new();
    private readonly LocalCacheKey _key = new("key");
    private readonly LoadTable _loads;

    public LoadTableTests() => _loads = new LoadTable(MaxWait, _time);

    [Fact]
    public async Task Many_callers_join_one_load_and_all_get_its_value()
    {
        var lead = Enter(out var leads);
        Assert.True(leads);

        var waiters = Enumerable.Range(0, 50).Select(_ =>
        {
            var load = Enter(out var alsoLeads);
            Assert.False(alsoLeads);
            return load.WaitAsync(async: true, takesOffers: false, CancellationToken.None).AsTask();
        }).ToList();
        Assert.DoesNotContain(waiters, waiter => waiter.IsCompleted);

        lead.Finish(LoadOutcome.Loaded("rows"));
        _loads.Leave(lead);

        Assert.All(await Task.WhenAll(waiters), outcome => Assert.Equal((LoadEnd.Loaded, "rows"), (outcome.End, outcome.Value)));
        Assert.Equal(0, _loads.Count);
    }

    [Fact]
    public async Task Of_callers_that_arrive_at_once_exactly_one_leads()
    {
        for (var round = 0; round < 200; round++)
        {
            var led = 0;
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
            {
                _loads.Enter(_key, [], out var leads);
                Interlocked.Add(ref led, leads ? 1 : 0);
            })));

            Assert.Equal(1, led);
            Assert.Equal(1, _loads.Count);
            _loads.Leave(_loads.Enter(_key, [], out _));
        }
    }

    [Fact]
    public async Task When_the_leader_is_cancelled_a_waiter_takes_over()
    {
        var lead = Enter(out _);
        var waiter = Enter(out _).WaitAsync(async: true, takesOffers: false, CancellationToken.None).AsTask();

        _loads.Leave(lead);

        Assert.Equal(LoadEnd.Cancelled, (await waiter).End);
        var next = Enter(out var leads);
        Assert.True(leads);
        Assert.NotSame(lead, next);
    }

    [Fact]
    public async Task A_failure_reaches_those_who_wait_with_its_exception()
    {
        var lead = Enter(out _);
        var waiter = Enter(out _).WaitAsync(async: true, takesOffers: false, CancellationToken.None).AsTask();
        var error = new InvalidOperationException("no database");

        lead.Finish(LoadOutcome.Failed(error));
        _loads.Leave(lead);

        var outcome = await waiter;
        Assert.Equal(LoadEnd.Failed, outcome.End);
        Assert.Same(error, outcome.Error);
    }

    [Fact]
    public void All_who_waited_for_a_load_that_failed_meet_in_one_successor_even_after_its_end()
    {
        var failed = Enter(out _);
        failed.Finish(LoadOutcome.Failed(new InvalidOperationException()));
        _loads.Leave(failed);
        var second = _loads.Follow(failed, [], out var leads);
        second.Finish(LoadOutcome.Failed(new InvalidOperationException()));
        _loads.Leave(second);

        var late = _loads.Follow(failed, [], out var lateLeads);

        Assert.True(leads);
        Assert.False(lateLeads);
        Assert.Same(second, late);
        Assert.True(late.IsSecond);
    }

    [Fact]
    public void A_caller_who_saw_a_write_does_not_follow_into_a_load_begun_before_it()
    {
        var tag = _stamps.Tag(1);
        var failed = _loads.Enter(_key, [tag.Seen()], out _);
        var second = _loads.Follow(failed, [tag.Seen()], out _);
        tag.Change();

        var own = _loads.Follow(failed, [tag.Seen()], out var leads);

        Assert.True(leads);
        Assert.NotSame(second, own);
    }

    [Fact]
    public async Task Only_the_first_outcome_counts()
    {
        var lead = Enter(out _);
        lead.Finish(LoadOutcome.Loaded("rows"));
        lead.Finish(LoadOutcome.NotShared);
        _loads.Leave(lead);
        _loads.Leave(lead);

        Assert.Equal(LoadEnd.Loaded, (await lead.WaitAsync(async: true, takesOffers: false, CancellationToken.None)).End);
    }

    [Fact]
    public void A_caller_that_arrives_after_a_stamp_change_does_not_join()
    {
        var before = _loads.Enter(_key, [_stamps.Tag(1).Seen()], out _);
        _stamps.Tag(1).Change();

        var after = _loads.Enter(_key, [_stamps.Tag(1).Seen()], out var leads);

        Assert.True(leads);
        Assert.NotSame(before, after);
    }

    [Fact]
    public void An_overtaken_leader_does_not_end_the_load_that_overtook_it()
    {
        var before = _loads.Enter(_key, [_stamps.Tag(1).Seen()], out _);
        _stamps.Tag(1).Change();
        var after = _loads.Enter(_key, [_stamps.Tag(1).Seen()], out _);

        _loads.Leave(before);

        Assert.Same(after, _loads.Enter(_key, [_stamps.Tag(1).Seen()], out var leads));
        Assert.False(leads);
    }

    [Fact]
    public void Loads_of_different_keys_do_not_meet()
    {
        Enter(out _);
        _loads.Enter(new LocalCacheKey("other"), [], out var leads);

        Assert.True(leads);
        Assert.Equal(2, _loads.Count);
    }

    [Fact]
    public async Task A_wait_is_bounded_and_then_gives_nothing_to_share()
    {
        Enter(out _);
        var waiter = Enter(out _).WaitAsync(async: true, takesOffers: false, CancellationToken.None).AsTask();

        _time.Advance(MaxWait - TimeSpan.FromMilliseconds(1));
        Assert.False(waiter.IsCompleted);

        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(LoadEnd.NotShared, (await waiter).End);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task With_a_wait_of_zero_nobody_waits(bool async)
    {
        var loads = new LoadTable(TimeSpan.Zero, _time);
        loads.Enter(_key, [], out _);
        var waiter = loads.Enter(_key, [], out _).WaitAsync(async, takesOffers: false, CancellationToken.None);

        Assert.True(waiter.IsCompleted);
        Assert.Equal(LoadEnd.NotShared, (await waiter).End);
    }

    [Fact]
    public async Task A_synchronous_wait_is_complete_when_it_returns()
    {
        var lead = Enter(out _);
        var joined = Enter(out _);
        var waiting = Task.Run(() =>
        {
            var wait = joined.WaitAsync(async: false, takesOffers: false, CancellationToken.None);
            return (wait.IsCompleted, Outcome: wait.AsTask().Result);
        });

        lead.Finish(LoadOutcome.Loaded("rows"));

        var (completed, outcome) = await waiting;
        Assert.True(completed);
        Assert.Equal("rows", outcome.Value);
    }

    [Fact]
    public async Task A_synchronous_wait_is_bounded()
    {
        var loads = new LoadTable(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        loads.Enter(_key, [], out _);
        var joined = loads.Enter(_key, [], out _);

        Assert.Equal(LoadEnd.NotShared, (await joined.WaitAsync(async: false, takesOffers: false, CancellationToken.None)).End);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancelling_one_waiter_changes_nothing_for_the_others(bool async)
    {
        var lead = Enter(out _);
        var patient = Enter(out _).WaitAsync(async: true, takesOffers: false, CancellationToken.None).AsTask();
        using var cancellation = new CancellationTokenSource();
        var impatient = Task.Run(async () => await Enter(out _).WaitAsync(async, takesOffers: false, cancellation.Token));

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);

        Assert.False(patient.IsCompleted);
        lead.Finish(LoadOutcome.Loaded("rows"));
        Assert.Equal(LoadEnd.Loaded, (await patient).End);
    }

    private Load Enter(out bool leads) => _loads.Enter(_key, [], out leads);
}
