using System.Linq.Expressions;
using System.Reflection;
using Microsoft.EntityFrameworkCore.Metadata;

namespace FastOrm.Cache.EfCore.Entities;

/// <summary>Reads which properties <c>x => x.Sku</c> or <c>x => new { x.Country, x.Number }</c> means, and what values they are to have.</summary>
internal static class KeySelector
{
    /// <exception cref="ArgumentException">The expression is of another form.</exception>
    /// <exception cref="InvalidOperationException">They are those of no key and no unique index.</exception>
    public static (EntityKey Key, object[] Values) Read<TEntity, TValue>(
        IEntityType type, Expression<Func<TEntity, TValue>> properties, TValue value)
    {
        ArgumentNullException.ThrowIfNull(properties);
        var body = Unconverted(properties.Body);
        if (body is not NewExpression { Members: { } members } made)
        {
            var single = EntityKey.Of(type, [NameOf(body, properties)]);
            return (single, single.Values(value));
        }

        if (value is null)
        {
            throw new ArgumentException($"The values by which a {type.DisplayName()} is to be found are null. Give one for each property.", nameof(value));
        }

        var names = made.Arguments.Select(argument => NameOf(Unconverted(argument), properties)).ToArray();
        var key = EntityKey.Of(type, names);
        return (key, key.Values(key.Properties.Select(property => ValueOf(members[Array.IndexOf(names, property.Name)], value)).ToArray()));
    }

    private static object? ValueOf(MemberInfo member, object value)
        => member is PropertyInfo property ? property.GetValue(value) : ((FieldInfo)member).GetValue(value);

    private static string NameOf(Expression body, LambdaExpression properties)
        => body is MemberExpression { Expression: { } entity, Member.Name: var name } && Unconverted(entity) == properties.Parameters[0]
            ? name
            : throw new ArgumentException(
                $"'{properties}' names no property of the entity. Write x => x.Sku, or x => new {{ x.Country, x.Number }} for several.", nameof(properties));

    private static Expression Unconverted(Expression expression)
        => expression is UnaryExpression { NodeType: ExpressionType.Convert, Operand: var operand } ? Unconverted(operand) : expression;
}
