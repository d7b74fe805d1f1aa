using System.Collections.Concurrent;
using System.Data;
using System.Reflection;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace FastOrm.Cache.EfCore.Internals;

/// <summary>
/// Tells which interceptors send connections elsewhere when they are made or opened, by looking whether their code sets a connection
/// string, changes the database or makes a connection of its own.
/// </summary>
/// <remarks>
/// A hit opens no connection, so such an interceptor does not run and nothing that it does can be seen. To call it would be wrong, and to
/// distrust all would be to distrust those that only count or log. What hides too well is noticed by <see cref="MovingConnections"/>.
/// </remarks>
internal static class ConnectionChangers
{
    // From the interceptor to a method that it calls, and to one that this calls. Only within the interceptor's own assembly.
    private const int MaxDepth = 3;

    private static readonly ConcurrentDictionary<Type, bool> Known = new();

    public static bool Is(IInterceptor interceptor)
        => interceptor is IDbConnectionInterceptor && Known.GetOrAdd(interceptor.GetType(), static type => IsChanger(type));

    private static bool IsChanger(Type type)
    {
        var map = type.GetInterfaceMap(typeof(IDbConnectionInterceptor));
        return map.TargetMethods.Any(method => method.DeclaringType?.Assembly == type.Assembly
            && (method.Name.Contains("ConnectionOpen", StringComparison.Ordinal)
                || method.Name.Contains("ConnectionCreat", StringComparison.Ordinal))
            && Changes(method, depth: 0));
    }

    private static bool Changes(MethodBase method, int depth)
        => MethodCalls.Of(method).Any(called => IsChange(called)
            || (depth < MaxDepth && called.DeclaringType?.Assembly == method.DeclaringType?.Assembly && Changes(called, depth + 1)));

    private static bool IsChange(MethodBase method)
        => typeof(IDbConnection).IsAssignableFrom(method.DeclaringType)
            && (method is ConstructorInfo || method.Name is "set_ConnectionString" or "ChangeDatabase" or "ChangeDatabaseAsync");
}
