using System.Reflection;
using FastOrm.Cache.Keys;

namespace FastOrm.Cache.Functions;

/// <summary>The names by which functions are known in their keys: the same in every process that runs the same program.</summary>
internal static class FunctionName
{
    private const BindingFlags All
        = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>
    /// <c>Namespace.Type.Method</c>. What the compiler names tells nothing but the member that it is written in; a local function
    /// has a name beside, and for a lambda stands a hash of its text, from which white space is taken.
    /// </summary>
    public static string Of(MethodInfo method, string text)
    {
        var type = method.DeclaringType;
        while (type is not null && IsGenerated(type.Name) && type.DeclaringType is not null)
        {
            type = type.DeclaringType;
        }

        if (!IsGenerated(method.Name))
        {
            return Of(type, method);
        }

        var end = method.Name.LastIndexOf('>');
        var local = method.Name.IndexOf("g__", end, StringComparison.Ordinal);
        return local >= 0
            ? $"{Of(type)}.{method.Name[1..end]}.{method.Name[(local + 3)..method.Name.IndexOf('|', local)]}"
            : $"{Of(type)}.{method.Name[1..end]}~{Hash(text)}";
    }

    /// <summary>
    /// The name of a method as one of the given type, with the types of its parameters if there are several of the name.
    /// </summary>
    public static string Of(Type? type, MethodInfo method)
    {
        var name = $"{Of(type)}.{method.Name}{Arguments(method.GetGenericArguments())}";
        return method.DeclaringType?.GetMethods(All).Count(other => other.Name == method.Name) > 1
            ? $"{name}({string.Join(',', method.GetParameters().Select(static parameter => Of(parameter.ParameterType)))})"
            : name;
    }

    public static string Checked(string name, string subject)
    {
        Text.Checked(name, $"{subject} of a cached function", nameof(name));
        return name.AsSpan().IndexOfAny('|', '@') >= 0
            ? throw new ArgumentException(
                $"{subject} of a cached function must not contain | and @, which separate the parts of a key.", nameof(name))
            : name;
    }

    private static string Of(Type? type)
    {
        if (type is null)
        {
            return "global";
        }

        var name = type.Name.Split('`')[0];
        var outer = type.IsGenericParameter ? null : type.IsNested ? Of(type.DeclaringType) : type.Namespace;
        return (outer is null ? "" : outer + ".") + name + Arguments(type.GetGenericArguments());
    }

    private static string Arguments(Type[] types) => types.Length == 0 ? "" : $"<{string.Join(',', types.Select(Of))}>";

    private static bool IsGenerated(string name) => name.StartsWith('<');

    private static string Hash(string text)
        => ((uint)TagHash.Of(string.Concat(text.Where(static c => !char.IsWhiteSpace(c))), kind: 3))
            .ToString("x8", System.Globalization.CultureInfo.InvariantCulture);
}
