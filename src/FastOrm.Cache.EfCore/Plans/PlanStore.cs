using System.Collections.Concurrent;

namespace FastOrm.Cache.EfCore.Plans;

/// <summary>
/// The plan caches of one of EF Core's service providers: one for each model and each combination of the options that EF Core
/// keeps apart in its own compiled-query keys.
/// </summary>
internal sealed class PlanStore
{
    private readonly ConcurrentDictionary<object, PlanCache> _caches = new();
    private int _warned;

    /// <param name="scope">EF Core's key of one and the same expression: equal exactly when compiled queries may be shared.</param>
    public PlanCache For(object scope) => _caches.GetOrAdd(scope, static _ => new PlanCache());

    /// <summary>True once: for a warning that is worth giving once.</summary>
    public bool IsFirstWarning() => Interlocked.Exchange(ref _warned, 1) == 0;
}
