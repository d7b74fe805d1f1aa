using System.Linq.Expressions;
using System.Reflection;
using FastOrm.Cache.EfCore.Internals;

namespace FastOrm.Cache.EfCore.Keys;

/// <summary>
/// The mark that <c>Remember</c> leaves in an expression tree: a call that wraps its source, as <c>TagWith</c> does, so that every
/// later operator still works. It is found, and taken out again, before EF Core translates anything. <c>DontRemember</c> leaves one of
/// another kind.
/// </summary>
internal static class RememberNode
{
    private static readonly MethodInfo CarrierMethod = new Func<object?, QueryCommand, bool>(Carrier).Method;
    private static readonly MethodInfo PastMethod = new Func<object, PastMark, object>(GoPast).Method.GetGenericMethodDefinition();

    /// <summary>Wraps the source of a query.</summary>
    public static IQueryable<T> Wrap<T>(IQueryable<T> source, RememberOptions options)
        => source.Provider.CreateQuery<T>(
            Expression.Call(null, Marker<T>.Method, source.Expression, Expression.Constant(options)));

    /// <summary>Wraps the source of a query that goes past the cache, whatever policies say.</summary>
    public static IQueryable<T> WrapPast<T>(IQueryable<T> source)
        => source.Provider.CreateQuery<T>(
            Expression.Call(null, Marker<T>.PastMethod, source.Expression, Expression.Constant(PastMark.Instance)));

    /// <summary>Marks a whole query, its last operator as well, as one that goes past the cache.</summary>
    public static Expression Past(Expression query)
        => Expression.Call(null, PastMethod.MakeGenericMethod(query.Type), query, Expression.Constant(PastMark.Instance));

    /// <summary>Whether the method is a mark of ours, or a call that makes one.</summary>
    public static bool IsRemember(MethodInfo method)
        => method.DeclaringType == typeof(RememberNode)
            || (method.DeclaringType == typeof(RememberQueryableExtensions) && typeof(IQueryable).IsAssignableFrom(method.ReturnType));

    /// <summary>Wraps a query that carries an order to the cache.</summary>
    public static Expression Carry(Expression query, QueryCommand command)
        => Expression.Call(
            null,
            CarrierMethod,
            query.Type.IsValueType ? Expression.Convert(query, typeof(object)) : query,
            Expression.Constant(command));

    /// <summary>The options of the outermost mark on the spine of a query as <c>Remember</c> has built it, or null.</summary>
    /// <remarks>Null as well if that is one of <c>DontRemember</c>: EF Core's compilation finds it.</remarks>
    public static RememberOptions? Find(Expression query)
    {
        while (query is MethodCallExpression { Object: null } call)
        {
            var arguments = (IArgumentProvider)call;
            switch (arguments.ArgumentCount)
            {
                case 0:
                    return null;
                case 2 when arguments.GetArgument(1) is ConstantExpression { Value: RememberOptions or QueryCommand or PastMark } mark:
                    return mark.Value as RememberOptions;
            }

            query = arguments.GetArgument(0);
        }

        return null;
    }

    /// <summary>
    /// The outermost call of ours on the spine of any query: a mark, a call of <c>Remember</c> that was quoted into a compiled query, or
    /// what carries an order. Its arguments may have become parameters.
    /// </summary>
    public static MethodCallExpression? FindCall(Expression query)
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

    /// <summary>Whether a call of ours stands on the spine of the query, with whatever arguments.</summary>
    public static bool IsMarked(Expression query) => FindCall(query) is not null;

    /// <summary>Whether the call carries an order.</summary>
    public static bool IsCarrier(MethodCallExpression call) => call.Method == CarrierMethod;

    /// <summary>Whether the call says that the query goes past the cache.</summary>
    public static bool IsPast(MethodCallExpression call)
        => call.Method.Name is nameof(GoPast) or nameof(RememberQueryableExtensions.DontRemember) && IsRemember(call.Method);

    /// <summary>Takes every mark out of the tree, also where it means nothing: in a subquery, in an <c>ExecuteDelete</c>.</summary>
    public static Expression Strip(Expression query) => Stripper.Instance.Visit(query);

    // Over objects LINQ runs what it finds in the tree: then the mark does nothing.
    private static IQueryable<T> Mark<T>(IQueryable<T> source, RememberOptions options) => Unmarked(source, options);

    // What LINQ over objects looks for in place of the one above.
    private static IEnumerable<T> Mark<T>(IEnumerable<T> source, RememberOptions options) => Unmarked(source, options);

    private static IQueryable<T> GoPast<T>(IQueryable<T> source, PastMark mark) => Unmarked(source, mark);

    private static IEnumerable<T> GoPast<T>(IEnumerable<T> source, PastMark mark) => Unmarked(source, mark);

    private static T GoPast<T>(T query, PastMark mark) => Unmarked(query, mark);

    private static TSource Unmarked<TSource>(TSource source, object mark)
    {
        _ = mark;
        return source;
    }

    private static bool Carrier(object? query, QueryCommand command)
        => throw new InvalidOperationException($"{command} was sent to a context that does not use FastOrm.Cache: {query}");

    private static class Marker<T>
    {
        public static readonly MethodInfo Method = new Func<IQueryable<T>, RememberOptions, IQueryable<T>>(Mark).Method;
        public static readonly MethodInfo PastMethod = new Func<IQueryable<T>, PastMark, IQueryable<T>>(GoPast).Method;
    }

    private sealed class PastMark
    {
        public static readonly PastMark Instance = new();
    }

    private sealed class Stripper : ExpressionVisitor
    {
        public static readonly Stripper Instance = new();

        protected override Expression VisitMethodCall(MethodCallExpression node)
            => IsRemember(node.Method) ? Visit(node.Arguments[0]) : base.VisitMethodCall(node);
    }
}
