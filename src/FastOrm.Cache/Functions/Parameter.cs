using System.Reflection;
using FastOrm.Cache.Keys;

namespace FastOrm.Cache.Functions;

/// <summary>A parameter of a function: by its name it is found in the templates of tags.</summary>
internal sealed record Parameter(string Name, Type Type)
{
    public bool IsToken => Type == typeof(CancellationToken);

    public bool HasText => KeyText.Has(Type);

    public static Parameter[] Of(MethodInfo method)
        => [.. method.GetParameters().Select(static parameter => new Parameter(parameter.Name ?? "", parameter.ParameterType))];

    /// <summary>
    /// The types are those that callers give; the method may take more, and have another parameter that is bound already.
    /// </summary>
    public static Parameter[] Of(Delegate function)
    {
        var given = Of(function.GetType().GetMethod(nameof(Action.Invoke))!);
        return [.. Of(function.Method)[^given.Length..].Zip(given, static (own, given) => own with { Type = given.Type })];
    }
}
