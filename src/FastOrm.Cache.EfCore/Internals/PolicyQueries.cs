using System.Linq.Expressions;
using System.Reflection;
using FastOrm.Cache.EfCore.Plans;
using FastOrm.Cache.EfCore.Policies;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Query;

namespace FastOrm.Cache.EfCore.Internals;

/// <summary>Queries without a mark that a policy remembers. It is decided once, when EF Core compiles them.</summary>
/// <remarks>
/// A query that no policy matches is given back to be compiled plainly: what EF Core then keeps and runs is its own delegate, and nothing
/// of ours. Those that may match are compiled to find out what they read, and again if they do not.
/// </remarks>
internal static class PolicyQueries
{
    private static readonly MethodInfo SelectMethod = new Func<
        IQueryable<object>, Expression<Func<object, object[]>>, IQueryable<object[]>>(Queryable.Select).Method;

    /// <summary>The query with the remembering, or null if no policy remembers it.</summary>
    /// <param name="policy">That of the context that compiles.</param>
    /// <param name="session">That of the context that compiles.</param>
    /// <param name="query">The query, from which EF Core has extracted the captured values.</param>
    /// <param name="async">Whether it is enumerated asynchronously.</param>
    /// <param name="compile">Has EF Core compile it, and collects what it reads.</param>
    public static Func<QueryContext, TResult>? TryCompile<TResult>(
        QueryPolicy policy, RememberSession session, Expression query, bool async, Func<QueryReads, Func<QueryContext, TResult>> compile)
    {
        if (session.Connection is null || AsksForDatabaseValues(query) || !policy.MayMatch(QueryReads.Of(query)))
        {
            return null;
        }

        var reads = new QueryReads();
        var compiled = RememberSession.InBufferedMode(() => compile(reads));
        if (QueryFacts.Of(compiled) is not { } facts || policy.Find(reads, facts, out var rules) is not { } options)
        {
            return null;
        }

        session.Explaining?.Matched(rules is null ? "AllQueries of the entity types that it reads" : "CacheAllQueries of the context");
        if (facts.ReadsUnknown)
        {
            Refuse(session, "it reads a view or a function of which is not known what it reads");
            return null;
        }

        if (RememberedQuery<TResult>.TryCreate(session, compiled, query, async, out var refusal) is not { } remembered)
        {
            Refuse(session, refusal.Reason);
            return null;
        }

        return Executing(remembered, options, rules);
    }

    private static void Refuse(RememberSession session, string reason)
    {
        if (session.Explaining is { } explanation)
        {
            explanation.Policy = (IsMatched: true, reason);
        }
        else
        {
            Log.PolicyRefused(session.Logger, reason);
        }
    }

    // Apart, since the delegate must not hold what it is compiled with: that belongs to a context.
    private static Func<QueryContext, TResult> Executing<TResult>(
        RememberedQuery<TResult> query, RememberOptions options, QueryRuleSet? rules)
        => context => IsFor(context.Context, rules) ? query.Execute(context, options) : query.ExecutePast(context);

    // What EF Core asks for Reload, GetDatabaseValues and the like: the values of an entity as an array, whatever the type. They are asked
    // for because the database is to say what is there.
    private static bool AsksForDatabaseValues(Expression query)
        => query is MethodCallExpression { Arguments: [MethodCallExpression source, ..] } && source.Method == SelectMethod;

    // Contexts may share what EF Core has compiled although they do not share the rules: given a service provider or a model of their own,
    // or in a delegate of EF.CompileQuery.
    private static bool IsFor(DbContext context, QueryRuleSet? rules)
        => context.GetService<IDbContextOptions>().FindExtension<FastOrmCacheOptionsExtension>() is { Options.QueryRules: var own }
            && (rules is null || rules.Equals(own));
}
