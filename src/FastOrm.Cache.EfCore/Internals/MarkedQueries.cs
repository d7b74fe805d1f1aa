using System.Linq.Expressions;
using FastOrm.Cache.EfCore.Keys;
using FastOrm.Cache.EfCore.Plans;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Query;

namespace FastOrm.Cache.EfCore.Internals;

/// <summary>
/// Queries that reach their compilation with a mark: <c>EF.CompileQuery</c> with <c>Remember</c> inside, and those that went through
/// another library's query compiler.
/// </summary>
/// <remarks>
/// What is made of them outlives the context that compiled it, like EF Core's own delegate: everything is taken from the context of each
/// execution. The options of the mark are a parameter to EF Core, so one compiled query serves all times to live and tags.
/// </remarks>
internal static class MarkedQueries
{
    /// <summary>Compiles the query without its marks, and adds the remembering.</summary>
    public static Func<QueryContext, TResult> Compile<TResult>(
        RememberSession session, Expression query, bool async, Func<Expression, Func<QueryContext, TResult>> compile)
    {
        var stripped = RememberNode.Strip(query);
        if (session.Connection is null)
        {
            return compile(stripped);
        }

        var options = ExtractedArguments.Options(RememberNode.FindCall(query)!);
        var compiled = RememberSession.InBufferedMode(() => compile(stripped));
        var facts = QueryFacts.Of(compiled);
        if (facts is not { IsReplayable: true, Refusal: null })
        {
            return Refused(session, compile(stripped), BypassReasons.NotRememberable, facts?.Refusal ?? "its commands cannot be replayed");
        }

        facts.IsBuffered |= session.IsRetrying;
        var key = QueryKey.Rent();
        try
        {
            session.WriteShapeHeader<TResult>(key, async);
            return ExpressionKeyWriter.TryWriteTemplate(key, session.Model, stripped)
                ? Remembered(new Plan(key, compiled, facts, [], new ValueTemplate(key)), options, compiled, stripped, async)
                : Refused(session, compile(stripped), BypassReasons.NotKeyable, key.Refusal!);
        }
        finally
        {
            key.Return();
        }
    }

    private static Func<QueryContext, TResult> Remembered<TResult>(
        Plan plan,
        Func<Dictionary<string, object?>, RememberOptions> options,
        Func<QueryContext, TResult> compiled,
        Expression stripped,
        bool async)
    {
        Func<QueryContext, TResult>? plain = null;
        return context =>
        {
            var session = context.Context.GetService<RememberSession>();
            if (context.GetType() != typeof(RelationalQueryContext))
            {
                session.Bypass(BypassReasons.NotRememberable); // A compiler with query contexts of its own may read them.
                plain ??= session.CompileNow<TResult>(stripped, async);
                return plain(context);
            }

            var parameters = new RememberedParameters(session, plan, options(context.Parameters), context.Parameters);
            return compiled(session.NewContext(parameters, context.CancellationToken));
        };
    }

    private static Func<QueryContext, TResult> Refused<TResult>(
        RememberSession compiling, Func<QueryContext, TResult> compiled, string bypass, string reason)
    {
        Log.NotRemembered(compiling.Logger, reason);
        return context =>
        {
            if (context.Context.GetService<RememberSession>() is { CanRemember: true } session)
            {
                session.Bypass(bypass);
            }

            return compiled(context);
        };
    }
}
