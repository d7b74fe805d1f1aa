using System.Collections.Concurrent;
using System.Linq.Expressions;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Fidelity.Harness;

/// <summary>Declares compiled queries. Their text contains <c>Remember</c>; for the plain runs it is taken out.</summary>
internal static class CompiledFeature
{
    /// <summary>A compiled query of many rows.</summary>
    public static CorpusQuery Compiled<TContext, TArgument, T>(
        this Feature<TContext> feature, string name, Expression<Func<TContext, TArgument, IQueryable<T>>> query, TArgument argument)
        where TContext : CorpusContext
    {
        var compiled = new PerRun();
        return feature.Free(name, async (db, run) => run.Async
            ? await run.ListAsync(compiled.Of(run, query, EF.CompileAsyncQuery)(db, argument))
            : run.List(compiled.Of(run, query, EF.CompileQuery)(db, argument)));
    }

    /// <summary>A compiled query with a last operator.</summary>
    public static CorpusQuery CompiledEnd<TContext, TArgument, TResult>(
        this Feature<TContext> feature, string name, Expression<Func<TContext, TArgument, TResult>> query, TArgument argument)
        where TContext : CorpusContext
    {
        var compiled = new PerRun();
        return feature.Free(name, async (db, run) => run.Async
            ? await compiled.Of(run, query, EF.CompileAsyncQuery)(db, argument)
            : compiled.Of(run, query, EF.CompileQuery)(db, argument));
    }

    /// <summary>The delegate of each kind of run: EF Core wants one for each model.</summary>
    private sealed class PerRun
    {
        private readonly ConcurrentDictionary<(Provider, bool, bool, bool), Delegate> _delegates = new();

        public TCompiled Of<TQuery, TCompiled>(Run run, Expression<TQuery> query, Func<Expression<TQuery>, TCompiled> compile)
            where TCompiled : Delegate
            => (TCompiled)_delegates.GetOrAdd(
                (run.Provider, run.Async, run.Remembers, run.ByPolicy),
                _ => compile(run.Remembers ? query : (Expression<TQuery>)Plain.Instance.Visit(query)));
    }

    private sealed class Plain : ExpressionVisitor
    {
        public static readonly Plain Instance = new();

        protected override Expression VisitMethodCall(MethodCallExpression node)
            => node.Method.DeclaringType == typeof(RememberQueryableExtensions) ? Visit(node.Arguments[0]) : base.VisitMethodCall(node);
    }
}
