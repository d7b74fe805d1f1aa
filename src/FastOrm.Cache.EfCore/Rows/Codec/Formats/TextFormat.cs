using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
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
    private const int Sample = 16;

    private const int PieceLength = 4096;

    // What fits here is read without renting: the texts of a single row.
    private const int FewLengths = 8;
    private const int FewUnits = 256;

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

    // Boxes that are all texts are texts as they stand, which spares copying a thousand references.
    public override bool TryWriteBoxes(PayloadWriter writer, ReadOnlySpan<object> boxes)
    {
        foreach (var box in boxes)
        {
            if (box is not string)
            {
                return false;
            }
        }

        return TryWrite(
            writer, MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<object, string>(ref MemoryMarshal.GetReference(boxes)), boxes.Length));
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

        if (seen.Count > Sample * 3 / 4)
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
        var rented = ArrayPool<int>.Shared.Rent(values.Length);
        var lengths = rented.AsSpan(0, values.Length);
        var sum = 0L;
        for (var i = 0; i < lengths.Length; i++)
        {
            lengths[i] = values[i].Length;
            sum += lengths[i];
        }

        var fits = sum <= Array.MaxLength / 4;
        var start = writer.Length;
        if (fits && !TryWriteUtf8(writer, values, lengths))
        {
            writer.Shrink(writer.Length - start);
            writer.Byte(Utf16Units);
            IntegerVector.Write<int>(writer, lengths);
            foreach (var value in values)
            {
                writer.Chars(value);
            }
        }

        ArrayPool<int>.Shared.Return(rented);
        return fits;
    }

    // All texts as one, in pieces that stay in the processor's cache. A pair of surrogates may be divided between two of either.
    private static bool TryWriteUtf8(PayloadWriter writer, ReadOnlySpan<string> values, ReadOnlySpan<int> lengths)
    {
        writer.Byte(Utf8Units);
        IntegerVector.Write(writer, lengths);
        var length = writer.Length;
        writer.Take(sizeof(int));
        var rented = ArrayPool<char>.Shared.Rent(PieceLength);
        var isValid = TryWriteUtf8(writer, values, rented);
        ArrayPool<char>.Shared.Return(rented);
        BinaryPrimitives.WriteInt32LittleEndian(writer.Span[length..], writer.Length - length - sizeof(int));
        return isValid;
    }

    private static bool TryWriteUtf8(PayloadWriter writer, ReadOnlySpan<string> values, Span<char> piece)
    {
        var filled = 0;
        foreach (var value in values)
        {
            var rest = value.AsSpan();
            while (rest.Length > piece.Length - filled)
            {
                var count = piece.Length - filled;
                rest[..count].CopyTo(piece[filled..]);
                rest = rest[count..];
                filled = piece.Length;
                if (!TryFlush(writer, piece, ref filled, isLast: false))
                {
                    return false;
                }
            }

            rest.CopyTo(piece[filled..]);
            filled += rest.Length;
        }

        return TryFlush(writer, piece, ref filled, isLast: true);
    }

    private static bool TryFlush(PayloadWriter writer, Span<char> piece, ref int filled, bool isLast)
    {
        var room = writer.Take(filled * 3);
        var status = Utf8.FromUtf16(piece[..filled], room, out var read, out var written, replaceInvalidSequences: false, isLast);
        writer.Shrink(room.Length - written);
        piece[read..filled].CopyTo(piece);
        filled -= read;
        return status == OperationStatus.Done || (status == OperationStatus.NeedMoreData && !isLast);
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

        var rented = values.Length > FewLengths ? ArrayPool<int>.Shared.Rent(values.Length) : null;
        try
        {
            var lengths = rented is null ? stackalloc int[FewLengths] : rented;
            return TryReadUnits(ref reader, kind, values, lengths[..values.Length]);
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<int>.Shared.Return(rented);
            }
        }
    }

    private static bool TryReadUnits(ref PayloadReader reader, byte kind, Span<string> values, scoped Span<int> lengths)
    {
        var sum = IntegerVector.TryReadCounts(ref reader, lengths);
        if (sum < 0)
        {
            return false;
        }

        var bytes = kind == Utf8Units ? reader.Take(reader.Int32()) : default;
        if (reader.IsBad || (kind == Utf8Units && bytes.Length < sum))
        {
            return reader.Refuse(); // A unit takes at least a byte.
        }

        var rented = sum > FewUnits ? ArrayPool<char>.Shared.Rent(sum) : null;
        try
        {
            var units = (rented is null ? stackalloc char[FewUnits] : rented)[..sum];
            if (kind == Utf8Units ? !TryDecode(bytes, units) : !reader.Chars(units))
            {
                return reader.Refuse();
            }

            for (var i = 0; i < values.Length; i++)
            {
                values[i] = new string(units[..lengths[i]]);
                units = units[lengths[i]..];
            }

            return true;
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<char>.Shared.Return(rented);
            }
        }
    }

    private static bool TryDecode(ReadOnlySpan<byte> bytes, Span<char> units)
        => Utf8.ToUtf16(bytes, units, out var read, out var written, replaceInvalidSequences: false) == OperationStatus.Done
            && read == bytes.Length
            && written == units.Length;
}
