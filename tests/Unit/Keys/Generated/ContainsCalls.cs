using System.Linq.Expressions;
using System.Reflection;

namespace FastOrm.Cache.Tests.Unit.Keys.Generated;

/// <summary>The ways in which a program asks whether a list contains an item, as far as they are one query.</summary>
internal static class ContainsCalls
{
    private static readonly MethodInfo[] OfSpans =
    [
        .. typeof(MemoryExtensions).GetMethods().Where(static method
            => method is { Name: "Contains", IsGenericMethodDefinition: true }
            && method.GetParameters()[0].ParameterType.GetGenericTypeDefinition() == typeof(ReadOnlySpan<>)),
    ];

    public static Expression Of(Expression list, Expression item, Random random)
    {
        if (!list.Type.IsArray)
        {
            return Expression.Call(list, list.Type.GetMethod("Contains", [item.Type])!, item);
        }

        // The compiler prefers the method of spans for arrays, since C# 14.
        return random.Next(2) == 0
            ? Expression.Call(typeof(Enumerable), "Contains", [item.Type], list, item)
            : OfSpan(list, item, withComparer: NeedsComparer(item.Type) || random.Next(2) == 0);
    }

    private static bool NeedsComparer(Type item) => item.IsEnum || Nullable.GetUnderlyingType(item) is not null;

    private static MethodCallExpression OfSpan(Expression array, Expression item, bool withComparer)
    {
        var span = typeof(ReadOnlySpan<>).MakeGenericType(item.Type);
        var method = Array.Find(OfSpans, method => method.GetParameters().Length == (withComparer ? 3 : 2))!
            .MakeGenericMethod(item.Type);
        var converted = Expression.Call(span.GetMethod("op_Implicit", [array.Type])!, array);
        return withComparer
            ? Expression.Call(
                method, converted, item, Expression.Constant(null, typeof(IEqualityComparer<>).MakeGenericType(item.Type)))
            : Expression.Call(method, converted, item);
    }
}
