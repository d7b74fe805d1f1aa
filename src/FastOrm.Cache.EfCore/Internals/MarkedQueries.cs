using System.Linq.Expressions;
using FastOrm.Cache.EfCore.Keys;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Query;

namespace FastOrm.Cache.EfCore.Internals;

/// <summary>
/// Queries that reach their compilation with a mark: <c>EF.CompileQuery</c> with <c>Remember</c> inside, and those that went through
/// another library's query compiler.
/// </summary>
/// <remarks>The options of the mark are a parameter to EF Core, so one compiled query serves all times to live and tags.</remarks>
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
        return RememberedQuery<TResult>.TryCreate(session, compiled, stripped, async, out var refusal) is { } remembered
            ? Executing(remembered, options)
            : Refused(session, compile(stripped), refusal.Bypass, refusal.Reason);
    }

    // Apart, since the delegate must not hold what it is compiled with: that belongs to a context.
    private static Func<QueryContext, TResult> Executing<TResult>(
        RememberedQuery<TResult> query, Func<Dictionary<string, object?>, RememberOptions> options)
        => context => query.Execute(context, options(context.Parameters));

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
