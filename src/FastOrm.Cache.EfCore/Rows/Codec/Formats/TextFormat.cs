using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Unicode;

namespace FastOrm.Cache.EfCore.Rows.Codec.Formats;

/// <summary>
/// Texts. One byte says how: their lengths in UTF-16 units and all units in a row, as UTF-8 or, when that would lose a lone surrogate, as
/// they are; or, where few texts stand again and again, those texts, and of each value which one it is.
/// </summary>
internal sealed class TextFormat : VectorFormat<string>
{
    private const byte Utf8Units = 0;
    private const byte Utf16Units = 1;
    private const byte Repeated = 2;

    // So many are looked at before it is decided that there are repetitions.
    private const int Sample = 32;

    public override bool TryWrite(PayloadWriter writer, ReadOnlySpan<string> values)
    {
        if (values.Length >= Sample && Distinct(values, out var places) is { } distinct)
        {
            writer.Byte(Repeated);
            writer.Varint((ulong)distinct.Length);
            var written = TryWriteUnits(writer, distinct);
            IntegerVector.Write<int>(writer, places);
            return written;
        }

        return values.IsEmpty || TryWriteUnits(writer, values);
    }

    public override bool TryRead(ref PayloadReader reader, Span<string> values)
    {
        if (values.IsEmpty)
        {
            return true;
        }

        var kind = reader.Byte();
        return kind == Repeated ? TryReadRepeated(ref reader, values) : TryReadUnits(ref reader, kind, values);
    }

    // The texts that there are, if they are much fewer than the values.
    private static string[]? Distinct(ReadOnlySpan<string> values, out int[] places)
    {
        places = [];
        var seen = new Dictionary<string, int>(Sample, StringComparer.Ordinal);
        foreach (var value in values[..Sample])
        {
            seen.TryAdd(value, seen.Count);
        }

        if (seen.Count > Sample / 2)
        {
            return null;
        }

        places = new int[values.Length];
        for (var i = 0; i < places.Length; i++)
        {
            ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(seen, values[i], out var exists);
            place = exists ? place : seen.Count - 1;
            places[i] = place;
            if (seen.Count > values.Length / 2)
            {
                return null;
            }
        }

        return [.. seen.Keys]; // In the order in which they were added, for none was removed.
    }

    private static bool TryWriteUnits(PayloadWriter writer, ReadOnlySpan<string> values)
    {
        var lengths = ArrayPool<int>.Shared.Rent(values.Length);
        var sum = 0L;
        for (var i = 0; i < values.Length; i++)
        {
            lengths[i] = values[i].Length;
            sum += values[i].Length;
        }

        if (sum > Array.MaxLength / 4)
        {
            ArrayPool<int>.Shared.Return(lengths);
            return false;
        }

        var units = ArrayPool<char>.Shared.Rent((int)sum);
        var end = 0;
        foreach (var value in values)
        {
            value.CopyTo(units.AsSpan(end));
            end += value.Length;
        }

        var kind = writer.Take(1);
        kind[0] = Utf8Units;
        var start = writer.Length;
        IntegerVector.Write<int>(writer, lengths.AsSpan(0, values.Length));
        if (!TryWriteUtf8(writer, units.AsSpan(0, end)))
        {
            writer.Shrink(writer.Length - start + 1);
            writer.Byte(Utf16Units);
            IntegerVector.Write<int>(writer, lengths.AsSpan(0, values.Length));
            writer.Chars(units.AsSpan(0, end));
        }

        ArrayPool<char>.Shared.Return(units);
        ArrayPool<int>.Shared.Return(lengths);
        return true;
    }

    private static bool TryWriteUtf8(PayloadWriter writer, ReadOnlySpan<char> units)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(units.Length * 3);
        var status = Utf8.FromUtf16(units, bytes, out _, out var length, replaceInvalidSequences: false);
        if (status == OperationStatus.Done)
        {
            writer.Varint((ulong)length);
            writer.Bytes(bytes.AsSpan(0, length));
        }

        ArrayPool<byte>.Shared.Return(bytes);
        return status == OperationStatus.Done;
    }

    private static bool TryReadRepeated(ref PayloadReader reader, Span<string> values)
    {
        var count = reader.Count();
        var kind = reader.Byte();
        if (reader.IsBad || count == 0)
        {
            return reader.Refuse();
        }

        var distinct = new string[count];
        if (!TryReadUnits(ref reader, kind, distinct) || !reader.Fits((ulong)values.Length))
        {
            return reader.Refuse();
        }

        var places = new int[values.Length];
        if (!IntegerVector.TryRead(ref reader, places.AsSpan()))
        {
            return false;
        }

        for (var i = 0; i < places.Length; i++)
        {
            if ((uint)places[i] >= (uint)count)
            {
                return reader.Refuse();
            }

            values[i] = distinct[places[i]];
        }

        return true;
    }

    private static bool TryReadUnits(ref PayloadReader reader, byte kind, Span<string> values)
    {
        if (kind > Utf16Units || !reader.Fits((ulong)values.Length))
        {
            return reader.Refuse();
        }

        var lengths = ArrayPool<int>.Shared.Rent(values.Length);
        var units = Array.Empty<char>();
        try
        {
            var own = lengths.AsSpan(0, values.Length);
            var sum = IntegerVector.TryReadCounts(ref reader, own);
            if (sum < 0)
            {
                return false;
            }

            var bytes = kind == Utf8Units ? reader.Take(unchecked((long)reader.Varint())) : default;
            if (reader.IsBad || (kind == Utf8Units && bytes.Length < sum))
            {
                return reader.Refuse(); // A unit takes at least a byte.
            }

            units = ArrayPool<char>.Shared.Rent(sum);
            if (kind == Utf8Units ? !TryDecode(bytes, units.AsSpan(0, sum)) : !reader.Chars(units.AsSpan(0, sum)))
            {
                return reader.Refuse();
            }

            var start = 0;
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = new string(units, start, own[i]);
                start += own[i];
            }

            return true;
        }
        finally
        {
            ArrayPool<int>.Shared.Return(lengths);
            ArrayPool<char>.Shared.Return(units);
        }
    }

    private static bool TryDecode(ReadOnlySpan<byte> bytes, Span<char> units)
        => Utf8.ToUtf16(bytes, units, out var read, out var written, replaceInvalidSequences: false) == OperationStatus.Done
            && read == bytes.Length
            && written == units.Length;
}
