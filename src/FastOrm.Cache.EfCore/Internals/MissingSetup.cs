#pragma warning disable EF1001 // Internal EF Core types: only this folder names them.
using System.Reflection;
using Microsoft.EntityFrameworkCore.Query;
using Microsoft.EntityFrameworkCore.Query.Internal;

namespace FastOrm.Cache.EfCore.Internals;

/// <summary>Finds out at the call of <c>Remember</c> that the context does not know us; EF Core's own error would not say so.</summary>
internal static class MissingSetup
{
    private static readonly FieldInfo? Compiler
        = typeof(EntityQueryProvider).GetField("_queryCompiler", BindingFlags.Instance | BindingFlags.NonPublic);

    public static void ThrowIf(IAsyncQueryProvider provider)
    {
        if (EfInternals.Missing is null && Is(provider))
        {
            throw Error();
        }
    }

    public static object? CompilerOf(IQueryProvider provider)
        => provider is EntityQueryProvider known ? Compiler?.GetValue(known) : null;

    /// <summary>Whether it is certain that the context of the query does not know us.</summary>
    /// <remarks>Only EF Core's very own compiler proves that ours is missing: around any other there may be one of ours.</remarks>
    public static bool Is(IAsyncQueryProvider provider) => CompilerOf(provider)?.GetType() == typeof(QueryCompiler);

    public static InvalidOperationException Error(string method = "Remember")
        => new($"{method} was called on a query of a DbContext that does not use FastOrm.Cache. "
            + "Call UseFastOrmCache after the provider, for example options.UseSqlite(…).UseFastOrmCache().");
}
