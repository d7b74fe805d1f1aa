using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace FastOrm.Cache.Tests.Integration.PublicApi;

/// <summary>The public surface of an assembly as text: a line for each type and each member, in a fixed order.</summary>
internal static class PublicSurface
{
    private const BindingFlags Declared
        = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static string Of(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().OrderBy(static type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(TypeText.Declaration(type)).Append('\n');
            foreach (var member in type.GetMembers(Declared).SelectMany(Lines).Order(StringComparer.Ordinal))
            {
                text.Append("    ").Append(member).Append('\n');
            }
        }

        return text.ToString();
    }

    private static IEnumerable<string> Lines(MemberInfo member)
    {
        if (member is Type || member.IsDefined(typeof(CompilerGeneratedAttribute)))
        {
            return [];
        }

        return member switch
        {
            FieldInfo field when IsVisible(field.Attributes) && !field.IsSpecialName => [Field(field)],
            ConstructorInfo constructor when IsVisible(constructor) && !constructor.IsStatic
                => [Protected(constructor) + TypeText.NameOf(constructor.DeclaringType!) + Parameters(constructor)],
            PropertyInfo property when property.GetAccessors(nonPublic: true).Any(IsVisible) => [Property(property)],
            EventInfo happened when IsVisible(happened.AddMethod!)
                => [$"{Protected(happened.AddMethod!)}event {TypeText.Of(happened.EventHandlerType!)} {happened.Name}"],
            MethodInfo method when IsVisible(method) && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal))
                => [Method(method)],
            _ => [],
        };
    }

    private static string Field(FieldInfo field)
        => field.IsLiteral
            ? $"{(field.DeclaringType!.IsEnum ? "" : $"const {TypeText.Of(field.FieldType)} ")}{field.Name} = {Value(field.GetRawConstantValue())}"
            : $"{(field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}{TypeText.Of(field.FieldType)} {field.Name}";

    private static string Property(PropertyInfo property)
    {
        var accessors = new[] { property.GetMethod, property.SetMethod }.Where(static method => method is not null && IsVisible(method));
        var words = string.Join(' ', accessors.Select(method => Protected(method!) + (method == property.GetMethod ? "get;" : Setter(method!))));
        var first = accessors.First()!;
        var index = property.GetIndexParameters() is { Length: > 0 } keys ? $"[{string.Join(", ", keys.Select(Parameter))}]" : "";
        return $"{Modifiers(first)}{TypeText.Of(property.PropertyType, TypeText.Nullability.Create(property))} {property.Name}{index} {{ {words} }}";
    }

    private static string Setter(MethodInfo setter)
        => setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? "init;" : "set;";

    private static string Method(MethodInfo method)
    {
        var extension = method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "";
        var constraints = string.Concat(method.GetGenericArguments().Select(TypeText.Constraints));
        return Protected(method) + Modifiers(method) + TypeText.Of(method.ReturnType, TypeText.Nullability.Create(method.ReturnParameter)) + ' '
            + method.Name + TypeText.Arguments(method.GetGenericArguments()) + Parameters(method, extension) + constraints;
    }

    private static string Parameters(MethodBase method, string extension = "")
        => $"({extension}{string.Join(", ", method.GetParameters().Select(Parameter))})";

    private static string Parameter(ParameterInfo parameter)
    {
        var words = parameter.IsDefined(typeof(ParamArrayAttribute)) || parameter.IsDefined(typeof(ParamCollectionAttribute)) ? "params "
            : parameter.IsOut ? "out "
            : parameter.IsDefined(typeof(IsReadOnlyAttribute)) ? "in "
            : parameter.ParameterType.IsByRef ? "ref "
            : "";
        var type = parameter.ParameterType is { IsByRef: true } reference ? reference.GetElementType()! : parameter.ParameterType;
        var standard = parameter.HasDefaultValue ? " = " + Value(parameter.RawDefaultValue) : "";
        return $"{words}{TypeText.Of(type, TypeText.Nullability.Create(parameter))} {parameter.Name}{standard}";
    }

    private static string Value(object? value)
        => value switch
        {
            null => "default",
            string text => $"\"{text}\"",
            bool flag => flag ? "true" : "false",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };

    private static string Modifiers(MethodInfo method)
        => method.IsStatic ? "static "
            : method.DeclaringType!.IsInterface ? ""
            : method.IsAbstract ? "abstract "
            : method.IsVirtual && !method.IsFinal ? method.GetBaseDefinition() == method ? "virtual " : "override "
            : "";

    private static string Protected(MethodBase method) => method.IsFamily || method.IsFamilyOrAssembly ? "protected " : "";

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsVisible(FieldAttributes attributes)
        => (attributes & FieldAttributes.FieldAccessMask) is FieldAttributes.Public or FieldAttributes.Family or FieldAttributes.FamORAssem;
}
