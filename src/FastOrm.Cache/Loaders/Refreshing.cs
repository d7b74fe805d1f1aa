using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.Engine;

namespace FastOrm.Cache.Loaders;

/// <summary>The refreshing of one value, from its first read until nobody has read it for a while.</summary>
internal sealed class Refreshing<T> : IDisposable
{
    // What a timer of the system accepts. A value that lives longer is refreshed sooner than it must be.
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    private readonly Clock _clock;
    private readonly TimeSpan _interval;
    private readonly CacheLoaderOptions _options;
    private readonly Func<CancellationToken, ValueTask<T>> _refresh;
    private readonly Action<Refreshing<T>> _stopped;
    private readonly CancellationTokenSource _end = new();
    private readonly ITimer _timer;
    private long _readAt;
    private int _isStarted;

    public Refreshing(
        Clock clock,
        TimeSpan interval,
        CacheLoaderOptions options,
        Func<CancellationToken, ValueTask<T>> refresh,
        Action<Refreshing<T>> stopped)
    {
        (_clock, _options, _refresh, _stopped) = (clock, options, refresh, stopped);
        _interval = interval < Shortest ? Shortest : interval > Longest ? Longest : interval;
        _readAt = clock.Now;
        using var ownContext = ExecutionContext.SuppressFlow(); // It outlives the request in which the loader was made.
        _timer = clock.Provider.CreateTimer(
            static state => _ = ((Refreshing<T>)state!).RunAsync(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The value is read. The first time, its refreshing begins.</summary>
    public void Read()
    {
        Volatile.Write(ref _readAt, _clock.Now);
        if (Volatile.Read(ref _isStarted) == 0 && Interlocked.Exchange(ref _isStarted, 1) == 0)
        {
            Rearm();
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        Quietly.Cancel(_end);
    }

    private async Task RunAsync()
    {
        if (_clock.Now - Volatile.Read(ref _readAt) >= _options.StopAfter.TotalMilliseconds)
        {
            _stopped(this); // Whoever reads it next begins anew.
            Dispose();
            return;
        }

        try
        {
            await _refresh(_end.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // On a timer's thread it would end the process. The next time is soon.
            Report(exception);
        }

        if (!_end.IsCancellationRequested)
        {
            Rearm();
        }
    }

    private void Report(Exception exception)
    {
        if (!_end.IsCancellationRequested && _options.OnError is { } onError)
        {
            Quietly.Run(onError, exception);
        }
    }

    // One run at a time: the interval begins when the run before has ended. After a dispose this does nothing.
    private void Rearm() => _timer.Change(_interval, Timeout.InfiniteTimeSpan);
}
