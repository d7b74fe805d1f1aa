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

        var (min, max) = (values[0], values[0]);
        foreach (var value in values)
        {
            min = value < min ? value : min;
            max = value > max ? value : max;
        }

        var first = ulong.CreateTruncating(min);
        var width = Width(unchecked(ulong.CreateTruncating(max) - first));
        writer.Byte((byte)width);
        writer.Zigzag(unchecked((long)first));
        var target = writer.Take(checked(values.Length * width));
        switch (width)
        {
            case 1:
                for (var i = 0; i < values.Length; i++)
                {
                    target[i] = unchecked((byte)(ulong.CreateTruncating(values[i]) - first));
                }

                break;
            case 2:
                for (var i = 0; i < values.Length; i++)
                {
                    BinaryPrimitives.WriteUInt16LittleEndian(target[(2 * i)..], unchecked((ushort)(ulong.CreateTruncating(values[i]) - first)));
                }

                break;
            case 4:
                for (var i = 0; i < values.Length; i++)
                {
                    BinaryPrimitives.WriteUInt32LittleEndian(target[(4 * i)..], unchecked((uint)(ulong.CreateTruncating(values[i]) - first)));
                }

                break;
            default:
                for (var i = 0; i < values.Length; i++)
                {
                    BinaryPrimitives.WriteUInt64LittleEndian(target[(8 * i)..], unchecked(ulong.CreateTruncating(values[i]) - first));
                }

                break;
        }
    }

    public static bool TryRead<T>(ref PayloadReader reader, Span<T> values)
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
                for (var i = 0; i < values.Length; i++)
                {
                    values[i] = T.CreateTruncating(unchecked(first + source[i]));
                }

                break;
            case 2:
                for (var i = 0; i < values.Length; i++)
                {
                    values[i] = T.CreateTruncating(unchecked(first + BinaryPrimitives.ReadUInt16LittleEndian(source[(2 * i)..])));
                }

                break;
            case 4:
                for (var i = 0; i < values.Length; i++)
                {
                    values[i] = T.CreateTruncating(unchecked(first + BinaryPrimitives.ReadUInt32LittleEndian(source[(4 * i)..])));
                }

                break;
            default:
                for (var i = 0; i < values.Length; i++)
                {
                    values[i] = T.CreateTruncating(unchecked(first + BinaryPrimitives.ReadUInt64LittleEndian(source[(8 * i)..])));
                }

                break;
        }

        return true;
    }

    /// <summary>Reads numbers of items, which are together no more than can follow.</summary>
    /// <returns>Their sum, or less than 0.</returns>
    public static int TryReadCounts(ref PayloadReader reader, Span<int> counts)
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
