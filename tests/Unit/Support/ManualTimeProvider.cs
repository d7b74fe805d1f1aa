namespace FastOrm.Cache.Tests.Unit.Support;

/// <summary>
/// A clock that stands still until a test moves it; that fires the timers that become due, in their order, each in the context in which it was
/// made, as the system's timers are.
/// </summary>
internal sealed class ManualTimeProvider : TimeProvider
{
    private static readonly ExecutionContext Nobodys = NewContext();

    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private TimeSpan _elapsed = TimeSpan.FromDays(1);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>What reading the clock throws, if anything.</summary>
    public Exception? Failure { get; set; }

    /// <summary>What happens when the next timer is made.</summary>
    public Action? OnNextTimer { get; set; }

    /// <summary>The timers that will still fire.</summary>
    public int ActiveTimers
    {
        get
        {
            lock (_gate)
            {
                return _timers.Count(timer => timer.DueAt is not null);
            }
        }
    }

    public override long GetTimestamp()
    {
        if (Failure is not null)
        {
            throw Failure;
        }

        lock (_gate)
        {
            return _elapsed.Ticks;
        }
    }

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(GetTimestamp());

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var onTimer = OnNextTimer;
        OnNextTimer = null;
        onTimer?.Invoke();
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        lock (_gate)
        {
            _timers.Add(timer);
        }

        return timer;
    }

    public void Advance(TimeSpan by)
    {
        var end = _elapsed + by;
        while (NextDue(end) is { } timer)
        {
            // Outside the lock: a callback may read the clock and change timers.
            timer.Fire();
        }

        lock (_gate)
        {
            _elapsed = end;
        }
    }

    /// <summary>Goes on until something has come of it. The continuations of timers run on other threads, which may be busy.</summary>
    public async Task AdvanceUntil(Func<bool> condition)
    {
        for (var i = 0; i < 10_000 && !condition(); i++)
        {
            Advance(TimeSpan.FromMilliseconds(50));
            await Task.Yield();
            if (i > 100)
            {
                await Task.Delay(1);
            }
        }

        Assert.True(condition());
    }

    // That of a timer which was made while no context flows.
    private static ExecutionContext NewContext()
    {
        ExecutionContext? context = null;
        var thread = new Thread(() => context = ExecutionContext.Capture());
        thread.UnsafeStart();
        thread.Join();
        return context!;
    }

    private ManualTimer? NextDue(TimeSpan end)
    {
        lock (_gate)
        {
            var timer = _timers.Where(timer => timer.DueAt <= end).MinBy(timer => timer.DueAt);
            if (timer is not null)
            {
                _elapsed = timer.DueAt!.Value;
                timer.DueAt = timer.Period > TimeSpan.Zero ? _elapsed + timer.Period : null;
            }

            return timer;
        }
    }

    private sealed class ManualTimer(ManualTimeProvider time, TimerCallback callback, object? state) : ITimer
    {
        private readonly ExecutionContext? _context = ExecutionContext.Capture();
        private bool _disposed;

        public TimeSpan? DueAt { get; set; }

        public TimeSpan Period { get; private set; }

        public void Fire() => ExecutionContext.Run(_context ?? Nobodys, _ => callback(state), null);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._gate)
            {
                Period = period;
                DueAt = _disposed || dueTime == Timeout.InfiniteTimeSpan ? null : time._elapsed + dueTime;
                return !_disposed;
            }
        }

        public void Dispose()
        {
            lock (time._gate)
            {
                _disposed = true;
                DueAt = null;
                time._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
