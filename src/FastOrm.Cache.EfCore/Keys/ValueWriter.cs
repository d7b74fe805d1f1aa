using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace FastOrm.Cache.EfCore.Keys;

/// <summary>
/// Writes a value into a key so that two values have the same bytes exactly when no query can tell them apart: the type, then
/// every bit (the scale of a decimal, the kind of a date, the offset, null items). What cannot be written so is refused.
/// </summary>
/// <remarks>
/// Layout: a kind byte, then the payload. Kinds are part of the key format; a new meaning takes a new number.
/// </remarks>
internal static class ValueWriter
{
    private const byte Null = 0;
    private const byte Functions = 29;
    private const byte Enum = 30;
    private const byte Struct = 31;
    private const byte Sequence = 32;
    private const byte Entity = 33;
    private const byte RuntimeType = 34;
    private const byte Bytes = 35;
    private const byte Int32s = 36;
    private const byte Int64s = 37;
    private const byte Guids = 38;

    private static readonly ConcurrentDictionary<Type, FieldInfo[]?> Structs = new();

    /// <summary>Writes the value.</summary>
    /// <returns>Whether it could be written; if not, the buffer holds a part of it and the query cannot be keyed.</returns>
    public static bool TryWrite(KeyBuffer buffer, object? value, IModel model)
        => value switch
        {
            null => Kind(buffer, Null),
            int number => Write(buffer, 1, number),
            string text => Write(buffer, text),
            long number => Write(buffer, 3, number),
            Guid guid => Write(buffer, guid),
            bool flag => Write(buffer, 5, flag ? 1 : 0),
            decimal number => Write(buffer, number),
            DateTime time => Write(buffer, time),
            DateTimeOffset time => Write(buffer, 8, time.Ticks) && Long(buffer, time.Offset.Ticks),
            DateOnly date => Write(buffer, 9, date.DayNumber),
            TimeOnly time => Write(buffer, 10, time.Ticks),
            TimeSpan time => Write(buffer, 11, time.Ticks),
            double number => Write(buffer, 12, BitConverter.DoubleToInt64Bits(number)),
            float number => Write(buffer, 13, BitConverter.SingleToInt32Bits(number)),
            byte number => Write(buffer, 14, number),
            sbyte number => Write(buffer, 15, number),
            short number => Write(buffer, 16, number),
            ushort number => Write(buffer, 17, number),
            uint number => Write(buffer, 18, number),
            ulong number => Write(buffer, 19, unchecked((long)number)),
            char unit => Write(buffer, 20, unit),
            Type type => Identified(buffer, RuntimeType, type),
            DbFunctions => Kind(buffer, Functions),
            Array or IList or IEnumerable => TryWriteSequence(buffer, value, model),
            _ => TryWriteOther(buffer, value, model),
        };

    /// <summary>
    /// A value that no one else can change: the value itself when it is immutable, a copy of the same type when it is one of the
    /// collections that can be keyed.
    /// </summary>
    public static object? Freeze(object? value) => value switch
    {
        null or string => value,
        IEnumerable items => CollectionShape.Of(items.GetType())?.Copy(value) ?? value,
        _ => value,
    };

    private static bool Kind(KeyBuffer buffer, byte kind)
    {
        buffer.Byte(kind);
        return true;
    }

    private static bool Write(KeyBuffer buffer, byte kind, int value)
    {
        buffer.Byte(kind);
        buffer.Int32(value);
        return true;
    }

    private static bool Write(KeyBuffer buffer, byte kind, long value)
    {
        buffer.Byte(kind);
        return Long(buffer, value);
    }

    private static bool Long(KeyBuffer buffer, long value)
    {
        buffer.Int64(value);
        return true;
    }

    private static bool Write(KeyBuffer buffer, string text)
    {
        buffer.Byte(2);
        buffer.Text(text);
        return true;
    }

    private static bool Write(KeyBuffer buffer, Guid guid)
    {
        Span<byte> bytes = stackalloc byte[16];
        guid.TryWriteBytes(bytes);
        buffer.Byte(4);
        buffer.Bytes(bytes);
        return true;
    }

    private static bool Write(KeyBuffer buffer, decimal number)
    {
        Span<int> parts = stackalloc int[4];
        decimal.GetBits(number, parts);
        buffer.Byte(6);
        foreach (var part in parts)
        {
            buffer.Int32(part);
        }

        return true;
    }

    private static bool Write(KeyBuffer buffer, DateTime time)
    {
        buffer.Byte(7);
        buffer.Byte((byte)time.Kind);
        return Long(buffer, time.Ticks);
    }

    private static bool Identified(KeyBuffer buffer, byte kind, Type type)
    {
        buffer.Byte(kind);
        buffer.Id(StableId.Of(type));
        return true;
    }

    private static bool TryWriteSequence(KeyBuffer buffer, object value, IModel model)
    {
        // By exact type: to the runtime an array of enums or of uint is an int[] as well.
        var type = value.GetType();
        if (type == typeof(byte[]))
        {
            return WriteRaw<byte>(buffer, Bytes, (byte[])value);
        }

        if (type == typeof(int[]))
        {
            return WriteRaw<int>(buffer, Int32s, (int[])value);
        }

        if (type == typeof(long[]))
        {
            return WriteRaw<long>(buffer, Int64s, (long[])value);
        }

        if (type == typeof(Guid[]))
        {
            return WriteRaw<Guid>(buffer, Guids, (Guid[])value);
        }

        if (CollectionShape.Of(type) is not { } shape || !shape.CanBeEnumerated(value))
        {
            return false;
        }

        Identified(buffer, Sequence, type);
        var count = 0;
        foreach (var item in (IEnumerable)value)
        {
            count++;
            if (!TryWrite(buffer, item, model))
            {
                return false;
            }
        }

        // After the items: their kinds are self-delimiting, and no collection need be counted twice.
        buffer.Byte(byte.MaxValue);
        buffer.Int32(count);
        return true;
    }

    private static bool WriteRaw<T>(KeyBuffer buffer, byte kind, ReadOnlySpan<T> items)
        where T : struct
    {
        buffer.Byte(kind);
        buffer.Int32(items.Length);
        if (BitConverter.IsLittleEndian)
        {
            buffer.Bytes(MemoryMarshal.AsBytes(items));
            return true;
        }

        return false;
    }

    private static bool TryWriteOther(KeyBuffer buffer, object value, IModel model)
    {
        var type = value.GetType();
        if (type.IsEnum)
        {
            Identified(buffer, Enum, type);
            return Long(buffer, unchecked((long)EnumBits(value, type)));
        }

        if (type.IsValueType)
        {
            return TryWriteStruct(buffer, value, type, model);
        }

        return model.FindRuntimeEntityType(type) is { } entityType && TryWriteEntity(buffer, value, entityType, model);
    }

    private static ulong EnumBits(object value, Type type)
        => System.Enum.GetUnderlyingType(type) == typeof(ulong)
            ? Convert.ToUInt64(value, CultureInfo.InvariantCulture)
            : unchecked((ulong)Convert.ToInt64(value, CultureInfo.InvariantCulture));

    /// <summary>A value type is what its fields are: strongly typed ids, tuples.</summary>
    private static bool TryWriteStruct(KeyBuffer buffer, object value, Type type, IModel model)
    {
        var fields = Structs.GetOrAdd(type, static type =>
        {
            var fields = type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);
            return fields.Length > 0 && fields.All(static field => field.FieldType.IsValueType || field.FieldType == typeof(string))
                && !type.IsPrimitive && !type.IsByRefLike
                ? fields
                : null;
        });
        if (fields is null)
        {
            return false;
        }

        Identified(buffer, Struct, type);
        foreach (var field in fields)
        {
            if (!TryWrite(buffer, field.GetValue(value), model))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>EF Core compares entities by their key, so that is all of an instance that a query can see.</summary>
    private static bool TryWriteEntity(KeyBuffer buffer, object entity, IEntityType entityType, IModel model)
    {
        if (entityType.FindPrimaryKey() is not { } key || key.Properties.Any(static property => property.IsShadowProperty()))
        {
            return false;
        }

        Identified(buffer, Entity, entityType.GetRootType().ClrType);
        foreach (var property in key.Properties)
        {
            if (!TryWrite(buffer, property.GetGetter().GetClrValue(entity), model))
            {
                return false;
            }
        }

        return true;
    }
}
