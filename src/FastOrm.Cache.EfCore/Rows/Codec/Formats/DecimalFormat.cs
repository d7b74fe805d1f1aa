using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace FastOrm.Cache.EfCore.Rows.Codec.Formats;

/// <summary>
/// Decimals with their scale. Amounts of one scale that fit 63 bits, which is what columns mostly hold: a 1, the scale, and integers.
/// Otherwise a 0, and of each value the four parts that .NET divides it into.
/// </summary>
internal sealed class DecimalFormat : VectorFormat<decimal>
{
    private const int Sign = unchecked((int)0x8000_0000);
    private const int MaxScale = 28;

    public override bool TryWrite(PayloadWriter writer, ReadOnlySpan<decimal> values)
    {
        if (values.IsEmpty)
        {
            return true;
        }

        var parts = new uint[values.Length * 4];
        var areAmounts = true;
        var scale = -1;
        for (var i = 0; i < values.Length; i++)
        {
            var part = MemoryMarshal.Cast<uint, int>(parts.AsSpan(i * 4, 4));
            decimal.GetBits(values[i], part);
            var own = part[3] & ~Sign;
            scale = i == 0 ? own : scale;
            areAmounts &= own == scale && part[2] == 0 && part[1] >= 0 && (part[3] >= 0 || (part[0] | part[1]) != 0);
        }

        writer.Byte(areAmounts ? (byte)1 : (byte)0);
        if (!areAmounts)
        {
            writer.UInt32s(parts);
            return true;
        }

        writer.Byte((byte)(scale >> 16));
        var amounts = new long[values.Length];
        for (var i = 0; i < amounts.Length; i++)
        {
            var amount = (long)parts[4 * i + 1] << 32 | parts[4 * i];
            amounts[i] = unchecked((int)parts[4 * i + 3]) < 0 ? -amount : amount;
        }

        IntegerVector.Write<long>(writer, amounts);
        return true;
    }

    public override bool TryRead(ref PayloadReader reader, Span<decimal> values)
    {
        if (values.IsEmpty)
        {
            return true;
        }

        return reader.Byte() switch
        {
            0 => TryReadParts(ref reader, values),
            1 => TryReadAmounts(ref reader, values),
            _ => reader.Refuse(),
        };
    }

    private static bool TryReadAmounts(ref PayloadReader reader, Span<decimal> values)
    {
        var scale = reader.Byte();
        if (scale > MaxScale || !reader.Fits((ulong)values.Length))
        {
            return reader.Refuse();
        }

        var amounts = new long[values.Length];
        if (!IntegerVector.TryRead(ref reader, amounts.AsSpan()))
        {
            return false;
        }

        for (var i = 0; i < amounts.Length; i++)
        {
            var amount = unchecked((ulong)(amounts[i] < 0 ? -amounts[i] : amounts[i]));
            values[i] = new decimal(unchecked((int)amount), unchecked((int)(amount >> 32)), 0, amounts[i] < 0, scale);
        }

        return true;
    }

    private static bool TryReadParts(ref PayloadReader reader, Span<decimal> values)
    {
        var source = reader.Take(values.Length * 16L);
        if (reader.IsBad)
        {
            return false;
        }

        for (var i = 0; i < values.Length; i++)
        {
            var part = source.Slice(i * 16, 16);
            var flags = BinaryPrimitives.ReadInt32LittleEndian(part[12..]);
            if ((flags & ~Sign & 0xFF00FFFF) != 0 || (flags & ~Sign) >> 16 > MaxScale)
            {
                return reader.Refuse();
            }

            values[i] = new decimal(
                BinaryPrimitives.ReadInt32LittleEndian(part),
                BinaryPrimitives.ReadInt32LittleEndian(part[4..]),
                BinaryPrimitives.ReadInt32LittleEndian(part[8..]),
                flags < 0,
                (byte)(flags >> 16));
        }

        return true;
    }
}
