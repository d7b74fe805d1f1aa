using System.Linq.Expressions;

namespace FastOrm.Cache.EfCore.Keys;

/// <summary>
/// Gives the parameters of nested lambdas names of their own where they share one, as no compiler lets them but hand-made trees may. EF
/// Core's cache of compiled queries compares them by name, and would take <c>x => x.Things.Any(x => x.Id == 1)</c> with either
/// meaning of the last <c>x</c> for the same query.
/// </summary>
internal sealed class ShadowedNames : ExpressionVisitor
{
    private readonly Dictionary<ParameterExpression, ParameterExpression> _renamed = [];
    private readonly List<string?> _names = [];

    /// <summary>The same expression, if no name is shared.</summary>
    public static Expression Resolve(Expression query) => new ShadowedNames().Visit(query);

    protected override Expression VisitLambda<T>(Expression<T> node)
    {
        var outer = _names.Count;
        var parameters = new ParameterExpression[node.Parameters.Count];
        for (var i = 0; i < parameters.Length; i++)
        {
            parameters[i] = Named(node.Parameters[i]);
            _names.Add(parameters[i].Name);
        }

        var body = Visit(node.Body);
        _names.RemoveRange(outer, _names.Count - outer);
        return node.Update(body, parameters);
    }

    protected override Expression VisitParameter(ParameterExpression node) => _renamed.GetValueOrDefault(node, node);

    private ParameterExpression Named(ParameterExpression parameter)
    {
        if (!_names.Contains(parameter.Name, StringComparer.Ordinal))
        {
            return parameter;
        }

        var name = parameter.Name;
        for (var i = _names.Count; _names.Contains(name, StringComparer.Ordinal); i++)
        {
            name = $"{parameter.Name}_{i}";
        }

        return _renamed[parameter] = Expression.Parameter(parameter.Type, name);
    }
}
