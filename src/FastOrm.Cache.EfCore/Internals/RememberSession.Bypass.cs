using System.Transactions;
using FastOrm.Cache.EfCore.Keys;
using FastOrm.Cache.EfCore.Plans;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.EfCore.Internals;

/// <content>When a remembered query goes past the cache, and how that is counted and said.</content>
internal sealed partial class RememberSession
{
    /// <summary>Counts a remembered query that goes past the cache.</summary>
    public void Bypass(string reason)
    {
        if (Explaining is not null)
        {
            Explaining.Ends(CacheOutcome.NotCacheable, reason);
            return;
        }

        Cache.Counters.Bypass(reason);
        Options.Observer?.Invoke(Context, RememberOutcome.Bypassed);
    }

    /// <summary>Why nothing may be read from or stored in the cache now, or null.</summary>
    public string? BypassReason()
        => Connection!.CurrentTransaction is not null || Transaction.Current is not null
            || (Connection as ITransactionEnlistmentManager)?.EnlistedTransaction is not null
            ? BypassReasons.Transaction
            : IsInHiddenTransaction() ? BypassReasons.OpenConnection
            : IsOnMovingConnection ? BypassReasons.MovingConnection : null;

    /// <summary>Whether a load would run beside an open reader of the same connection.</summary>
    public bool HasOpenReader() => OpenConnections.Find(Connection!) is { } open && OpenConnections.HasOpenReader(open);

    /// <summary>A query that cannot be keyed: counted each time, said once for each shape.</summary>
    public void Refuse(QueryKey key)
    {
        Explaining?.Ends(CacheOutcome.NotCacheable, BypassReasons.NotKeyable, key.Refusal);
        Bypass(BypassReasons.NotKeyable);
        Report(key, key.Refusal ?? "unknown");
    }

    /// <summary>A query that reads something that must not be remembered; also said once.</summary>
    public void Refuse(Plan plan, QueryKey key)
    {
        var reason = plan.Facts.Refusal ?? "it was compiled without the list of its columns";
        Explaining?.Ends(CacheOutcome.NotCacheable, BypassReasons.NotRememberable, reason);
        Bypass(BypassReasons.NotRememberable);
        if (Explaining is null)
        {
            plan.CountersIn(Cache.Queries).Bypasses.Increment();
        }

        Report(key, reason);
    }

    /// <summary>True once for each shape.</summary>
    public bool IsFirstReport(Plan plan) => Plans.IsFirstReport(plan.ShapeHash);

    private void Report(QueryKey key, string reason)
    {
        if (Explaining is null && Plans.IsFirstReport(key.PlanHash()))
        {
            Log.NotRemembered(Logger, reason);
        }
    }

    private bool IsInHiddenTransaction()
        => OpenConnections.Find(Connection!) is { } open && (OpenConnections.InTransaction(open) ?? !Options.TrustOpenConnections);
}
