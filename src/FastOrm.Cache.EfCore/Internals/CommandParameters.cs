#pragma warning disable EF1001 // Internal EF Core types: only this folder names them.
using System.Reflection;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Storage.Internal;

namespace FastOrm.Cache.EfCore.Internals;

/// <summary>Looks into the parameters of EF Core's commands. Of the kinds that hold several values it knows nothing.</summary>
internal static class CommandParameters
{
    private static readonly Func<TypeMappedRelationalParameter, RelationalTypeMapping> GetMapping
        = typeof(TypeMappedRelationalParameter).GetProperty("RelationalTypeMapping", BindingFlags.Instance | BindingFlags.NonPublic)!
            .GetMethod!.CreateDelegate<Func<TypeMappedRelationalParameter, RelationalTypeMapping>>();

    /// <summary>The name by which the SQL text refers to the parameter, or null.</summary>
    public static string? Name(IRelationalParameter parameter) => (parameter as TypeMappedRelationalParameter)?.Name;

    /// <summary>How the value is sent to the provider, or null.</summary>
    public static RelationalTypeMapping? Mapping(IRelationalParameter parameter)
        => parameter is TypeMappedRelationalParameter mapped ? GetMapping(mapped) : null;
}
