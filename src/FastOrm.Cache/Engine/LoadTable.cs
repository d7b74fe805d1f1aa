using System.Collections.Concurrent;
using FastOrm.Cache.Memory;
using FastOrm.Cache.Stamps;

namespace FastOrm.Cache.Engine;

/// <summary>The loads under way on this node: one per key at a time.</summary>
internal sealed class LoadTable(TimeSpan maxWait, TimeProvider time)
{
    private readonly ConcurrentDictionary<LocalCacheKey, Load> _loads = new();

    /// <summary>How long a caller waits for loads of others.</summary>
    public TimeSpan MaxWait => maxWait;

    /// <summary>The number of loads under way.</summary>
    public int Count => _loads.Count;

    /// <summary>Joins the load of the key that is under way, or begins one that the caller must lead and end.</summary>
    /// <param name="key">What is loaded.</param>
    /// <param name="seen">The stamps that the caller has read, before anything of its load.</param>
    /// <param name="leads">Whether the load is the caller's own.</param>
    public Load Enter(in LocalCacheKey key, Dependency[] seen, out bool leads)
    {
        while (true)
        {
            if (!_loads.TryGetValue(key, out var current))
            {
                var load = new Load(key, seen, isSecond: false, maxWait, time);
                if (_loads.TryAdd(key, load))
                {
                    leads = true;
                    return load;
                }
            }
            else if (Dependency.AreCurrent(current.Seen))
            {
                leads = false;
                return current;
            }
            else
            {
                // A write was completed after that load began: whoever arrives now must not be given its rows.
                var load = new Load(key, seen, isSecond: false, maxWait, time);
                if (_loads.TryUpdate(key, load, current))
                {
                    leads = true;
                    return load;
                }
            }
        }
    }

    /// <summary>
    /// For a caller that has waited for a load that failed: joins the one load that follows it, or begins it. All who waited meet there,
    /// however quickly it ends.
    /// </summary>
    /// <param name="failed">The load that failed.</param>
    /// <param name="seen">The stamps that the caller has read since.</param>
    /// <param name="leads">Whether the load is the caller's own.</param>
    public Load Follow(Load failed, Dependency[] seen, out bool leads)
    {
        var load = failed.Successor(new Load(failed.Key, seen, isSecond: true, maxWait, time), out leads);
        if (leads)
        {
            _loads.TryAdd(load.Key, load); // Where another load is under way already, later callers go on joining that.
            return load;
        }

        return Dependency.AreCurrent(load.Seen) ? load : Enter(failed.Key, seen, out leads);
    }

    /// <summary>Ends a load that the caller led. Idempotent; callers that wait go on.</summary>
    public void Leave(Load load)
    {
        // Out of the table first: a caller that is woken must be able to begin the next load.
        _loads.TryRemove(KeyValuePair.Create(load.Key, load));
        load.Finish(LoadOutcome.Cancelled);
    }
}
