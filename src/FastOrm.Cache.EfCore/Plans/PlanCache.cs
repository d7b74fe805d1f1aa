using System.Collections.Concurrent;
using FastOrm.Cache.EfCore.Keys;

namespace FastOrm.Cache.EfCore.Plans;

/// <summary>The plans of one model under one set of options. Bounded: when it is full it starts anew.</summary>
internal sealed class PlanCache
{
    // Far more shapes than an application has; a program that makes a new shape for each value must not fill memory with them.
    private const int Capacity = 10_000;

    private readonly ConcurrentDictionary<ulong, Plan> _plans = new();
    private readonly ConcurrentDictionary<ulong, byte> _reported = new();

    /// <summary>The queries that read entities by their keys: few, since there are few keys.</summary>
    public ConcurrentDictionary<object, object> EntityQueries { get; } = new();

    /// <summary>The plan of the query; never that of another query whose hash is the same.</summary>
    public Plan? Find(QueryKey key)
        => _plans.TryGetValue(key.PlanHash(), out var plan) && plan.IsFor(key) ? plan : null;

    public void Add(QueryKey key, Plan plan)
    {
        if (_plans.Count >= Capacity)
        {
            _plans.Clear();
        }

        _plans.TryAdd(key.PlanHash(), plan);
    }

    /// <summary>Whether this is the first time that something is said of the shape.</summary>
    public bool IsFirstReport(ulong shape) => _reported.Count < Capacity && _reported.TryAdd(shape, 0);
}
