using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace FastOrm.Cache.EfCore.Keys;

/// <summary>Reads captured variables straight from the closure, where that is exactly what EF Core would do and runs no code.</summary>
internal static class CapturedValue
{
    private static readonly ConcurrentDictionary<PropertyInfo, FieldInfo?> BackingFields = new();

    /// <summary>Whether the expression is a chain of members that ends at an object, and its value could be read.</summary>
    public static bool TryRead(MemberExpression chain, out object? value)
    {
        value = null;
        object? target;
        switch (chain.Expression)
        {
            case ConstantExpression constant:
                target = constant.Value;
                break;
            case MemberExpression inner:
                if (!TryRead(inner, out target))
                {
                    return false;
                }

                break;
            default:
                return false; // A static, a parameter, a computed value: EF Core knows what to make of it.
        }

        // A chain through null throws; let EF Core throw it.
        return target is not null && TryRead(chain.Member, target, out value);
    }

    /// <summary>Whether both chains lead over the same members to the same object, so that EF Core makes them one parameter.</summary>
    public static bool AreSame(Expression? left, Expression? right)
        => (left, right) switch
        {
            (null, null) => true,
            (MemberExpression a, MemberExpression b) => a.Member.Equals(b.Member) && AreSame(a.Expression, b.Expression),
            (UnaryExpression a, UnaryExpression b) => a.Type == b.Type && AreSame(a.Operand, b.Operand),
            (ConstantExpression a, ConstantExpression b)
                => ReferenceEquals(a.Value, b.Value) || (a.Type == b.Type && Equals(a.Value, b.Value)),
            _ => false,
        };

    private static bool TryRead(MemberInfo member, object target, out object? value)
    {
        value = null;
        var field = member switch
        {
            FieldInfo direct => direct,
            PropertyInfo property => FieldBehind(property, target),
            _ => null,
        };
        if (field is null)
        {
            return member is PropertyInfo { Name: "Value" } nullable && IsNullableValue(nullable, target, out value);
        }

        value = field.GetValue(target);
        return true;
    }

    // The value of a nullable is boxed as the value itself.
    private static bool IsNullableValue(PropertyInfo property, object target, out object? value)
    {
        value = target;
        return Nullable.GetUnderlyingType(property.DeclaringType!) is not null;
    }

    /// <summary>
    /// The field of an automatic property, when the getter that would run is the compiler's own: reading the field then has no side
    /// effect and gives the same.
    /// </summary>
    private static FieldInfo? FieldBehind(PropertyInfo property, object target)
    {
        var field = BackingFields.GetOrAdd(property, static property =>
            property.GetMethod?.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false) == true
                ? property.DeclaringType!.GetField(
                    $"<{property.Name}>k__BackingField", BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
                : null);
        return field is not null && (!property.GetMethod!.IsVirtual || target.GetType() == property.DeclaringType) ? field : null;
    }
}
