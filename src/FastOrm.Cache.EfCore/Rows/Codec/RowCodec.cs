using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using FastOrm.Cache.EfCore.Rows.Codec.Formats;

namespace FastOrm.Cache.EfCore.Rows.Codec;

/// <summary>
/// Recorded rows as bytes, for a tier that other processes read. What is not exactly what this version writes is nothing.
/// </summary>
/// <remarks>
/// Layout, numbers little-endian:
/// <code>
/// byte   the version of this layout
/// byte   the version of the formats of columns
/// byte   1 if the body is compressed, otherwise 0
/// 8      XxHash3 of all that follows, seeded with the three bytes before it
/// 32     <see cref="CommandDigest"/>
///        the body: of a compressed one its length as a varint, and Brotli
/// </code>
/// The body: the number of rows (varint); a byte that is 1 if the columns have names, then how many (varint) and the names; then each
/// column that is read, in the order of the ordinals.
/// </remarks>
internal static class RowCodec
{
    /// <summary>What keeps rows of any size uncompressed.</summary>
    public const int NeverCompress = int.MaxValue;

    private const byte LayoutVersion = 2;
    private const byte FormatVersion = 1;
    private const int HashStart = 3;
    private const int HashedStart = HashStart + sizeof(ulong);
    private const int BodyStart = HashedStart + CommandDigest.Size;

    // More than Redis takes.
    private const long MaxSize = 512 << 20;

    private static readonly TextFormat Names = new();

    /// <summary>Writes the rows, if others may have them and every column can be written.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="target">Gets all bytes at once, or none.</param>
    /// <param name="compressFrom">The number of bytes from which they are compressed.</param>
    /// <returns>Whether they were written.</returns>
    public static bool TryEncode(RowSet rows, IBufferWriter<byte> target, int compressFrom = NeverCompress)
    {
        if (!rows.IsShareable || rows.EndsWithError || rows.Identity.Values is null || rows.Size > MaxSize
            || FormatsOf(rows.Columns) is not { } formats)
        {
            return false;
        }

        using var writer = new PayloadWriter((int)Math.Min(rows.Size, 1 << 17));
        CommandDigest.Write(CommandDigest.Form(rows.Identity.Sql, formats), rows.Identity.Values, writer.Take(BodyStart)[HashedStart..]);
        if (!TryWriteBody(writer, rows, formats))
        {
            return false;
        }

        if (writer.Length < compressFrom || !RowCompression.TryCompress(writer, BodyStart, target, Seal))
        {
            Seal(writer.Span, isCompressed: false);
            target.Write(writer.Span);
        }

        return true;
    }

    /// <summary>The type of the first column that cannot be written, or null.</summary>
    public static Type? RefusedType(RowSet rows)
        => Array.Find(rows.Columns, static column => column is not null && ColumnFormat.Of(column.Type) is null)?.Type;

    /// <summary>Reads rows as they would have been recorded; null if the bytes are not exactly such rows of this very command.</summary>
    /// <param name="bytes">Anything.</param>
    /// <param name="identity">The command.</param>
    /// <param name="codecs">The columns that EF Core will read, by their position in its list.</param>
    /// <param name="asked">Their names in the same order, if it will look for them by name; otherwise null.</param>
    public static RowSet? TryDecode(
        ReadOnlySpan<byte> bytes, CommandIdentity identity, ColumnCodec?[] codecs, string?[]? asked)
    {
        if (identity.Values is null || bytes.Length < BodyStart || !IsSealed(bytes))
        {
            return null;
        }

        var digest = bytes[HashedStart..BodyStart];
        if (bytes[2] == 0)
        {
            return TryReadBody(bytes[BodyStart..], digest, identity, codecs, asked);
        }

        if (RowCompression.TryDecompress(bytes[BodyStart..], out var length) is not { } body)
        {
            return null;
        }

        try
        {
            return TryReadBody(body.AsSpan(0, length), digest, identity, codecs, asked);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(body);
        }
    }

    /// <summary>Finds the parts of rows that are whole and not compressed.</summary>
    public static bool TryOpen(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> digest, out ReadOnlySpan<byte> body)
    {
        var isOpen = bytes.Length >= BodyStart && bytes[2] == 0 && IsSealed(bytes);
        digest = isOpen ? bytes[HashedStart..BodyStart] : default;
        body = isOpen ? bytes[BodyStart..] : default;
        return isOpen;
    }

    /// <summary>Writes what stands before the body, but for the digest.</summary>
    internal static void Seal(Span<byte> bytes, bool isCompressed)
    {
        bytes[0] = LayoutVersion;
        bytes[1] = FormatVersion;
        bytes[2] = isCompressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[HashStart..], HashOf(bytes));
    }

    private static bool IsSealed(ReadOnlySpan<byte> bytes)
        => bytes[0] == LayoutVersion && bytes[1] == FormatVersion && bytes[2] <= 1
            && BinaryPrimitives.ReadUInt64LittleEndian(bytes[HashStart..]) == HashOf(bytes);

    private static ulong HashOf(ReadOnlySpan<byte> bytes)
        => XxHash3.HashToUInt64(bytes[HashedStart..], bytes[0] | bytes[1] << 8 | bytes[2] << 16);

    private static ColumnFormat?[]? FormatsOf(Column?[] columns)
    {
        var formats = new ColumnFormat?[columns.Length];
        for (var i = 0; i < formats.Length; i++)
        {
            if (columns[i] is { } column && (formats[i] = ColumnFormat.Of(column.Type)) is null)
            {
                return null;
            }
        }

        return formats;
    }

    private static bool TryWriteBody(PayloadWriter writer, RowSet rows, ColumnFormat?[] formats)
    {
        writer.Varint((ulong)rows.RowCount);
        writer.Byte(rows.Names is null ? (byte)0 : (byte)1);
        if (rows.Names is { } names)
        {
            writer.Varint((ulong)names.Length);
            if (!Names.TryWrite(writer, names))
            {
                return false;
            }
        }

        for (var i = 0; i < formats.Length; i++)
        {
            if (formats[i] is { } format && rows.RowCount > 0 && !format.TryWrite(writer, rows.Columns[i]!, rows.RowCount))
            {
                return false;
            }
        }

        return true;
    }

    private static RowSet? TryReadBody(
        ReadOnlySpan<byte> body, ReadOnlySpan<byte> digest, CommandIdentity identity, ColumnCodec?[] codecs, string?[]? asked)
    {
        var reader = new PayloadReader(body);
        var rowCount = reader.Varint();
        if (!TryReadNames(ref reader, out var names) || (names is null) != (asked is null))
        {
            return null;
        }

        var expected = names is null ? codecs : ByOrdinal(codecs, asked!, names);
        return expected is not null
            && rowCount <= int.MaxValue
            && RowForm.Of(identity.Sql, expected, isKept: names is null) is { } form
            && form.IsOf(digest, identity.Values)
                ? TryReadColumns(ref reader, (int)rowCount, identity, names, expected, form.Formats)
                : null;
    }

    private static RowSet? TryReadColumns(
        ref PayloadReader reader,
        int rowCount,
        CommandIdentity identity,
        string[]? names,
        ColumnCodec?[] codecs,
        ColumnFormat?[] formats)
    {
        var columns = new Column?[codecs.Length];
        for (var i = 0; i < columns.Length; i++)
        {
            if (codecs[i] is not { } codec)
            {
                continue;
            }

            columns[i] = rowCount == 0 ? codec.RestoreNone() : formats[i]!.TryRead(ref reader, codec, rowCount);
            if (columns[i] is null)
            {
                return null;
            }
        }

        return reader.IsAtEnd && !reader.IsBad ? new RowSet(identity, columns, names, rowCount) : null;
    }

    private static bool TryReadNames(ref PayloadReader reader, out string[]? names)
    {
        names = null;
        var hasNames = reader.Byte();
        if (hasNames == 0)
        {
            return !reader.IsBad;
        }

        names = new string[reader.Count()];
        return hasNames == 1 && !reader.IsBad && Names.TryRead(ref reader, names);
    }

    // The recorder, too, goes by EF Core's list.
    private static ColumnCodec?[]? ByOrdinal(ColumnCodec?[] codecs, string?[] asked, string[] names)
    {
        var ordered = new ColumnCodec?[names.Length];
        for (var i = 0; i < codecs.Length; i++)
        {
            if (codecs[i] is null)
            {
                continue;
            }

            var ordinal = ColumnPlaces.Ordinal(names, asked[i]);
            ordinal = ordinal < 0 && codecs.Length == 1 ? 0 : ordinal; // A single column may have any name.
            if ((uint)ordinal >= (uint)names.Length)
            {
                return null;
            }

            ordered[ordinal] = codecs[i];
        }

        return ordered;
    }
}
