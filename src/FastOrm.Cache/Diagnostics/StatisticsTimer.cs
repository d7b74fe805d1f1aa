using FastOrm.Cache.Engine;
using Microsoft.Extensions.Logging;

namespace FastOrm.Cache.Diagnostics;

/// <summary>Logs what a cache has done, at intervals. Holds the cache weakly, as the clean-up does.</summary>
internal sealed partial class StatisticsTimer : IDisposable
{
    private readonly WeakReference<CacheEngine> _cache;
    private readonly ILogger _logger;
    private readonly TimeSpan _interval;
    private readonly ITimer _timer;
    private CacheStatistics _before;

    public StatisticsTimer(CacheEngine cache, ILogger logger, TimeSpan interval)
    {
        (_cache, _logger, _interval, _before) = (new WeakReference<CacheEngine>(cache), logger, interval, cache.Statistics);
        using var ownContext = ExecutionContext.SuppressFlow(); // It outlives the request in which the cache was made.
        _timer = cache.Clock.Provider.CreateTimer(
            static state => Quietly.Run(static timer => timer.Run(), (StatisticsTimer)state!), this, interval, interval);
    }

    public void Dispose() => _timer.Dispose();

    private void Run()
    {
        if (!_cache.TryGetTarget(out var cache))
        {
            Dispose();
            return;
        }

        var now = cache.Statistics;
        Tell(_logger, cache.Name, _interval, now.Entries, now.Bytes, StatisticsTable.Of(_before, now, _interval));
        _before = now;
    }

    [LoggerMessage(
        131, LogLevel.Information, "The cache {Cache} in the last {Interval}, with {Entries} entries of {Bytes} bytes in memory:\n{Table}")]
    private static partial void Tell(ILogger logger, string cache, TimeSpan interval, long entries, long bytes, string table);
}
