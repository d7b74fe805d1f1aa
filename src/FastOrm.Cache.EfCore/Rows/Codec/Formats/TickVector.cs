using System.Buffers.Binary;

namespace FastOrm.Cache.EfCore.Rows.Codec.Formats;

/// <summary>
/// Ticks, in the largest unit in which their distances are whole: whoever stores seconds gets no ten millions of each. One byte with the
/// unit, one with the width (1, 2, 4 or 8), the smallest value, and the distance of each value from it. Nothing at all for no values.
/// </summary>
internal static class TickVector
{
    private static readonly ulong[] Units =
    [
        TimeSpan.TicksPerDay, TimeSpan.TicksPerMinute, TimeSpan.TicksPerSecond, TimeSpan.TicksPerMillisecond, TimeSpan.TicksPerMicrosecond, 1,
    ];

    public static void Write(PayloadWriter writer, ReadOnlySpan<long> values)
    {
        if (values.IsEmpty)
        {
            return;
        }

        var (min, max) = (values[0], values[0]);
        foreach (var value in values)
        {
            min = Math.Min(min, value);
            max = Math.Max(max, value);
        }

        var unit = Unit(values, min);
        var divisor = Units[unit];
        var range = unchecked((ulong)(max - min)) / divisor;
        var width = range <= byte.MaxValue ? 1 : range <= ushort.MaxValue ? 2 : range <= uint.MaxValue ? 4 : 8;
        writer.Byte((byte)unit);
        writer.Byte((byte)width);
        writer.Zigzag(min);
        var target = writer.Take(checked(values.Length * width));
        for (var i = 0; i < values.Length; i++)
        {
            var distance = unchecked((ulong)(values[i] - min)) / divisor;
            switch (width)
            {
                case 1:
                    target[i] = (byte)distance;
                    break;
                case 2:
                    BinaryPrimitives.WriteUInt16LittleEndian(target[(2 * i)..], (ushort)distance);
                    break;
                case 4:
                    BinaryPrimitives.WriteUInt32LittleEndian(target[(4 * i)..], (uint)distance);
                    break;
                default:
                    BinaryPrimitives.WriteUInt64LittleEndian(target[(8 * i)..], distance);
                    break;
            }
        }
    }

    /// <summary>Reads values of which none is beyond the given bounds.</summary>
    public static bool TryRead(ref PayloadReader reader, Span<long> values, long least, long most)
    {
        if (values.IsEmpty)
        {
            return true;
        }

        var unit = reader.Byte();
        var width = reader.Byte();
        var min = reader.Zigzag();
        if (unit >= Units.Length || width is not (1 or 2 or 4 or 8))
        {
            return reader.Refuse();
        }

        var source = reader.Take(values.Length * (long)width);
        if (reader.IsBad)
        {
            return false;
        }

        var factor = Units[unit];
        for (var i = 0; i < values.Length; i++)
        {
            var distance = width switch
            {
                1 => source[i],
                2 => BinaryPrimitives.ReadUInt16LittleEndian(source[(2 * i)..]),
                4 => BinaryPrimitives.ReadUInt32LittleEndian(source[(4 * i)..]),
                _ => BinaryPrimitives.ReadUInt64LittleEndian(source[(8 * i)..]),
            };
            var value = unchecked(min + (long)(distance * factor));
            if (value < least || value > most)
            {
                return reader.Refuse();
            }

            values[i] = value;
        }

        return true;
    }

    private static int Unit(ReadOnlySpan<long> values, long min)
    {
        var unit = 0;
        foreach (var value in values)
        {
            while (unchecked((ulong)(value - min)) % Units[unit] != 0)
            {
                unit++;
            }

            if (unit == Units.Length - 1)
            {
                break;
            }
        }

        return unit;
    }
}
