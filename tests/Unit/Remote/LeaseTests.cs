using static FastOrm.Cache.Tests.Unit.Remote.RemoteLab;

namespace FastOrm.Cache.Tests.Unit.Remote;

/// <summary>One load per key among all nodes, where that is asked for.</summary>
public sealed class LeaseTests : IDisposable
{
    private readonly RemoteLab _lab = new(configure: static options => options.LoadLease = TimeSpan.FromSeconds(30));
    private readonly List<int> _loaded = [];

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
    public async Task A_caller_who_is_cancelled_when_it_has_taken_the_lease_gives_it_back()
    {
        using var cancellation = new CancellationTokenSource();
        var gate = new TaskCompletionSource();
        var calls = 0;
        _lab.Tier.OnCall = () =>
        {
            // It looks for the entry, takes the lease, and looks once more.
            if (++calls == 2)
            {
                _lab.Tier.Gate = gate.Task;
            }
        };
        var first = _lab.A.RememberAsync("k", Minute, _ => _lab.Load(), cancellation.Token).AsTask();
        _lab.Tier.OnCall = null;
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        _lab.Tier.Gate = Task.CompletedTask;
        gate.SetResult();
        await _lab.Settle();

        var second = _lab.B.RememberAsync("k", Minute, _ => _lab.Load()).AsTask();

        Assert.True(second.IsCompleted);
        Assert.Equal((1, 1), (await second, _lab.Loads));
    }

    [Fact]
    public async Task Without_the_tier_each_node_loads_for_itself()
    {
        _lab.Tier.Failure = new InvalidOperationException("down");

        Assert.Equal(1, await _lab.A.RememberAsync("k", Minute, _ => _lab.Load()));
        Assert.Equal(1, await _lab.B.RememberAsync("k", Minute, _ => _lab.Load()));
        Assert.Equal(2, _lab.Loads);
    }

    [Fact]
    public async Task Of_several_values_a_node_loads_at_once_what_nobody_loads_and_waits_for_the_others()
    {
        var gate = new TaskCompletionSource();
        var first = Many(_lab.A, [1, 2], gate.Task);
        var second = Many(_lab.B, [1, 2, 3], Task.CompletedTask);
        await Pass(10);
        Assert.Equal([1, 2, 3], _loaded);
        Assert.False(second.IsCompleted);

        gate.SetResult();
        await first;
        await PassUntil(second);

        Assert.Equal([10, 20, 30], (await second).Values.Order());
        Assert.Equal((3, 2L), (_loaded.Count, _lab.B.Statistics.RemoteHits));
    }

    [Fact]
    public async Task Two_nodes_that_load_several_values_never_wait_for_each_other()
    {
        var (gateOfA, gateOfB) = (new TaskCompletionSource(), new TaskCompletionSource());
        var one = Many(_lab.A, [1], gateOfA.Task);
        var two = Many(_lab.B, [2], gateOfB.Task);
        var both = Many(_lab.A, [1, 2, 3], Task.CompletedTask);
        var bothToo = Many(_lab.B, [3, 2, 1], Task.CompletedTask);
        gateOfB.SetResult();
        gateOfA.SetResult();
        await PassUntil(Task.WhenAll(one, two, both, bothToo));

        Assert.Equal([1, 2, 3], _loaded.Order());
    }

    [Fact]
    public async Task A_node_that_dies_with_leases_of_several_values_delays_the_others_by_no_more_than_their_time()
    {
        _ = Many(_lab.A, [1, 2], new TaskCompletionSource().Task);
        var second = Many(_lab.B, [1, 2], Task.CompletedTask);
        await Pass(50);
        Assert.False(second.IsCompleted);

        await PassUntil(second);

        Assert.Equal([10, 20], (await second).Values.Order());
    }

    [Fact]
    public async Task A_load_of_several_values_that_fails_or_is_cancelled_gives_its_leases_back()
    {
        using var cancellation = new CancellationTokenSource();
        await Assert.ThrowsAsync<InvalidDataException>(() => Many(_lab.A, [1, 2], Task.FromException(new InvalidDataException())));
        var cancelled = Many(_lab.A, [1, 2], Task.Delay(-1, cancellation.Token), cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);

        var second = Many(_lab.B, [1, 2], Task.CompletedTask);

        Assert.True(second.IsCompleted);
        Assert.Equal([10, 20], (await second).Values.Order());
    }

    [Fact]
    public void Synchronous_callers_take_leases_of_several_values_too()
    {
        Assert.Equal([10, 20], Load(_lab.A));
        Assert.Equal([10, 20], Load(_lab.B));
        Assert.Equal([1, 2], _loaded);

        IEnumerable<int> Load(ICache node)
            => node.RememberMany<int, int>(
                [1, 2],
                static id => $"n:{id}",
                Minute,
                ids =>
                {
                    _loaded.AddRange(ids);
                    return ids.ToDictionary(static id => id, static id => 10 * id);
                }).Values.Order();
    }

    [Fact]
    public async Task Without_the_tier_each_node_loads_several_values_for_itself()
    {
        _lab.Tier.Failure = new InvalidOperationException("down");

        await Many(_lab.A, [1, 2], Task.CompletedTask);
        await Many(_lab.B, [1, 2], Task.CompletedTask);

        Assert.Equal([1, 2, 1, 2], _loaded);
    }

    public void Dispose() => _lab.Dispose();

    private Task<IReadOnlyDictionary<int, int>> Many(ICache node, int[] ids, Task gate, CancellationToken cancellationToken = default)
        => node.RememberManyAsync(
            ids,
            static id => $"n:{id}",
            Minute,
            async (missing, _) =>
            {
                _loaded.AddRange(missing);
                await gate;
                return (IReadOnlyDictionary<int, int>)missing.ToDictionary(static id => id, static id => 10 * id);
            },
            cancellationToken).AsTask();

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
