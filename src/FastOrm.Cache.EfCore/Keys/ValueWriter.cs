using System.Collections.Frozen;
using System.Globalization;
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
    /// <summary>A value that is refused stands for itself in no key: the commands that are made of it tell the keys apart.</summary>
    public const byte Opaque = 28;
    public const byte Fields = 31;
    public const byte Sequence = 32;
    public const byte Bytes = 35; // Of each of these four the list takes the next number.
    public const byte Int32s = 37;
    public const byte Int64s = 39;
    public const byte Guids = 41;
    public const byte MultiArray = 43;
    public const byte Atom = 44;

    private const byte Null = 0;
    private const byte Functions = 29;
    private const byte Enum = 30;
    private const byte Entity = 33;
    private const byte RuntimeType = 34;

    private static readonly FrozenSet<Type> SimpleStructs =
    [
        typeof(Guid), typeof(DateTimeOffset), typeof(DateOnly), typeof(TimeOnly), typeof(TimeSpan), typeof(Type),
    ];

    /// <summary>Whether values of the type are immutable and always have exact bytes.</summary>
    public static bool IsSimple(Type type)
        => Type.GetTypeCode(type) is not (TypeCode.Object or TypeCode.DBNull) || SimpleStructs.Contains(type);

    /// <summary>Writes the value.</summary>
    /// <param name="buffer">What is written to.</param>
    /// <param name="value">The value.</param>
    /// <param name="model">The model whose entities are written as their keys; null when entities are refused.</param>
    /// <returns>Whether it could be written; if not, the buffer holds a part of it.</returns>
    public static bool TryWrite(KeyBuffer buffer, object? value, IModel? model)
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
            _ => TryWriteOther(buffer, value, model),
        };

    /// <summary>
    /// A value that no one else can change: the value itself when it is immutable or refused, otherwise a copy of the same type.
    /// </summary>
    public static object? Freeze(object? value)
        => value is null || IsSimple(value.GetType()) ? value : ValueShape.Of(value.GetType())?.Freeze(value) ?? value;

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

    private static bool TryWriteOther(KeyBuffer buffer, object value, IModel? model)
    {
        var type = value.GetType();
        if (type.IsEnum)
        {
            Identified(buffer, Enum, type);
            return Long(buffer, unchecked((long)EnumBits(value, type)));
        }

        if (ValueShape.Of(type) is { } shape)
        {
            return shape.TryWrite(buffer, value, model);
        }

        return model?.FindRuntimeEntityType(type) is { } entityType && TryWriteEntity(buffer, value, entityType, model);
    }

    private static ulong EnumBits(object value, Type type)
        => System.Enum.GetUnderlyingType(type) == typeof(ulong)
            ? Convert.ToUInt64(value, CultureInfo.InvariantCulture)
            : unchecked((ulong)Convert.ToInt64(value, CultureInfo.InvariantCulture));

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
