using static FastOrm.Cache.Tests.Unit.Patterns.QueueLab;

namespace FastOrm.Cache.Tests.Unit.Patterns;

/// <summary>A queue that is stopped writes what is left, or gives it back.</summary>
public sealed class WriteBehindStopTests
{
    [Fact]
    public async Task A_stop_waits_for_what_is_left_and_lets_nothing_in()
    {
        var gate = new TaskCompletionSource();
        await using var lab = new QueueLab(static options => options with { Capacity = 2 });
        lab.Source = (_, _) => gate.Task;
        await lab.Put("a", 1);
        await lab.Put("b", 2);
        var waiting = lab.Put("c", 3).AsTask();
        var stopping = lab.Queue.StopAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => lab.Put("d", 4).AsTask());
        Assert.False(stopping.IsCompleted);
        gate.SetResult();
        await stopping;
        Assert.Equal([("a", 1), ("b", 2)], lab.Written);
        Assert.Equal(new WriteBehindStatistics { Enqueued = 2, Written = 2 }, lab.Statistics);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task When_the_time_is_over_the_rest_goes_to_the_dead_letters(bool listens)
    {
        await using var lab = new QueueLab(static options => options with { DrainTimeout = TimeSpan.FromSeconds(5) });
        var begun = new TaskCompletionSource();
        lab.Source = (_, token) =>
        {
            begun.TrySetResult();
            return Task.Delay(Timeout.Infinite, listens ? token : CancellationToken.None);
        };
        await lab.Put("a", 1);
        await lab.Put("a", 2);
        await lab.Put("b", 3);
        await begun.Task;
        var stopping = lab.Queue.StopAsync();
        await lab.PassBackoff(TimeSpan.FromSeconds(5));
        await stopping;

        Assert.Equal([(1, 1), (2, 0), (3, 0)], lab.Dead.Select(static dead => (dead.Value, dead.Attempts)).Order());
        Assert.All(lab.Dead, static dead => Assert.True(dead.IsShutdown));
        Assert.Equal(new WriteBehindStatistics { Enqueued = 3, DeadLettered = 3 }, lab.Statistics);
        Assert.False(lab.Cache.TryGet<int>("a").IsCached || lab.Cache.TryGet<int>("b").IsCached);
    }

    [Fact]
    public async Task A_value_that_waits_for_its_retry_is_not_waited_for_when_the_time_is_over()
    {
        using var cancel = new CancellationTokenSource();
        await using var lab = new QueueLab();
        lab.Source = static (_, _) => Fail();
        await lab.Put("k", 1);
        await Until(() => lab.Time.ActiveTimers == 1);
        var stopping = lab.Queue.StopAsync(cancel.Token);
        await cancel.CancelAsync();
        await stopping;

        Assert.Equal((1, true), (Assert.Single(lab.Dead).Attempts, Assert.Single(lab.Dead).IsShutdown));
    }

    [Fact]
    public async Task To_dispose_at_once_gives_what_is_left_to_the_dead_letters()
    {
        await using var lab = new QueueLab();
        lab.Source = static (_, token) => Task.Delay(Timeout.Infinite, token);
        await lab.Put("k", 1);
        lab.Queue.Dispose();
        await lab.Queue.DisposeAsync();

        Assert.True(Assert.Single(lab.Dead).IsShutdown);
        await lab.Queue.StopAsync();
        await lab.Queue.DrainAsync();
        Assert.Equal(0, lab.Statistics.Waiting);
    }

    [Fact]
    public async Task To_give_up_the_wait_for_a_drain_gives_up_nothing_else()
    {
        var gate = new TaskCompletionSource();
        using var cancel = new CancellationTokenSource();
        await using var lab = new QueueLab();
        lab.Source = (_, _) => gate.Task;
        await lab.Put("k", 1);
        var drain = lab.Queue.DrainAsync(cancel.Token);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => drain);
        gate.SetResult();
        await lab.Queue.DrainAsync();
        Assert.Single(lab.Written);
    }
}
