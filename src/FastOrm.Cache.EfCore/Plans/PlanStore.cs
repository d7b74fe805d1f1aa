using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore.Metadata;

namespace FastOrm.Cache.EfCore.Plans;

/// <summary>
/// The plan caches of one of EF Core's service providers: one for each model and each combination of the options that EF Core
/// keeps apart in its own compiled-query keys. They go with their model, of which EF Core keeps only so many.
/// </summary>
internal sealed class PlanStore
{
    private readonly ConditionalWeakTable<IModel, ConcurrentDictionary<object, PlanCache>> _caches = [];
    private int _warned;

    /// <param name="model">The model of the queries.</param>
    /// <param name="scope">EF Core's key of one and the same expression: equal exactly when compiled queries may be shared.</param>
    public PlanCache For(IModel model, object scope)
        => _caches.GetValue(model, static _ => new()).GetOrAdd(scope, static _ => new PlanCache());

    /// <summary>True once: for a warning that is worth giving once.</summary>
    public bool IsFirstWarning() => Interlocked.Exchange(ref _warned, 1) == 0;
}
