using System.Linq.Expressions;
using FastOrm.Cache.EfCore.Keys;
using FastOrm.Cache.EfCore.Plans;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Query;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.EfCore.Internals;

/// <summary>A query that EF Core has compiled, and that every context which executes it remembers for itself.</summary>
/// <remarks>
/// It outlives the context that compiled it, like EF Core's own delegate: everything is taken from the context of each execution. Its key
/// is that of an ordinary query of the same expression.
/// </remarks>
internal sealed class RememberedQuery<TResult>
{
    private readonly Plan _plan;
    private readonly Func<QueryContext, TResult> _compiled;
    private readonly Expression _query;
    private readonly bool _async;
    private Func<QueryContext, TResult>? _plain;

    private RememberedQuery(Plan plan, Func<QueryContext, TResult> compiled, Expression query, bool async)
    {
        _plan = plan;
        _compiled = compiled;
        _query = query;
        _async = async;
    }

    /// <param name="session">That of the context that compiles.</param>
    /// <param name="compiled">The query, compiled in buffered mode.</param>
    /// <param name="query">The query without marks, from which EF Core has extracted the captured values.</param>
    /// <param name="async">Whether it is enumerated asynchronously.</param>
    /// <param name="refusal">Why it cannot be remembered; null if it can.</param>
    /// <returns>The query; null if it cannot be remembered.</returns>
    public static RememberedQuery<TResult>? TryCreate(
        RememberSession session, Func<QueryContext, TResult> compiled, Expression query, bool async, out (string Bypass, string Reason) refusal)
    {
        refusal = default;
        var facts = QueryFacts.Of(compiled);
        if (facts is not { IsReplayable: true, Refusal: null })
        {
            refusal = (BypassReasons.NotRememberable, facts?.Refusal ?? "its commands cannot be replayed");
            return null;
        }

        facts.IsBuffered |= session.IsRetrying;
        var key = QueryKey.Rent();
        try
        {
            session.WriteShapeHeader<TResult>(key, async);
            if (ExpressionKeyWriter.TryWriteTemplate(key, session.Model, query))
            {
                return new RememberedQuery<TResult>(new Plan(key, compiled, facts, [], new ValueTemplate(key)), compiled, query, async);
            }

            refusal = (BypassReasons.NotKeyable, key.Refusal!);
            return null;
        }
        finally
        {
            key.Return();
        }
    }

    /// <summary>Executes the query as the options say.</summary>
    public TResult Execute(QueryContext context, RememberOptions options)
    {
        var session = context.Context.GetService<RememberSession>();
        if (context.GetType() != typeof(RelationalQueryContext))
        {
            session.Bypass(BypassReasons.NotRememberable); // A compiler with query contexts of its own may read them.
            return session.Explaining is null ? ExecutePast(context) : default!;
        }

        var parameters = new RememberedParameters(session, _plan, options, context.Parameters);
        return _compiled(session.NewContext(parameters, context.CancellationToken));
    }

    /// <summary>Executes the query as EF Core does.</summary>
    public TResult ExecutePast(QueryContext context)
    {
        _plain ??= context.Context.GetService<IDatabase>().CompileQuery<TResult>(RememberNode.Past(_query), _async);
        return _plain(context);
    }
}
