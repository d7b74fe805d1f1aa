using System.Reflection;
using System.Runtime.CompilerServices;

namespace FastOrm.Cache.Tests.Integration.PublicApi;

/// <summary>Types as they are written in code.</summary>
internal static class TypeText
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(bool)] = "bool", [typeof(byte)] = "byte", [typeof(char)] = "char", [typeof(decimal)] = "decimal", [typeof(double)] = "double",
        [typeof(float)] = "float", [typeof(int)] = "int", [typeof(long)] = "long", [typeof(object)] = "object", [typeof(short)] = "short",
        [typeof(string)] = "string", [typeof(uint)] = "uint", [typeof(ulong)] = "ulong", [typeof(ushort)] = "ushort", [typeof(void)] = "void",
    };

    public static NullabilityInfoContext Nullability { get; } = new();

    /// <summary>A type with its kind, its base and its interfaces.</summary>
    public static string Declaration(Type type)
    {
        var kind = type.IsEnum ? "enum"
            : type.IsInterface ? "interface"
            : typeof(Delegate).IsAssignableFrom(type) ? "delegate"
            : type.IsValueType ? (type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly struct" : "struct")
            : type is { IsAbstract: true, IsSealed: true } ? "static class"
            : type.IsAbstract ? "abstract class"
            : type.IsSealed ? "sealed class"
            : "class";
        var inherited = new[] { type.BaseType }
            .Where(static parent => parent is not null && parent != typeof(object) && parent != typeof(ValueType) && parent != typeof(Enum))
            .Concat(type.IsEnum ? [] : type.GetInterfaces().OrderBy(static face => face.ToString(), StringComparer.Ordinal))
            .Select(static parent => Of(parent!))
            .ToList();
        return $"{kind} {type.Namespace}.{Outer(type)}{NameOf(type)}{Arguments(OwnArguments(type))}"
            + (inherited.Count > 0 ? " : " + string.Join(", ", inherited) : "")
            + string.Concat(OwnArguments(type).Select(Constraints));
    }

    public static string NameOf(Type type) => type.Name.Split('`')[0];

    public static string Of(Type type, NullabilityInfo? nullability = null)
    {
        // Of a type parameter reflection does not tell T from T?.
        var mark = type is { IsValueType: false, IsGenericParameter: false } && nullability?.ReadState == NullabilityState.Nullable ? "?" : "";
        if (Keywords.TryGetValue(type, out var keyword))
        {
            return keyword + mark;
        }

        if (type.IsArray)
        {
            return $"{Of(type.GetElementType()!, nullability?.ElementType)}[]{mark}";
        }

        if (Nullable.GetUnderlyingType(type) is { } value)
        {
            return Of(value) + "?";
        }

        var arguments = OwnArguments(type)
            .Select((argument, i) => Of(argument, nullability?.GenericTypeArguments.ElementAtOrDefault(i)))
            .ToList();
        return Outer(type) + NameOf(type) + (arguments.Count > 0 ? $"<{string.Join(", ", arguments)}>" : "") + mark;
    }

    public static string Arguments(Type[] arguments) => arguments.Length > 0 ? $"<{string.Join(", ", arguments.Select(static a => a.Name))}>" : "";

    public static string Constraints(Type argument)
    {
        var attributes = argument.GenericParameterAttributes;
        var types = argument.GetGenericParameterConstraints().Where(static type => type != typeof(ValueType)).Select(static type => Of(type));
        var words = new[]
        {
            attributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint) ? "class" : null,
            attributes.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint) ? "struct" : null,
        }.OfType<string>().Concat(types).ToList();
        return words.Count > 0 ? $" where {argument.Name} : {string.Join(", ", words)}" : "";
    }

    private static string Outer(Type type) => type is { IsNested: true, IsGenericParameter: false } ? NameOf(type.DeclaringType!) + "." : "";

    private static Type[] OwnArguments(Type type) => type.IsGenericType ? type.GetGenericArguments() : [];
}
