using System.Linq.Expressions;
using FastOrm.Cache.EfCore.Keys;
using Microsoft.EntityFrameworkCore.Query;

namespace FastOrm.Cache.Tests.Unit.Keys.Generated;

/// <summary>
/// A second opinion on which queries are equal: EF Core's own comparison of extracted trees, with positions in place of all names, and
/// every bit of every value.
/// </summary>
internal sealed class CanonicalQuery
{
    private readonly Expression _tree;
    private readonly string _values;

    public CanonicalQuery(Expression extracted, Dictionary<string, object?> parameters, string settings)
    {
        var naming = new Naming(parameters);
        _tree = naming.Visit(RememberNode.Strip(extracted));
        _values = settings + string.Join('|', naming.Values);
    }

    public bool IsSameAs(CanonicalQuery other)
        => string.Equals(_values, other._values, StringComparison.Ordinal)
            && ExpressionEqualityComparer.Instance.Equals(_tree, other._tree);

    private sealed class Naming(Dictionary<string, object?> parameters) : ExpressionVisitor
    {
        private readonly Dictionary<ParameterExpression, ParameterExpression> _lambdaParameters = [];

        public List<string> Values { get; } = [];

        protected override Expression VisitConstant(ConstantExpression node)
        {
            Values.Add(Bits.Of(node.Value));
            return node;
        }

        protected override Expression VisitExtension(Expression node)
        {
            if (node is not QueryParameterExpression parameter)
            {
                return base.VisitExtension(node);
            }

            Values.Add(Bits.Of(parameters[parameter.Name]));
            return Expression.Parameter(parameter.Type, $"value {Values.Count}");
        }

        protected override Expression VisitLambda<T>(Expression<T> node)
        {
            foreach (var parameter in node.Parameters)
            {
                _lambdaParameters.Add(parameter, Expression.Parameter(parameter.Type, $"item {_lambdaParameters.Count}"));
            }

            return base.VisitLambda(node);
        }

        protected override Expression VisitParameter(ParameterExpression node) => _lambdaParameters[node];
    }
}
