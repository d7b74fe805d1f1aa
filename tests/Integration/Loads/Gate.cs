namespace FastOrm.Cache.Tests.Integration.Loads;

/// <summary>Holds up the first that passes, or all, until the test opens it. Waits are bounded, so that a test fails and does not hang.</summary>
internal sealed class Gate(bool holdsAll = false)
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _arrivals;

    /// <summary>Complete when someone is held up.</summary>
    public Task Reached => _reached.Task.WaitAsync(Patience);

    /// <summary>A hook for <see cref="Support.SqlCounter.AfterRead"/>.</summary>
    public Task PassAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _arrivals) > 1 && !holdsAll)
        {
            return Task.CompletedTask;
        }

        _reached.TrySetResult();
        return _opened.Task.WaitAsync(Patience, cancellationToken);
    }

    public void Open() => _opened.TrySetResult();
}

/// <summary>The system's time, which tells how many callers have begun to wait for a load of another.</summary>
internal sealed class WaiterCount(TimeSpan loadWait, int expected) : TimeProvider
{
    private readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count;

    /// <summary>Complete when the expected number of callers has begun to wait.</summary>
    public Task Complete => _complete.Task.WaitAsync(Gate.Patience);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime == loadWait && Interlocked.Increment(ref _count) == expected)
        {
            _complete.TrySetResult();
        }

        return timer;
    }
}
