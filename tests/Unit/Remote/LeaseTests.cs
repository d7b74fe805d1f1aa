using static FastOrm.Cache.Tests.Unit.Remote.RemoteLab;

namespace FastOrm.Cache.Tests.Unit.Remote;

/// <summary>One load per key among all nodes, where that is asked for.</summary>
public sealed class LeaseTests : IDisposable
{
    private readonly RemoteLab _lab = new(configure: static options => options.LoadLease = TimeSpan.FromSeconds(30));

    [Fact]
    public async Task A_node_waits_for_what_another_is_loading()
    {
        var gate = new TaskCompletionSource<int>();
        var first = _lab.A.RememberAsync("k", Minute, _ => gate.Task).AsTask();
        var second = _lab.B.RememberAsync("k", Minute, _ => _lab.Load()).AsTask();
        await Pass(10);
        Assert.False(second.IsCompleted);

        gate.SetResult(5);
        Assert.Equal(5, await first);
        await PassUntil(second);

        Assert.Equal((5, 0), (await second, _lab.Loads));
        Assert.Equal(1, _lab.B.Statistics.RemoteHits);
    }

    [Fact]
    public async Task A_node_that_dies_while_it_loads_delays_the_others_by_no_more_than_the_lease()
    {
        _ = _lab.A.RememberAsync("k", Minute, static _ => new TaskCompletionSource<int>().Task).AsTask();
        var second = _lab.B.RememberAsync("k", Minute, _ => _lab.Load()).AsTask();
        await Pass(50);
        Assert.False(second.IsCompleted);

        await PassUntil(second);

        Assert.Equal((1, 1), (await second, _lab.Loads));
    }

    [Fact]
    public async Task A_load_that_fails_gives_its_lease_back()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => _lab.A.RememberAsync<int>("k", Minute, static _ => throw new InvalidOperationException()).AsTask());

        var second = _lab.B.RememberAsync("k", Minute, _ => _lab.Load()).AsTask();

        Assert.True(second.IsCompleted);
        Assert.Equal(1, await second);
    }

    [Fact]
    public async Task A_caller_who_waits_for_another_node_can_be_cancelled()
    {
        _ = _lab.A.RememberAsync("k", Minute, static _ => new TaskCompletionSource<int>().Task).AsTask();
        using var cancellation = new CancellationTokenSource();
        var second = _lab.B.RememberAsync("k", Minute, _ => _lab.Load(), cancellation.Token).AsTask();
        await Pass(10);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.Equal(0, _lab.Loads);
    }

    [Fact]
    public async Task Without_the_tier_each_node_loads_for_itself()
    {
        _lab.Tier.Failure = new InvalidOperationException("down");

        Assert.Equal(1, await _lab.A.RememberAsync("k", Minute, _ => _lab.Load()));
        Assert.Equal(1, await _lab.B.RememberAsync("k", Minute, _ => _lab.Load()));
        Assert.Equal(2, _lab.Loads);
    }

    public void Dispose() => _lab.Dispose();

    private async Task Pass(int times)
    {
        for (var i = 0; i < times; i++)
        {
            _lab.Time.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Yield();
        }
    }

    private async Task PassUntil(Task task)
    {
        for (var i = 0; i < 10_000 && !task.IsCompleted; i++)
        {
            await Pass(1);
        }

        Assert.True(task.IsCompleted);
    }
}
