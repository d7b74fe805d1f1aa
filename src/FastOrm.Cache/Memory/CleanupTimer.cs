namespace FastOrm.Cache.Memory;

/// <summary>
/// Removes expired entries from a tier at intervals. A running timer is held by the runtime, so it holds the tier only weakly: a
/// tier that was abandoned without being disposed is collected, and its timer ends itself.
/// </summary>
internal sealed class CleanupTimer : IDisposable
{
    // What a timer of the system accepts; beyond both ends the exact interval no longer matters.
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    private readonly WeakReference<MemoryTier> _tier;
    private readonly TimeSpan _interval;
    private readonly ITimer _timer;

    public CleanupTimer(MemoryTier tier, TimeSpan interval, TimeProvider time)
    {
        _tier = new WeakReference<MemoryTier>(tier);
        _interval = interval < Shortest ? Shortest : interval > Longest ? Longest : interval;
        _timer = time.CreateTimer(
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
            tier.RemoveExpired();
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
