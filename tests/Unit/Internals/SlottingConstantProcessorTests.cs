#pragma warning disable EF9100 // What is tested decorates an experimental service.
using System.Linq.Expressions;
using FastOrm.Cache.EfCore.Internals;
using Microsoft.EntityFrameworkCore.Query;

namespace FastOrm.Cache.Tests.Unit.Internals;

public sealed class SlottingConstantProcessorTests
{
    [Fact]
    public void A_lambda_that_uses_a_variable_from_outside_stays_where_it_is()
    {
        // One parameter object, bound by an inner lambda and free in the one beside it.
        var shared = Expression.Parameter(typeof(int), "shared");
        var both = Expression.Lambda<Func<int>>(Expression.Call(
            typeof(SlottingConstantProcessorTests),
            nameof(Sum),
            null,
            Expression.Lambda<Func<int, int>>(Expression.Add(shared, Expression.Constant(1)), shared),
            Expression.Lambda<Func<int>>(shared)));
        var executor = Expression.Lambda<Func<int, int>>(Expression.Call(typeof(SlottingConstantProcessorTests), nameof(Run), null, both), shared);

        var processed = (Expression<Func<int, int>>)Process(executor);

        Assert.Equal(executor.Compile()(10), processed.Compile()(10));
    }

    [Fact]
    public void A_lambda_that_uses_none_becomes_a_constant()
    {
        var executor = Expression.Lambda<Func<int>>(Expression.Call(
            typeof(SlottingConstantProcessorTests), nameof(Run), null, Expression.Lambda<Func<int>>(Expression.Constant(7))));

        var processed = (Expression<Func<int>>)Process(executor);

        Assert.IsType<ConstantExpression>(Assert.Single(((MethodCallExpression)processed.Body).Arguments), exactMatch: false);
        Assert.Equal(7, processed.Compile()());
    }

    private static Expression Process(Expression executor)
    {
        Expression? processed = null;
        QueryInstrumentation.Observe<int>(() =>
        {
            QueryInstrumentation.Current!.IsBuffering = true;
            processed = new SlottingConstantProcessor(new Nothing()).InlineConstants(executor, supportsPrecompiledQuery: false);
            return static _ => 0;
        });
        return processed!;
    }

    private static int Run(Func<int> function) => function();

    private static int Sum(Func<int, int> first, Func<int> second) => first(1) + second();

    private sealed class Nothing : ILiftableConstantProcessor
    {
        public IReadOnlyList<(ParameterExpression Parameter, Expression Expression)> LiftedConstants => [];

        public Expression InlineConstants(Expression expression, bool supportsPrecompiledQuery) => expression;

        public Expression LiftConstants(Expression expression, ParameterExpression contextParameter, HashSet<string> variableNames) => expression;
    }
}
