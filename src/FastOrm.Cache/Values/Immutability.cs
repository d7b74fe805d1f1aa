using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.ComponentModel;
using System.Numerics;
using System.Reflection;

namespace FastOrm.Cache.Values;

/// <summary>Which types can be shared, because nobody can change their objects.</summary>
/// <remarks>
/// Known types; those marked <c>[ImmutableObject(true)]</c>; and those all of whose fields are read-only and of such types. Only sealed
/// types count where a field is concerned: an object of a derived type may be anything.
/// </remarks>
internal static class Immutability
{
    private static readonly FrozenSet<Type> Known = new[]
    {
        typeof(string), typeof(decimal), typeof(DateTime), typeof(DateTimeOffset), typeof(DateOnly), typeof(TimeOnly), typeof(TimeSpan),
        typeof(Guid), typeof(Int128), typeof(UInt128), typeof(Half), typeof(BigInteger), typeof(Complex), typeof(Index), typeof(Range),
        typeof(Uri), typeof(Version), typeof(DBNull), typeof(System.Net.IPNetwork), typeof(System.Text.Rune),
    }.ToFrozenSet();

    private static readonly FrozenSet<Type> Containers = new[]
    {
        typeof(ImmutableArray<>), typeof(ImmutableList<>), typeof(ImmutableHashSet<>), typeof(ImmutableSortedSet<>), typeof(ImmutableQueue<>),
        typeof(ImmutableStack<>), typeof(ImmutableDictionary<,>), typeof(ImmutableSortedDictionary<,>),
    }.ToFrozenSet();

    private static readonly ConcurrentDictionary<Type, bool> Found = new();

    /// <summary>Whether an object of exactly this type can be shared.</summary>
    public static bool Is(Type type) => Found.GetOrAdd(type, static type => Find(type, []));

    private static bool Find(Type type, HashSet<Type> asked)
    {
        if (type.IsPrimitive || type.IsEnum || Known.Contains(type) || type.GetCustomAttribute<ImmutableObjectAttribute>(inherit: false)?.Immutable == true)
        {
            return true;
        }

        if (type.IsArray || type.IsPointer || type.IsInterface || typeof(Delegate).IsAssignableFrom(type) || type == typeof(object))
        {
            return false;
        }

        if (type.IsGenericType && Containers.Contains(type.GetGenericTypeDefinition()))
        {
            return type.GetGenericArguments().All(argument => IsField(argument, asked));
        }

        if (!asked.Add(type))
        {
            return true; // It holds itself; whether that is harmless is said by its other fields.
        }

        for (var declaring = type; declaring is not null && declaring != typeof(object) && declaring != typeof(ValueType); declaring = declaring.BaseType)
        {
            foreach (var field in declaring.GetFields(
                BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                // The fields of a value are copied with it.
                if ((!field.IsInitOnly && !type.IsValueType) || !IsField(field.FieldType, asked))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static bool IsField(Type type, HashSet<Type> asked)
        => (type.IsSealed || type == typeof(Uri)) && Find(type, asked);
}
