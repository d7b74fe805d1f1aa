#pragma warning disable EF1001, EF9100 // Internal and experimental EF Core types: only this folder names them.
using System.Linq.Expressions;
using FastOrm.Cache.EfCore.Keys;
using FastOrm.Cache.EfCore.Plans;
using FastOrm.Cache.EfCore.Policies;
using Microsoft.EntityFrameworkCore.Query;
using Microsoft.EntityFrameworkCore.Query.Internal;

namespace FastOrm.Cache.EfCore.Internals;

/// <summary>Gathers the <see cref="QueryFacts"/> of the query that this thread is compiling.</summary>
/// <remarks>Compilation is synchronous, so a field of the thread is enough; compilations nest, so the one before is restored.</remarks>
internal static class QueryInstrumentation
{
    [ThreadStatic]
    private static Compilation? t_current;

    [ThreadStatic]
    private static ConstantFreezer? t_constants;

    public static Compilation? Current => t_current;

    /// <summary>Has the compilations of this thread find out whether they hold the constants.</summary>
    public static Watching Watch(ConstantFreezer constants)
    {
        var previous = t_constants;
        t_constants = constants;
        return new Watching(previous);
    }

    /// <summary>Compiles a query and gathers its facts.</summary>
    /// <param name="compile">Compiles it.</param>
    /// <param name="reads">Gets the entity types that it reads, if anybody wants to know.</param>
    public static Func<QueryContext, TResult> Observe<TResult>(Func<Func<QueryContext, TResult>> compile, QueryReads? reads = null)
    {
        var previous = t_current;
        var compilation = new Compilation(reads);
        t_current = compilation;
        try
        {
            var compiled = compile();
            compilation.Facts.BelongTo(compiled);
            return compiled;
        }
        finally
        {
            t_current = previous;
        }
    }

    internal sealed class Compilation(QueryReads? reads)
    {
        public QueryFacts Facts { get; } = new();

        /// <summary>Gets the entity types that the query reads; null if nobody wants to know.</summary>
        public QueryReads? Reads => reads;

        /// <summary>The constants that the compiled query must not hold if it is to be shared, or null.</summary>
        public ConstantFreezer? Constants { get; } = t_constants;

        /// <summary>Whether EF Core compiles in buffered mode; only then can the commands be replayed.</summary>
        public bool IsBuffering { get; set; }
    }

    internal readonly struct Watching(ConstantFreezer? previous) : IDisposable
    {
        public void Dispose() => t_constants = previous;
    }
}

/// <summary>Sees the translated query before EF Core compiles it: the tables that it reads.</summary>
internal sealed class ObservingShapedQueryCompilerFactory(
    IShapedQueryCompilingExpressionVisitorFactory inner, ShapedQueryCompilingExpressionVisitorDependencies dependencies)
    : IShapedQueryCompilingExpressionVisitorFactory
{
    public ShapedQueryCompilingExpressionVisitor Create(QueryCompilationContext queryCompilationContext)
    {
        var visitor = inner.Create(queryCompilationContext);
        return QueryInstrumentation.Current is { } compilation && queryCompilationContext is RelationalQueryCompilationContext
            ? new Observer(dependencies, queryCompilationContext, visitor, compilation)
            : visitor;
    }

    private sealed class Observer(
        ShapedQueryCompilingExpressionVisitorDependencies dependencies,
        QueryCompilationContext context,
        ShapedQueryCompilingExpressionVisitor inner,
        QueryInstrumentation.Compilation compilation)
        : ShapedQueryCompilingExpressionVisitor(dependencies, context)
    {
        public override Expression? Visit(Expression? node)
        {
            compilation.IsBuffering = QueryCompilationContext.IsBuffering;
            compilation.Facts.IsBuffered |= BufferedMode.IsWantedByProvider(QueryCompilationContext);
            compilation.Facts.Tags = [.. QueryCompilationContext.Tags];
            new TableCollector(compilation.Facts).Visit(node);
            return inner.Visit(node);
        }

        protected override Expression VisitShapedQuery(ShapedQueryExpression shapedQueryExpression)
            => throw new NotSupportedException("Only Visit is called.");
    }
}

/// <summary>Sees the finished executor and puts a <see cref="CommandSlot"/> in each place where a command is made.</summary>
/// <remarks>
/// EF Core's delegate makes the delegates of its inner lambdas (the shaper, the way to the SQL) anew in each execution. Those that
/// capture nothing become constants here.
/// </remarks>
internal sealed class SlottingConstantProcessor(ILiftableConstantProcessor inner) : ILiftableConstantProcessor
{
    public IReadOnlyList<(ParameterExpression Parameter, Expression Expression)> LiftedConstants => inner.LiftedConstants;

    public Expression InlineConstants(Expression expression, bool supportsPrecompiledQuery)
    {
        var inlined = inner.InlineConstants(expression, supportsPrecompiledQuery);
        if (QueryInstrumentation.Current is not { IsBuffering: true } compilation || inlined is not LambdaExpression executor)
        {
            return inlined;
        }

        compilation.Facts.HoldsConstant |= compilation.Constants?.IsHeldBy(executor) == true;
        return Expression.Lambda(
            executor.Type,
            new LambdaHoister(compilation.Facts).Visit(executor.Body),
            executor.Name,
            executor.TailCall,
            executor.Parameters);
    }

    public Expression LiftConstants(Expression expression, ParameterExpression contextParameter, HashSet<string> variableNames)
        => inner.LiftConstants(expression, contextParameter, variableNames);

    private sealed class LambdaHoister(QueryFacts facts) : ExpressionVisitor
    {
        protected override Expression VisitLambda<T>(Expression<T> node)
        {
            if (typeof(T) == typeof(RelationalCommandResolver))
            {
                var slot = facts.AddSlot(((RelationalCommandResolver)(object)node.Compile()!).Invoke);
                return Expression.Constant((RelationalCommandResolver)slot.Resolve);
            }

            var visited = (LambdaExpression)base.VisitLambda(node);
            return FreeVariables.Has(visited) ? visited : Expression.Constant(visited.Compile(), typeof(T));
        }

        // A lambda that is quoted is data, one that is invoked in place is compiled in place.
        protected override Expression VisitUnary(UnaryExpression node)
            => node.NodeType == ExpressionType.Quote ? node : base.VisitUnary(node);

        protected override Expression VisitInvocation(InvocationExpression node)
            => node.Expression is LambdaExpression ? node.Update(node.Expression, Visit(node.Arguments)) : base.VisitInvocation(node);
    }

    private sealed class FreeVariables : ExpressionVisitor
    {
        private readonly HashSet<ParameterExpression> _bound = [];
        private bool _found;

        public static bool Has(LambdaExpression lambda)
        {
            var visitor = new FreeVariables();
            visitor.Visit(lambda);
            return visitor._found;
        }

        protected override Expression VisitLambda<T>(Expression<T> node) => Bind(node.Parameters, () => base.VisitLambda(node));

        protected override Expression VisitBlock(BlockExpression node) => Bind(node.Variables, () => base.VisitBlock(node));

        protected override CatchBlock VisitCatchBlock(CatchBlock node)
            => Bind(node.Variable is null ? [] : [node.Variable], () => base.VisitCatchBlock(node));

        protected override Expression VisitParameter(ParameterExpression node)
        {
            _found |= !_bound.Contains(node);
            return node;
        }

        // EF Core uses one parameter in several lambdas: bound in one place it may be free in the next.
        private T Bind<T>(IEnumerable<ParameterExpression> variables, Func<T> visit)
        {
            var added = variables.Where(_bound.Add).ToList();
            var visited = visit();
            _bound.ExceptWith(added);
            return visited;
        }
    }
}
