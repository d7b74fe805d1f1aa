using System.Collections.Concurrent;
using FastOrm.Cache.Engine;
using FastOrm.Cache.Stamps;

namespace FastOrm.Cache.Diagnostics;

/// <summary>Hits that were found wrong, until it is known whether nobody tells of the change: a commit comes before its news.</summary>
/// <remarks>What still waits when the cache is disposed of is judged then, for nobody would hear of it later.</remarks>
internal sealed class PendingVerdicts(CacheEngine cache) : IDisposable
{
    /// <summary>How many wait at most. Whoever finds more than that wrong knows it by these.</summary>
    public const int Capacity = 1_000;

    private readonly ConcurrentDictionary<Verdict, bool> _pending = [];
    private volatile bool _isOver;

    /// <summary>A hit differs from what its source has, although its stamps stand.</summary>
    /// <param name="dependencies">What the hit depends on: if one of them changes in time, somebody has told of it.</param>
    /// <param name="grace">How long such news may take.</param>
    /// <param name="tell">Says that nobody has. It is told whether the news were not waited for to the end.</param>
    public void Add(Dependency[] dependencies, TimeSpan grace, Action<bool> tell)
    {
        if (_pending.Count >= Capacity)
        {
            cache.Counters.VerifyDiscards.Increment();
            return;
        }

        var verdict = new Verdict(dependencies, tell);
        _pending[verdict] = true;
        using (ExecutionContext.SuppressFlow()) // It outlives the request in which the hit was.
        {
            verdict.Timer = cache.Clock.Provider.CreateTimer(_ => Judge(verdict, isEarly: false), state: null, grace, Timeout.InfiniteTimeSpan);
        }

        if (_isOver)
        {
            Judge(verdict, isEarly: true);
        }
    }

    public void Dispose()
    {
        _isOver = true;
        foreach (var (verdict, _) in _pending)
        {
            Judge(verdict, isEarly: true);
        }
    }

    private void Judge(Verdict verdict, bool isEarly)
    {
        if (!_pending.TryRemove(verdict, out _))
        {
            return;
        }

        verdict.Timer?.Dispose();
        if (!Dependency.AreCurrent(verdict.Dependencies))
        {
            cache.Counters.VerifyDiscards.Increment();
            return;
        }

        cache.Counters.Verified.Increment();
        cache.Counters.VerifyMismatches.Increment();
        Quietly.Run(static told => told.verdict.Tell(told.isEarly), (verdict, isEarly));
    }

    private sealed class Verdict(Dependency[] dependencies, Action<bool> tell)
    {
        public Dependency[] Dependencies => dependencies;

        public Action<bool> Tell => tell;

        public ITimer? Timer { get; set; }
    }
}
