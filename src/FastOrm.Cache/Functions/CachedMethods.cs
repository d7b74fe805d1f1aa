using System.Collections.Frozen;
using System.Reflection;

namespace FastOrm.Cache.Functions;

/// <summary>
/// Finds the marked methods of a service and refuses those that cannot be remembered, when the service is registered.
/// </summary>
internal static class CachedMethods
{
    private const BindingFlags Members = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    public static FrozenDictionary<MethodInfo, CachedMethod> Of(Type service, Type implementation)
    {
        if (!service.IsInterface)
        {
            throw new ArgumentException(
                $"The cached service {service} must be an interface: its calls go through an object that stands for it.");
        }

        if (implementation.GetMethods(Members).FirstOrDefault(IsMarked) is { } misplaced)
        {
            throw new ArgumentException(
                $"[Cached] must be on a method of the interface {service}, not on {implementation}.{misplaced.Name}.");
        }

        var methods = service.GetInterfaces().Append(service)
            .SelectMany(face => MapOf(face, service, implementation))
            .ToFrozenDictionary(static pair => pair.Declared, pair => Plan(pair.Declared, pair.Target, implementation));
        if (methods.Count == 0)
        {
            throw new ArgumentException(
                $"The cached service {service} has no method that is marked [Cached]. Mark one, or add it as other services.");
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        return methods.Values.FirstOrDefault(method => !names.Add(method.Name)) is { } same
            ? throw new ArgumentException(
                $"Several methods of the cached service {service} have the name {same.Name} and would share their keys.")
            : methods;
    }

    private static IEnumerable<(MethodInfo Declared, MethodInfo Target)> MapOf(Type face, Type service, Type implementation)
    {
        foreach (var method in face.GetMethods(Members))
        {
            var what = Array.Exists(method.GetParameters(), static parameter => IsSpan(parameter.ParameterType)) ? "takes a span"
                : IsSpan(method.ReturnType) ? "returns a span"
                : method.ReturnType.IsByRef ? "returns a reference"
                : null;
            if (what is not null)
            {
                throw new ArgumentException($"The service {service} cannot be cached: {method.Name} {what}, which cannot be handed on.");
            }
        }

        var map = implementation.GetInterfaceMap(face);
        return map.InterfaceMethods.Zip(map.TargetMethods).Where(static pair => IsMarked(pair.First));
    }

    private static bool IsSpan(Type type) => (type.IsByRef ? type.GetElementType()! : type).IsByRefLike;

    private static bool IsMarked(MethodInfo method) => method.IsDefined(typeof(CachedAttribute), inherit: false);

    private static CachedMethod Plan(MethodInfo declared, MethodInfo target, Type implementation)
    {
        var subject = $"The method {declared.DeclaringType}.{declared.Name}";
        if (declared.IsGenericMethodDefinition)
        {
            throw new ArgumentException($"{subject} is generic, so that its calls have no key, and must not be marked [Cached].");
        }

        if (Array.Exists(declared.GetParameters(), static parameter => parameter.ParameterType.IsByRef))
        {
            throw new ArgumentException(
                $"{subject} has parameters by reference, which a hit would not set, and must not be marked [Cached].");
        }

        var mark = declared.GetCustomAttribute<CachedAttribute>()!;
        var name = mark.Name is { } given ? FunctionName.Checked(given, "The name") : FunctionName.Of(implementation, target);
        return CachedMethod.Of(declared, new FunctionPlan<object?[]>(name, Parameter.Of(declared), Arguments.Any, mark.Options));
    }
}
