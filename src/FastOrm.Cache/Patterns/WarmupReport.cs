using Microsoft.Extensions.Logging;

namespace FastOrm.Cache.Patterns;

/// <summary>Counts the items of one warm-up and tells of them, one call at a time.</summary>
internal sealed class WarmupReport(string name, CacheWarmupOptions options, ILogger logger)
{
    private readonly Lock _gate = new();
    private readonly long _start = options.TimeProvider.GetTimestamp();
    private CacheWarmupProgress _progress = new(name, 0, 0, 0, TimeSpan.Zero, HasEnded: false, Error: null);

    public CacheWarmupProgress Progress => Volatile.Read(ref _progress);

    public void Found(int total) => Tell(progress => progress with { Total = total }, isTold: false);

    public void Done() => Tell(static progress => progress with { Done = progress.Done + 1 });

    public void Failed(Exception error)
    {
        PatternLog.WarmupItemFailed(logger, name, error);
        Tell(progress => progress with { Failed = progress.Failed + 1, Error = error });
    }

    public void Ended() => Tell(static progress => progress with { HasEnded = true });

    // Told under the lock, so that the numbers never go back.
    private void Tell(Func<CacheWarmupProgress, CacheWarmupProgress> change, bool isTold = true)
    {
        lock (_gate)
        {
            var now = change(_progress) with { Elapsed = options.TimeProvider.GetElapsedTime(_start) };
            Volatile.Write(ref _progress, now);
            if (isTold)
            {
                Log(now);
                Call(now);
            }
        }
    }

    private void Log(CacheWarmupProgress now)
    {
        if (now.HasEnded)
        {
            PatternLog.WarmupEnded(logger, name, now.Done, now.Total, now.Failed, now.Elapsed);
        }
        else
        {
            PatternLog.WarmupProgress(logger, name, now.Done, now.Total, now.Failed, now.Elapsed);
        }
    }

    private void Call(CacheWarmupProgress now)
    {
        try
        {
            options.OnProgress?.Invoke(now);
        }
        catch (Exception exception)
        {
            PatternLog.WarmupProgressFailed(logger, exception);
        }
    }
}
