using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace FastOrm.Cache.EfCore.Rows.Codec.Formats;

/// <summary>
/// Integers as narrow as they allow: one byte with the width (1, 2, 4 or 8), the smallest value, and the distance of each value from it.
/// Nothing at all for no values.
/// </summary>
internal static class IntegerVector
{
    public static void Write<T>(PayloadWriter writer, ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryInteger<T>
    {
        if (values.IsEmpty)
        {
            return;
        }

        var (min, max) = Bounds(values);
        var first = ulong.CreateTruncating(min);
        var width = Width(unchecked(ulong.CreateTruncating(max) - first));
        writer.Byte((byte)width);
        writer.Zigzag(unchecked((long)first));
        var target = writer.Take(checked(values.Length * width));
        switch (width)
        {
            case 1:
                Write(values, first, target);
                break;
            case 2:
                Write(values, first, MemoryMarshal.Cast<byte, ushort>(target));
                break;
            case 4:
                Write(values, first, MemoryMarshal.Cast<byte, uint>(target));
                break;
            default:
                Write(values, first, MemoryMarshal.Cast<byte, ulong>(target));
                break;
        }
    }

    public static bool TryRead<T>(ref PayloadReader reader, scoped Span<T> values)
        where T : unmanaged, IBinaryInteger<T>
    {
        if (values.IsEmpty)
        {
            return true;
        }

        var width = reader.Byte();
        var first = unchecked((ulong)reader.Zigzag());
        if (width is not (1 or 2 or 4 or 8) || width > Unsafe.SizeOf<T>())
        {
            return reader.Refuse();
        }

        var source = reader.Take(values.Length * (long)width);
        if (reader.IsBad)
        {
            return false;
        }

        switch (width)
        {
            case 1:
                Read(source, first, values);
                break;
            case 2:
                Read(MemoryMarshal.Cast<byte, ushort>(source), first, values);
                break;
            case 4:
                Read(MemoryMarshal.Cast<byte, uint>(source), first, values);
                break;
            default:
                Read(MemoryMarshal.Cast<byte, ulong>(source), first, values);
                break;
        }

        return true;
    }

    /// <summary>Reads numbers of items, which are together no more than can follow.</summary>
    /// <returns>Their sum, or less than 0.</returns>
    public static int TryReadCounts(ref PayloadReader reader, scoped Span<int> counts)
    {
        if (!TryRead(ref reader, counts))
        {
            return -1;
        }

        var sum = 0L;
        foreach (var count in counts)
        {
            sum += count;
            if (count < 0 || !reader.Fits((ulong)sum))
            {
                reader.Refuse();
                return -1;
            }
        }

        return (int)sum;
    }

    // As many at once as the processor compares.
    private static (T Min, T Max) Bounds<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryInteger<T>
    {
        var (min, max) = (values[0], values[0]);
        if (Vector<T>.IsSupported && values.Length >= Vector<T>.Count)
        {
            var vectors = MemoryMarshal.Cast<T, Vector<T>>(values);
            var (mins, maxs) = (vectors[0], vectors[0]);
            foreach (var vector in vectors)
            {
                mins = Vector.Min(mins, vector);
                maxs = Vector.Max(maxs, vector);
            }

            for (var i = 0; i < Vector<T>.Count; i++)
            {
                min = T.Min(min, mins[i]);
                max = T.Max(max, maxs[i]);
            }

            values = values[(vectors.Length * Vector<T>.Count)..];
        }

        foreach (var value in values)
        {
            min = T.Min(min, value);
            max = T.Max(max, value);
        }

        return (min, max);
    }

    private static void Write<T, TNarrow>(ReadOnlySpan<T> values, ulong first, Span<TNarrow> target)
        where T : unmanaged, IBinaryInteger<T>
        where TNarrow : unmanaged, IBinaryInteger<TNarrow>
    {
        target = target[..values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            target[i] = LittleEndian(TNarrow.CreateTruncating(unchecked(ulong.CreateTruncating(values[i]) - first)));
        }
    }

    private static void Read<T, TNarrow>(ReadOnlySpan<TNarrow> source, ulong first, Span<T> values)
        where T : unmanaged, IBinaryInteger<T>
        where TNarrow : unmanaged, IBinaryInteger<TNarrow>
    {
        source = source[..values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = T.CreateTruncating(unchecked(first + ulong.CreateTruncating(LittleEndian(source[i]))));
        }
    }

    private static T LittleEndian<T>(T value)
        where T : unmanaged, IBinaryInteger<T>
        => BitConverter.IsLittleEndian ? value
            : value is ushort two ? T.CreateTruncating(BinaryPrimitives.ReverseEndianness(two))
            : value is uint four ? T.CreateTruncating(BinaryPrimitives.ReverseEndianness(four))
            : value is ulong eight ? T.CreateTruncating(BinaryPrimitives.ReverseEndianness(eight))
            : value;

    private static int Width(ulong range)
        => range <= byte.MaxValue ? 1 : range <= ushort.MaxValue ? 2 : range <= uint.MaxValue ? 4 : 8;
}

/// <summary>Integers and code units.</summary>
internal sealed class IntegerFormat<T> : VectorFormat<T>
    where T : unmanaged, IBinaryInteger<T>
{
    public override bool TryWrite(PayloadWriter writer, ReadOnlySpan<T> values)
    {
        IntegerVector.Write(writer, values);
        return true;
    }

    public override bool TryRead(ref PayloadReader reader, Span<T> values) => IntegerVector.TryRead(ref reader, values);
}

/// <summary>Enums, as the integers that they are.</summary>
internal sealed class EnumFormat<T, TNumber> : VectorFormat<T>
    where T : unmanaged, Enum
    where TNumber : unmanaged, IBinaryInteger<TNumber>
{
    public override bool TryWrite(PayloadWriter writer, ReadOnlySpan<T> values)
    {
        IntegerVector.Write(writer, MemoryMarshal.Cast<T, TNumber>(values));
        return true;
    }

    public override bool TryRead(ref PayloadReader reader, Span<T> values)
        => IntegerVector.TryRead(ref reader, MemoryMarshal.Cast<T, TNumber>(values));

    public override void Describe(StringBuilder text, HashSet<Type> outer)
        => text.Append(typeof(T)).Append(':').Append(typeof(TNumber));
}
