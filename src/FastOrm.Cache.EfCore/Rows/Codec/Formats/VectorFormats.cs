using System.Collections;
using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using System.Numerics;
using System.Text.Json;
using FastOrm.Cache.EfCore.Rows.Copies;

namespace FastOrm.Cache.EfCore.Rows.Codec.Formats;

/// <summary>Which type is written in which format.</summary>
internal static class VectorFormats
{
    private static readonly Dictionary<Type, VectorFormat> Known = new VectorFormat[]
    {
        new BooleanFormat(),
        new IntegerFormat<byte>(),
        new IntegerFormat<sbyte>(),
        new IntegerFormat<short>(),
        new IntegerFormat<ushort>(),
        new IntegerFormat<int>(),
        new IntegerFormat<uint>(),
        new IntegerFormat<long>(),
        new IntegerFormat<ulong>(),
        new IntegerFormat<char>(),
        new SingleFormat(),
        new DoubleFormat(),
        new DecimalFormat(),
        new GuidFormat(),
        new DateTimeFormat(),
        new DateTimeOffsetFormat(),
        new DateOnlyFormat(),
        new TickFormat<TimeOnly>(0, TimeOnly.MaxValue.Ticks),
        new TickFormat<TimeSpan>(long.MinValue, long.MaxValue),
        new TextFormat(),
        new BytesFormat(),
        new BitArrayFormat(),
        new IPAddressFormat(),
        new JsonDocumentFormat(),
        new JsonElementFormat(),
        new BlobFormat<BigInteger>(static value => value.ToByteArray(), static bytes => new BigInteger(bytes)),
        new BlobFormat<PhysicalAddress>(static value => value.GetAddressBytes(), static bytes => new PhysicalAddress(bytes.ToArray())),
    }.ToDictionary(static format => format.Type);

    /// <summary>Makes the format of values of a type, none of which is null; null when they cannot be written.</summary>
    public static VectorFormat? Make(Type type)
    {
        if (Known.TryGetValue(type, out var known))
        {
            return known;
        }

        if (type.IsEnum)
        {
            return Create(typeof(EnumFormat<,>), type, type.GetEnumUnderlyingType());
        }

        if (type.IsArray)
        {
            return OfArray(type);
        }

        // What can be neither shared nor copied is not recorded, so it need not be written.
        return ValueCopier.For(type) switch
        {
            null => null,
            FieldCopier => FieldFormat.FieldsOf(type) is { } fields ? Create(typeof(FieldFormat<>), [type], [fields]) : null,
            HierarchyCopier => Create(typeof(HierarchyFormat<>), type),
            _ => type.IsGenericType ? OfCollection(type.GetGenericTypeDefinition(), type.GetGenericArguments()) : null,
        };
    }

    /// <summary>The format of items, of which some may be null if their type has one.</summary>
    public static VectorFormat? OfItems(Type type)
    {
        var inner = Nullable.GetUnderlyingType(type) ?? type;
        return VectorFormat.Of(inner) is not { } format ? null
            : inner != type ? Create(typeof(NullableFormat<>), [inner], format)
            : type.IsValueType ? format
            : Create(typeof(ReferenceFormat<>), [type], format);
    }

    private static VectorFormat? OfArray(Type type)
        => type.GetElementType()! is var element && OfItems(element) is not { } items ? null
            : type.IsSZArray ? Create(typeof(ArrayFormat<>), [element], items)
            : Create(typeof(MultiArrayFormat<,>), [type, element], items);

    private static VectorFormat? OfCollection(Type definition, Type[] arguments)
    {
        var format = definition == typeof(List<>) ? typeof(ListFormat<>)
            : definition == typeof(ImmutableArray<>) ? typeof(ImmutableArrayFormat<>)
            : definition == typeof(ImmutableList<>) ? typeof(ImmutableListFormat<>)
            : definition == typeof(Dictionary<,>) ? typeof(DictionaryFormat<,>)
            : definition == typeof(ImmutableDictionary<,>) ? typeof(ImmutableDictionaryFormat<,>)
            : null;
        if (format is null)
        {
            return null;
        }

        var items = arguments.Length == 1 ? OfItems(arguments[0]) : OfKeys(arguments[0]);
        var values = arguments.Length == 1 ? null : OfItems(arguments[1]);
        return items is null ? null
            : arguments.Length == 1 ? Create(format, arguments, items)
            : values is null ? null
            : Create(format, arguments, items, values);
    }

    // Never null, and of a type whose comparison runs no code but the framework's: what is read may be anything.
    private static VectorFormat? OfKeys(Type type)
        => type.IsEnum || type == typeof(string) || (type.IsValueType && Known.ContainsKey(type)) ? VectorFormat.Of(type) : null;

    private static VectorFormat Create(Type definition, params Type[] arguments) => Create(definition, arguments, []);

    private static VectorFormat Create(Type definition, Type[] arguments, params object[] parts)
        => (VectorFormat)Activator.CreateInstance(definition.MakeGenericType(arguments), parts)!;
}
