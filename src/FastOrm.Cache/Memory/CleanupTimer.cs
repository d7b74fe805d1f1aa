using FastOrm.Cache.Engine;

namespace FastOrm.Cache.Memory;

/// <summary>
/// Removes dead entries from a tier at intervals. A running timer is held by the runtime, so it holds the tier only weakly: a
/// tier that was abandoned without being disposed is collected, and its timer ends itself.
/// </summary>
internal sealed class CleanupTimer : IDisposable
{
    // What a timer of the system accepts; beyond both ends the exact interval no longer matters.
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    private readonly WeakReference<ILocalCacheTier> _tier;
    private readonly Clock _clock;
    private readonly TimeSpan _interval;
    private readonly ITimer _timer;

    public CleanupTimer(ILocalCacheTier tier, TimeSpan interval, Clock clock)
    {
        _tier = new WeakReference<ILocalCacheTier>(tier);
        _clock = clock;
        _interval = interval < Shortest ? Shortest : interval > Longest ? Longest : interval;
        using var ownContext = ExecutionContext.SuppressFlow(); // It outlives the request in which the cache was made.
        _timer = clock.Provider.CreateTimer(
            static state => ((CleanupTimer)state!).Run(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Rearm();
    }

    public void Dispose() => _timer.Dispose();

    private void Run()
    {
        if (!_tier.TryGetTarget(out var tier))
        {
            Dispose();
            return;
        }

        try
        {
            tier.RemoveDead(_clock.Now);
        }
        catch (Exception)
        {
            // On a timer's thread it would end the process. What was not removed now is found the next time.
        }
        finally
        {
            Rearm();
        }
    }

    // One run at a time: the interval begins when the run before has ended. After a dispose this does nothing.
    private void Rearm() => _timer.Change(_interval, Timeout.InfiniteTimeSpan);
}
