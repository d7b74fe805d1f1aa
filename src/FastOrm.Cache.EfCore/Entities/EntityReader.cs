using FastOrm.Cache.EfCore.Explanations;
using FastOrm.Cache.EfCore.Internals;
using FastOrm.Cache.EfCore.Plans;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;

namespace FastOrm.Cache.EfCore.Entities;

/// <summary>Reads one entity by a key: from the change tracker, the cache or the database.</summary>
internal static class EntityReader
{
    public static async ValueTask<TEntity?> FindAsync<TEntity>(
        EntitySource<TEntity> source,
        EntityKey key,
        object[] values,
        RememberOptions options,
        CancellationToken cancellationToken,
        bool isCacheOnly = false)
        where TEntity : class
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Begin(source, key, values, EntityQueryForm.Async, out var tracked) is not { } plan)
        {
            return tracked is not null || isCacheOnly ? tracked : await source.Query.Where(EntityQuery.Condition<TEntity>(key, values))
                .FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        }

        var context = NewContext(source.Session!, plan, key, values, options, isCacheOnly, cancellationToken);
        var found = ((Func<QueryContext, IAsyncEnumerable<TEntity>>)plan.Compiled)(context);
        TEntity? first = null;
        await foreach (var entity in found.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            first ??= entity;
            if (!plan.Facts.IsSplit)
            {
                break; // Its rows are read already; those of a split query are known when it has been read to its end.
            }
        }

        return first;
    }

    public static TEntity? Find<TEntity>(
        EntitySource<TEntity> source, EntityKey key, object[] values, RememberOptions options, bool isCacheOnly = false)
        where TEntity : class
    {
        if (Begin(source, key, values, EntityQueryForm.None, out var tracked) is not { } plan)
        {
            return tracked is not null || isCacheOnly ? tracked : source.Query.Where(EntityQuery.Condition<TEntity>(key, values)).FirstOrDefault();
        }

        var context = NewContext(source.Session!, plan, key, values, options, isCacheOnly, CancellationToken.None);
        var found = ((Func<QueryContext, IEnumerable<TEntity>>)plan.Compiled)(context);
        return plan.Facts.IsSplit ? found.ToList().FirstOrDefault() : found.FirstOrDefault();
    }

    /// <summary>Tells how an entity would be found.</summary>
    public static async ValueTask ExplainAsync<TEntity>(
        bool async, EntitySource<TEntity> source, EntityKey key, object[] values, RememberOptions options, Explanation explanation)
        where TEntity : class
    {
        explanation.Result = explanation.Result with { RememberedBy = "FindOrCache" };
        if (source.FindTracked(key, values) is not null)
        {
            explanation.Ends(CacheOutcome.Bypassed, "the context tracks the entity");
            return;
        }

        if (source.Session is not { } session)
        {
            explanation.Ends(CacheOutcome.NotCacheable, "nobody remembers the queries of the context");
            return;
        }

        if (!session.MayAnswer(explanation))
        {
            return;
        }

        var form = FormOf(source, async ? EntityQueryForm.Async : EntityQueryForm.None);
        if (session.QueryOf<TEntity>(key, form).Plan is not { } plan)
        {
            explanation.Ends(CacheOutcome.NotCacheable, BypassReasons.NotRememberable);
            return;
        }

        var context = session.Explain(explanation, () => NewContext(session, plan, key, values, options, isCacheOnly: false, CancellationToken.None));
        if (async)
        {
            await Explanation.RunAsync(((Func<QueryContext, IAsyncEnumerable<TEntity>>)plan.Compiled)(context)).ConfigureAwait(false);
        }
        else
        {
            Explanation.Run(((Func<QueryContext, IEnumerable<TEntity>>)plan.Compiled)(context));
        }
    }

    /// <summary>The form in which a source is read.</summary>
    public static EntityQueryForm FormOf<TEntity>(EntitySource<TEntity> source, EntityQueryForm form)
        where TEntity : class
        => form
            | source.Tracking switch
            {
                QueryTrackingBehavior.TrackAll => EntityQueryForm.Tracks,
                QueryTrackingBehavior.NoTrackingWithIdentityResolution => EntityQueryForm.ResolvesIdentity,
                _ => EntityQueryForm.None,
            }
            | (source.IgnoresFilters ? EntityQueryForm.IgnoresFilters : EntityQueryForm.None);

    /// <summary>The plan by which an entity is remembered; null if it is tracked already, or cannot be remembered now.</summary>
    private static Plan? Begin<TEntity>(
        EntitySource<TEntity> source, EntityKey key, object[] values, EntityQueryForm form, out TEntity? tracked)
        where TEntity : class
    {
        tracked = source.FindTracked(key, values);
        if (tracked is not null || source.Session is not { } session || !session.Remembers())
        {
            return null;
        }

        var query = session.QueryOf<TEntity>(key, FormOf(source, form));
        if (query.Plan is null)
        {
            session.Bypass(BypassReasons.NotRememberable);
        }

        return query.Plan;
    }

    private static RememberedQueryContext NewContext(
        RememberSession session,
        Plan plan,
        EntityKey key,
        object[] values,
        RememberOptions options,
        bool isCacheOnly,
        CancellationToken cancellationToken)
        => session.NewContext(
            new RememberedParameters(session, plan, options, key.Names, values) { IsCacheOnly = isCacheOnly }, cancellationToken);
}
