using System.Buffers;
using System.Runtime.InteropServices;

namespace FastOrm.Cache.EfCore.Rows.Codec.Formats;

/// <summary>
/// Ticks, in the largest unit in which their distances are whole: whoever stores seconds gets no ten millions of each. One byte with the
/// unit, the smallest value, and the distances of all values from it as <see cref="IntegerVector"/>. Nothing at all for no values.
/// </summary>
internal static class TickVector
{
    private static readonly ulong[] Units = [Day.Ticks, Second.Ticks, Millisecond.Ticks, Microsecond.Ticks, 1];

    public static void Write(PayloadWriter writer, ReadOnlySpan<long> values)
    {
        if (values.IsEmpty)
        {
            return;
        }

        var min = long.MaxValue;
        foreach (var value in values)
        {
            min = Math.Min(min, value);
        }

        var rented = ArrayPool<ulong>.Shared.Rent(values.Length);
        var distances = rented.AsSpan(0, values.Length);
        writer.Byte(Divide(values, min, distances));
        writer.Zigzag(min);
        IntegerVector.Write<ulong>(writer, distances);
        ArrayPool<ulong>.Shared.Return(rented);
    }

    /// <summary>Reads values of which none is beyond the given bounds.</summary>
    public static bool TryRead(ref PayloadReader reader, Span<long> values, long least, long most)
    {
        if (values.IsEmpty)
        {
            return true;
        }

        var unit = reader.Byte();
        var min = reader.Zigzag();
        if (unit >= Units.Length)
        {
            return reader.Refuse();
        }

        if (!IntegerVector.TryRead(ref reader, MemoryMarshal.Cast<long, ulong>(values)))
        {
            return false;
        }

        var ticks = unchecked((long)Units[unit]);
        foreach (ref var value in values)
        {
            value = unchecked(min + value * ticks);
            if (value < least || value > most)
            {
                return reader.Refuse();
            }
        }

        return true;
    }

    // The number of the unit.
    private static byte Divide(ReadOnlySpan<long> values, long min, Span<ulong> distances)
        => Divide<Day>(values, min, distances) ? (byte)0
            : Divide<Second>(values, min, distances) ? (byte)1
            : Divide<Millisecond>(values, min, distances) ? (byte)2
            : Divide<Microsecond>(values, min, distances) ? (byte)3
            : Divide<Tick>(values, min, distances) ? (byte)4
            : throw new InvalidOperationException("Every distance is a whole number of ticks.");

    // A method for each unit, because a division by a constant is a multiplication.
    private static bool Divide<TUnit>(ReadOnlySpan<long> values, long min, Span<ulong> distances)
        where TUnit : struct, IUnit
    {
        for (var i = 0; i < values.Length; i++)
        {
            var distance = unchecked((ulong)(values[i] - min));
            var whole = distance / TUnit.Ticks;
            if (whole * TUnit.Ticks != distance)
            {
                return false;
            }

            distances[i] = whole;
        }

        return true;
    }

    private interface IUnit
    {
        static abstract ulong Ticks { get; }
    }

    private readonly struct Day : IUnit
    {
        public static ulong Ticks => TimeSpan.TicksPerDay;
    }

    private readonly struct Second : IUnit
    {
        public static ulong Ticks => TimeSpan.TicksPerSecond;
    }

    private readonly struct Millisecond : IUnit
    {
        public static ulong Ticks => TimeSpan.TicksPerMillisecond;
    }

    private readonly struct Microsecond : IUnit
    {
        public static ulong Ticks => TimeSpan.TicksPerMicrosecond;
    }

    private readonly struct Tick : IUnit
    {
        public static ulong Ticks => 1;
    }
}
