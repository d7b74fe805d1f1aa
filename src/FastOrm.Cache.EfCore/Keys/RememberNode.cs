using System.Linq.Expressions;
using System.Reflection;
using FastOrm.Cache.EfCore.Internals;

namespace FastOrm.Cache.EfCore.Keys;

/// <summary>
/// The mark that <c>Remember</c> leaves in an expression tree: a call that wraps its source, as <c>TagWith</c> does, so that every
/// later operator still works. It is found, and taken out again, before EF Core translates anything.
/// </summary>
internal static class RememberNode
{
    /// <summary>Wraps the source of a query.</summary>
    public static IQueryable<T> Wrap<T>(IQueryable<T> source, RememberOptions options)
        => source.Provider.CreateQuery<T>(
            Expression.Call(null, Marker<T>.Method, source.Expression, Expression.Constant(options)));

    public static bool IsRemember(MethodInfo method)
        => method.DeclaringType == typeof(RememberNode)
            || (method.DeclaringType == typeof(RememberQueryableExtensions) && typeof(IQueryable).IsAssignableFrom(method.ReturnType));

    /// <summary>Wraps a query that carries an order to the cache.</summary>
    public static Expression Carry(Expression query, QueryCommand command)
        => Expression.Call(
            null,
            new Func<object?, QueryCommand, bool>(Carrier).Method,
            query.Type.IsValueType ? Expression.Convert(query, typeof(object)) : query,
            Expression.Constant(command));

    /// <summary>
    /// The <see cref="RememberOptions"/> of the outermost mark on the spine of the query, the <see cref="QueryCommand"/> that it
    /// carries, or null.
    /// </summary>
    public static object? Find(Expression query)
    {
        while (query is MethodCallExpression { Object: null } call)
        {
            var arguments = (IArgumentProvider)call;
            switch (arguments.ArgumentCount)
            {
                case 0:
                    return null;
                case 2 when arguments.GetArgument(1) is ConstantExpression { Value: RememberOptions or QueryCommand } mark:
                    return mark.Value;
            }

            query = arguments.GetArgument(0);
        }

        return null;
    }

    /// <summary>Whether a mark stands on the spine of the query, with whatever arguments.</summary>
    public static bool IsMarked(Expression query) => OutermostMark(query) is not null;

    /// <summary>Takes every mark out of the tree, also where it means nothing: in a subquery, in an <c>ExecuteDelete</c>.</summary>
    public static Expression Strip(Expression query) => Stripper.Instance.Visit(query);

    /// <summary>
    /// The options of a mark or of a call of <c>Remember</c> that was quoted into a compiled query, as far as its arguments are constants.
    /// </summary>
    public static RememberOptions? FindQuoted(Expression query) => OutermostMark(query) is { } mark ? Quoted(mark) : null;

    private static MethodCallExpression? OutermostMark(Expression query)
    {
        while (query is MethodCallExpression { Object: null, Arguments.Count: > 0 } call)
        {
            if (IsRemember(call.Method))
            {
                return call;
            }

            query = call.Arguments[0];
        }

        return null;
    }

    private static RememberOptions? Quoted(MethodCallExpression call)
    {
        var arguments = new object?[call.Arguments.Count - 1];
        for (var i = 0; i < arguments.Length; i++)
        {
            switch (call.Arguments[i + 1])
            {
                case ConstantExpression constant:
                    arguments[i] = constant.Value;
                    break;
                case NewArrayExpression array when array.Expressions.All(static item => item is ConstantExpression):
                    arguments[i] = array.Expressions.Select(static item => (string)((ConstantExpression)item).Value!).ToArray();
                    break;
                default:
                    return null;
            }
        }

        return RememberQueryableExtensions.Options(call.Method, arguments);
    }

    // Over objects LINQ runs what it finds in the tree: then the mark does nothing.
    private static IQueryable<T> Mark<T>(IQueryable<T> source, RememberOptions options) => Unmarked(source, options);

    // What LINQ over objects looks for in place of the one above.
    private static IEnumerable<T> Mark<T>(IEnumerable<T> source, RememberOptions options) => Unmarked(source, options);

    private static TSource Unmarked<TSource>(TSource source, RememberOptions options)
    {
        _ = options;
        return source;
    }

    private static bool Carrier(object? query, QueryCommand command)
        => throw new InvalidOperationException($"{command} was sent to a context that does not use FastOrm.Cache: {query}");

    private static class Marker<T>
    {
        public static readonly MethodInfo Method = new Func<IQueryable<T>, RememberOptions, IQueryable<T>>(Mark).Method;
    }

    private sealed class Stripper : ExpressionVisitor
    {
        public static readonly Stripper Instance = new();

        protected override Expression VisitMethodCall(MethodCallExpression node)
            => IsRemember(node.Method) ? Visit(node.Arguments[0]) : base.VisitMethodCall(node);
    }
}
