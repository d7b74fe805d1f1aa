using System.Linq.Expressions;

namespace FastOrm.Cache.EfCore.Keys;

/// <summary>
/// Puts copies in the place of constants that others might change (lists written into a query, or kept in read-only fields), so that a
/// compiled query may be shared by all whose constants are equal.
/// </summary>
internal sealed class ConstantFreezer : ExpressionVisitor
{
    private readonly HashSet<object> _copies = new(ReferenceEqualityComparer.Instance);

    /// <summary>Whether the constant is such a one.</summary>
    public static bool IsMutable(ConstantExpression constant)
        => constant.Value is { } value && ValueShape.Of(value.GetType()) is { IsImmutable: false };

    /// <summary>Whether one of the copies is in the expression itself: what is compiled from it might hand out the copy.</summary>
    public bool IsHeldBy(Expression expression)
    {
        var finder = new Finder(_copies);
        finder.Visit(expression);
        return finder.Found;
    }

    protected override Expression VisitConstant(ConstantExpression node)
    {
        if (!IsMutable(node))
        {
            return node;
        }

        var copy = ValueWriter.Freeze(node.Value)!;
        _copies.Add(copy);
        return Expression.Constant(copy, node.Type);
    }

    private sealed class Finder(HashSet<object> copies) : ExpressionVisitor
    {
        public bool Found { get; private set; }

        protected override Expression VisitConstant(ConstantExpression node)
        {
            Found |= node.Value is not null && copies.Contains(node.Value);
            return node;
        }
    }
}
