using System.Collections;
using System.Collections.Concurrent;
using System.Net;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace FastOrm.Cache.Tests.Integration.Fidelity.Harness;

/// <summary>Changes everything that can be changed in an object graph, as a caller could who holds it.</summary>
internal static class Mutator
{
    private static readonly ConcurrentDictionary<Type, FieldInfo[]> FieldsByType = new();

    /// <summary>Changes the graph in place.</summary>
    /// <param name="graph">Where to begin.</param>
    /// <param name="untouched">Objects that are not the result's own.</param>
    /// <returns>How many objects were changed.</returns>
    public static int Change(object? graph, params object[] untouched)
    {
        var seen = new HashSet<object>(untouched, ReferenceEqualityComparer.Instance);
        var objects = new List<object>();
        Gather(graph, seen, objects);

        // Each is changed after all were found, since a cleared list leads nowhere any more.
        return objects.Count(static one => Change(one));
    }

    private static void Gather(object? value, HashSet<object> seen, List<object> objects)
    {
        var pending = new Stack<object?>([value]);
        while (pending.TryPop(out var next))
        {
            if (next is null or string or DbContext or ILazyLoader or Type or Delegate || !seen.Add(next))
            {
                continue;
            }

            objects.Add(next);
            foreach (var inner in next is IEnumerable items and not JsonNode ? items.Cast<object?>() : [])
            {
                pending.Push(inner);
            }

            foreach (var field in FieldsOf(next))
            {
                pending.Push(field.GetValue(next));
            }
        }
    }

    private static bool Change(object value)
    {
        switch (value)
        {
            case JsonDocument document:
                document.Dispose();
                return true;
            case BitArray bits:
                bits.Not();
                return true;
            case IPAddress { AddressFamily: System.Net.Sockets.AddressFamily.InterNetworkV6 } address:
                address.ScopeId++;
                return true;
            case Array array:
                return ChangeElements(array);
            case ValueType:
                return false;
            case IEnumerable when value.GetType().GetMethod("Clear", Type.EmptyTypes) is { } clear:
                clear.Invoke(value, null);
                return true;
        }

        foreach (var field in FieldsOf(value))
        {
            field.SetValue(value, Other(field.FieldType, field.GetValue(value)));
        }

        return true;
    }

    private static bool ChangeElements(Array array)
    {
        var type = array.GetType().GetElementType()!;
        var index = new int[array.Rank];
        for (var i = 0; i < array.Length; i++)
        {
            for (int rest = i, dimension = array.Rank - 1; dimension >= 0; dimension--)
            {
                (rest, index[dimension]) = Math.DivRem(rest, array.GetLength(dimension));
            }

            array.SetValue(Other(type, array.GetValue(index)), index);
        }

        return array.Length > 0;
    }

    private static object? Other(Type type, object? value)
        => value switch
        {
            bool truth => !truth,
            byte number => (byte)~number,
            int number => ~number,
            long number => ~number,
            double number => number + 1,
            decimal => -1m,
            char => 'x',
            string text => text + " changed",
            Guid => new Guid(9, 9, 9, new byte[8]),
            DateTime => new DateTime(1999, 9, 9),
            null => null,
            _ => type.IsValueType ? Activator.CreateInstance(Nullable.GetUnderlyingType(type) ?? type) : null,
        };

    // Of a framework's classes a caller sees only what their methods let through.
    private static FieldInfo[] FieldsOf(object value)
        => FieldsByType.GetOrAdd(value.GetType(), static type => [.. Hierarchy(type)
            .Where(static t => t.Assembly == typeof(Mutator).Assembly || t.Name.Contains("Tuple`", StringComparison.Ordinal))
            .SelectMany(static t => t.GetFields(
                BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))]);

    private static IEnumerable<Type> Hierarchy(Type? type)
    {
        for (; type is not null; type = type.BaseType)
        {
            yield return type;
        }
    }
}
