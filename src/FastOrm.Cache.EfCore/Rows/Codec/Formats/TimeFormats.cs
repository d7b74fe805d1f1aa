using System.Buffers;
using System.Runtime.InteropServices;

namespace FastOrm.Cache.EfCore.Rows.Codec.Formats;

/// <summary>Times that are nothing but a number of ticks.</summary>
/// <param name="least">The least number of ticks.</param>
/// <param name="most">The most.</param>
internal sealed class TickFormat<T>(long least, long most) : VectorFormat<T>
    where T : unmanaged
{
    public override bool TryWrite(PayloadWriter writer, ReadOnlySpan<T> values)
    {
        TickVector.Write(writer, MemoryMarshal.Cast<T, long>(values));
        return true;
    }

    public override bool TryRead(ref PayloadReader reader, Span<T> values)
        => TickVector.TryRead(ref reader, MemoryMarshal.Cast<T, long>(values), least, most);
}

/// <summary>Dates, as numbers of days.</summary>
internal sealed class DateOnlyFormat : VectorFormat<DateOnly>
{
    public override bool TryWrite(PayloadWriter writer, ReadOnlySpan<DateOnly> values)
    {
        IntegerVector.Write(writer, MemoryMarshal.Cast<DateOnly, int>(values));
        return true;
    }

    public override bool TryRead(ref PayloadReader reader, Span<DateOnly> values)
    {
        var days = MemoryMarshal.Cast<DateOnly, int>(values);
        if (!IntegerVector.TryRead(ref reader, days))
        {
            return false;
        }

        foreach (var day in days)
        {
            if ((uint)day > (uint)DateOnly.MaxValue.DayNumber)
            {
                return reader.Refuse();
            }
        }

        return true;
    }
}

/// <summary>
/// Dates and times. .NET keeps their kind in the two highest bits, with a value of its own for the second of two equal local times, which
/// no property shows. One byte with the kind that all have, or a 4 and the kinds; then the ticks.
/// </summary>
internal sealed class DateTimeFormat : VectorFormat<DateTime>
{
    private const int KindShift = 62;
    private const ulong TicksMask = (1UL << KindShift) - 1;
    private const byte Mixed = 4;

    public override bool TryWrite(PayloadWriter writer, ReadOnlySpan<DateTime> values)
    {
        if (values.IsEmpty)
        {
            return true;
        }

        var raw = MemoryMarshal.Cast<DateTime, ulong>(values);
        var kind = (byte)(raw[0] >> KindShift);
        var rented = ArrayPool<long>.Shared.Rent(raw.Length);
        var ticks = rented.AsSpan(0, raw.Length);
        for (var i = 0; i < raw.Length; i++)
        {
            ticks[i] = (long)(raw[i] & TicksMask);
            kind = raw[i] >> KindShift == kind ? kind : Mixed;
        }

        writer.Byte(kind);
        if (kind == Mixed)
        {
            var target = writer.Take(raw.Length);
            for (var i = 0; i < raw.Length; i++)
            {
                target[i] = (byte)(raw[i] >> KindShift);
            }
        }

        TickVector.Write(writer, ticks);
        ArrayPool<long>.Shared.Return(rented);
        return true;
    }

    public override bool TryRead(ref PayloadReader reader, Span<DateTime> values)
    {
        if (values.IsEmpty)
        {
            return true;
        }

        var kind = reader.Byte();
        if (kind > Mixed)
        {
            return reader.Refuse();
        }

        var kinds = kind == Mixed ? reader.Take(values.Length) : default;
        if (!TickVector.TryRead(ref reader, MemoryMarshal.Cast<DateTime, long>(values), 0, DateTime.MaxValue.Ticks))
        {
            return false;
        }

        var raw = MemoryMarshal.Cast<DateTime, ulong>(values);
        for (var i = 0; i < raw.Length; i++)
        {
            var own = kind == Mixed ? kinds[i] : kind;
            if (own >= Mixed)
            {
                return reader.Refuse();
            }

            raw[i] |= (ulong)own << KindShift;
        }

        return true;
    }
}

/// <summary>Times with their offset: the ticks of the moment, then the offsets in minutes.</summary>
internal sealed class DateTimeOffsetFormat : VectorFormat<DateTimeOffset>
{
    private const int MaxMinutes = 14 * 60;

    public override bool TryWrite(PayloadWriter writer, ReadOnlySpan<DateTimeOffset> values)
    {
        var ticks = new long[values.Length];
        var minutes = new short[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            ticks[i] = values[i].UtcTicks;
            minutes[i] = (short)values[i].TotalOffsetMinutes;
        }

        TickVector.Write(writer, ticks);
        IntegerVector.Write<short>(writer, minutes);
        return true;
    }

    public override bool TryRead(ref PayloadReader reader, Span<DateTimeOffset> values)
    {
        if (!reader.Fits((ulong)values.Length))
        {
            return reader.Refuse();
        }

        var ticks = new long[values.Length];
        var minutes = new short[values.Length];
        if (!TickVector.TryRead(ref reader, ticks, 0, DateTime.MaxValue.Ticks) || !IntegerVector.TryRead(ref reader, minutes.AsSpan()))
        {
            return false;
        }

        for (var i = 0; i < values.Length; i++)
        {
            var local = ticks[i] + minutes[i] * TimeSpan.TicksPerMinute;
            if (minutes[i] is < -MaxMinutes or > MaxMinutes || local < 0 || local > DateTime.MaxValue.Ticks)
            {
                return reader.Refuse();
            }

            values[i] = new DateTimeOffset(local, TimeSpan.FromMinutes((long)minutes[i]));
        }

        return true;
    }
}
