using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FastOrm.Cache.EfCore.Rows.Copies;

/// <summary>
/// How the values of one type are kept apart from what callers do with theirs. What is immutable is shared; what is made of nothing
/// but data is copied, when it is recorded and on every hand-out; of anything else nothing is assumed, and it is not remembered.
/// </summary>
internal abstract class ValueCopier
{
    private static readonly ConcurrentDictionary<Type, ValueCopier?> ByType = new(new Dictionary<Type, ValueCopier?>
    {
        [typeof(string)] = new TextCopier(),
        [typeof(BitArray)] = new BitArrayCopier(),
        [typeof(IPAddress)] = new IPAddressCopier(),
        [typeof(JsonDocument)] = new JsonDocumentCopier(),
        [typeof(JsonElement)] = new JsonElementCopier(),

        // Immutable, though their fields do not show it.
        [typeof(BigInteger)] = new SharedCopier(typeof(BigInteger)),
        [typeof(PhysicalAddress)] = new SharedCopier(typeof(PhysicalAddress)),
        [typeof(Uri)] = new SharedCopier(typeof(Uri)),
    });

    private static readonly HashSet<Type> ImmutableCollections =
    [
        typeof(ImmutableArray<>), typeof(ImmutableList<>), typeof(ImmutableHashSet<>), typeof(ImmutableSortedSet<>),
        typeof(ImmutableDictionary<,>), typeof(ImmutableSortedDictionary<,>),
    ];

    /// <summary>The copier of a type, or null when its values can be neither shared nor copied.</summary>
    public static ValueCopier? For(Type type) => ByType.GetOrAdd(type, static type => For(type, []));

    /// <summary>Whether the values are immutable: <see cref="Copy"/> then gives the value itself.</summary>
    public virtual bool IsShared => false;

    /// <summary>Whether all values are of one size, with nothing beside them on the heap.</summary>
    public virtual bool IsFlat => false;

    /// <summary>A value with nothing in common with this one; null if this is of a derived type, of which nothing is known.</summary>
    public abstract object? Copy(object value);

    /// <summary>The estimated size of the object in bytes.</summary>
    public abstract long Size(object value);

    /// <summary>The copier of a type within others; a type that contains itself has none.</summary>
    internal static ValueCopier? For(Type type, HashSet<Type> outer)
    {
        type = Nullable.GetUnderlyingType(type) ?? type; // Boxed, the one is the other.
        if (ByType.TryGetValue(type, out var known))
        {
            return known;
        }

        if (!outer.Add(type))
        {
            return null;
        }

        try
        {
            return type.IsArray ? OfArray(type, outer)
                : HierarchyCopier.IsFor(type) ? new HierarchyCopier()
                : OfCollection(type, outer) ?? FieldCopier.Of(type, outer);
        }
        finally
        {
            outer.Remove(type);
        }
    }

    /// <summary>What a field or an element of the type takes in place.</summary>
    protected static int SlotSize(Type type) => type.IsValueType ? RuntimeHelpers.SizeOf(type.TypeHandle) : IntPtr.Size;

    private static ArrayCopier? OfArray(Type type, HashSet<Type> outer)
        => For(type.GetElementType()!, outer) is { } element ? new ArrayCopier(type, element) : null;

    private static ValueCopier? OfCollection(Type type, HashSet<Type> outer)
    {
        if (type.IsAssignableTo(typeof(JsonNode)))
        {
            return new JsonNodeCopier();
        }

        if (!type.IsGenericType || type.ContainsGenericParameters)
        {
            return null;
        }

        var definition = type.GetGenericTypeDefinition();
        var arguments = type.GetGenericArguments();
        if (definition == typeof(List<>))
        {
            return For(arguments[0], outer) is { } element ? Create(typeof(ListCopier<>), arguments, element) : null;
        }

        if (definition == typeof(Dictionary<,>))
        {
            return For(arguments[0], outer) is { IsShared: true } key && For(arguments[1], outer) is { } value
                ? Create(typeof(DictionaryCopier<,>), arguments, key, value)
                : null;
        }

        return ImmutableCollections.Contains(definition) && Array.TrueForAll(arguments, t => For(t, outer) is { IsShared: true })
            ? new ImmutableCollectionCopier(type)
            : null;
    }

    private static ValueCopier Create(Type definition, Type[] arguments, params object[] copiers)
        => (ValueCopier)Activator.CreateInstance(definition.MakeGenericType(arguments), copiers)!;
}
