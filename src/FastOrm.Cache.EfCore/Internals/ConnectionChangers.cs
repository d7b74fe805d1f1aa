using System.Collections.Concurrent;
using System.Data;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
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

    // One byte, or 0xFE and another; each says how long its operand is.
    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(static field => (OpCode)field.GetValue(null)!)
        .ToDictionary(static code => code.Value);

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
    {
        if (method.GetCustomAttribute<StateMachineAttribute>() is { } machine)
        {
            method = machine.StateMachineType.GetMethod("MoveNext", BindingFlags.Instance | BindingFlags.NonPublic)!;
        }

        return Calls(method).Any(called => IsChange(called)
            || (depth < MaxDepth && called.DeclaringType?.Assembly == method.DeclaringType?.Assembly && Changes(called, depth + 1)));
    }

    private static bool IsChange(MethodBase method)
        => typeof(IDbConnection).IsAssignableFrom(method.DeclaringType)
            && (method is ConstructorInfo || method.Name is "set_ConnectionString" or "ChangeDatabase" or "ChangeDatabaseAsync");

    private static IEnumerable<MethodBase> Calls(MethodBase method)
    {
        var code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (var i = 0; i < code.Length;)
        {
            var value = code[i] == 0xFE ? unchecked((short)(0xFE00 | code[i + 1])) : code[i];
            if (!OpCodesByValue.TryGetValue(value, out var opCode))
            {
                yield break;
            }

            i += opCode.Size;
            if (opCode.OperandType == OperandType.InlineMethod && Resolve(method, BitConverter.ToInt32(code, i)) is { } called)
            {
                yield return called;
            }

            i += OperandSize(opCode.OperandType, code, i);
        }
    }

    private static MethodBase? Resolve(MethodBase caller, int token)
    {
        try
        {
            return caller.Module.ResolveMethod(
                token,
                caller.DeclaringType?.GetGenericArguments(),
                caller is MethodInfo { IsGenericMethod: true } ? caller.GetGenericArguments() : null);
        }
        catch (Exception exception) when (exception is ArgumentException or IOException or TypeLoadException or BadImageFormatException)
        {
            return null; // Of an assembly that is not there.
        }
    }

    private static int OperandSize(OperandType type, byte[] code, int at) => type switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + 4 * BitConverter.ToInt32(code, at),
        _ => 4,
    };
}
