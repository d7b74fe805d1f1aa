using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.EfCore.Invalidation.Sql;
using FastOrm.Cache.EfCore.Plans;
using FastOrm.Cache.Engine;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.EfCore.Internals;

/// <content>What is counted of a query, and who is told.</content>
internal sealed partial class RememberedParameters
{
    /// <summary>What is counted of the query in this cache; for entities by several keys that of one key.</summary>
    public QueryCounters Counters => (Batch?.Query.Single ?? _plan).CountersIn(Cache.Queries);

    /// <summary>Counts that a command goes past the cache, and says so once where it always will.</summary>
    public void Bypass(string reason, string? detail = null)
    {
        if (Explanation is not null)
        {
            Explain(reason, detail);
            return;
        }

        _session.Bypass(reason);
        Counters.Bypasses.Increment();
        if (reason is BypassReasons.Column or BypassReasons.NotKeyable && _session.IsFirstReport(_plan))
        {
            Log.NotRemembered(_session.Logger, detail ?? reason);
        }
    }

    /// <summary>A load of the query has failed.</summary>
    public void Failed()
    {
        Cache.Counters.FailedLoads.Increment();
        Counters.FailedLoads.Increment();
    }

    /// <summary>Rows are returned and not stored.</summary>
    public void NotStored(string reason)
    {
        Cache.Counters.Bypass(reason);
        Counters.Bypasses.Increment();
    }

    /// <summary>The database has answered.</summary>
    /// <param name="start">When it was asked.</param>
    /// <param name="slot">Which of its commands has.</param>
    /// <param name="bytes">The size of what it gave.</param>
    /// <param name="command">The command, as people are shown it; null for one that they need not be shown again.</param>
    public void Loaded(LoadStart start, CommandSlot slot, long bytes, IRelationalCommandTemplate? command)
    {
        var query = Counters;
        Cache.EndLoad(start, query);
        if (slot.Index == 0)
        {
            query.LastBytes.Set(bytes);
            query.Sql ??= command is null
                ? null
                : SqlWithoutValues.Of(command.CommandText, SqlDialects.Of(_session.Context.Database.ProviderName));
        }
    }

    /// <summary>Hits were served by the slow way, on which those are who want to be certain.</summary>
    public void CountCertain(int count = 1)
    {
        if (Verifies)
        {
            Cache.Counters.CertainHits.Add(count);
        }
    }

    /// <summary>Counts how reads were answered, and tells who wants to know of each.</summary>
    public void Report(RememberOutcome outcome, int count = 1)
    {
        var (sums, query) = (Cache.Counters, Counters);
        switch (outcome)
        {
            case RememberOutcome.Hit:
                query.Hit(count); // The sum is made of these.
                break;
            case RememberOutcome.RemoteHit:
                query.Hit(count);
                query.RemoteHits.Add(count);
                sums.RemoteHits.Add(count);
                break;
            case RememberOutcome.Miss:
                sums.Misses.Add(count);
                query.Misses.Add(count);
                break;
            case RememberOutcome.Stale:
                sums.Misses.Increment();
                sums.StaleHits.Increment();
                query.Misses.Increment();
                query.StaleHits.Increment();
                break;
            case RememberOutcome.Joined:
                sums.Misses.Increment();
                sums.JoinedLoads.Increment();
                query.Misses.Increment();
                query.JoinedLoads.Increment();
                break;
        }

        for (var i = 0; i < count && _session.Options.Observer is { } observer; i++)
        {
            observer(_session.Context, outcome);
        }
    }
}
