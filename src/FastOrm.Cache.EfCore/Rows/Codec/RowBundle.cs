using System.Buffers;
using System.Buffers.Binary;

namespace FastOrm.Cache.EfCore.Rows.Codec;

/// <summary>The rows of a query with those of all commands that belong to it, as one entry: either all are there, or none is.</summary>
/// <remarks>Little endian: the number of parts; of each its command and its length; the length of the main rows; the main rows; the parts.</remarks>
internal static class RowBundle
{
    // Most rows have none. Nobody adds to it.
    private static readonly Dictionary<int, ReadOnlyMemory<byte>> NoParts = [];

    public static bool TryWrite(
        RowSet main, IReadOnlyList<(int Command, RowSet Rows)> parts, IBufferWriter<byte> target, int compressFrom = RowCodec.NeverCompress)
    {
        var bytes = new ArrayBufferWriter<byte>();
        if (!RowCodec.TryEncode(main, bytes, compressFrom))
        {
            return false;
        }

        Put(target, parts.Count);
        var mainLength = bytes.WrittenCount;
        var end = mainLength;
        foreach (var (command, rows) in parts)
        {
            if (!RowCodec.TryEncode(rows, bytes, compressFrom))
            {
                return false;
            }

            Put(target, command);
            Put(target, bytes.WrittenCount - end);
            end = bytes.WrittenCount;
        }

        Put(target, mainLength);
        target.Write(bytes.WrittenSpan);
        return true;
    }

    /// <summary>The main rows, and the parts by command; null if it is not exactly that.</summary>
    public static ReadOnlyMemory<byte>? TryRead(ReadOnlyMemory<byte> bytes, out Dictionary<int, ReadOnlyMemory<byte>> parts)
    {
        parts = NoParts;
        if (!TryTake(ref bytes, out var count) || count > bytes.Length / (2 * sizeof(int)))
        {
            return null;
        }

        if (count == 0)
        {
            return TryTake(ref bytes, out var length) && length == bytes.Length ? bytes : default(ReadOnlyMemory<byte>?);
        }

        parts = [];
        var lengths = new (int Command, int Length)[count];
        for (var i = 0; i < count; i++)
        {
            if (!TryTake(ref bytes, out lengths[i].Command) || !TryTake(ref bytes, out lengths[i].Length))
            {
                return null;
            }
        }

        if (!TryTake(ref bytes, out var mainLength) || mainLength > bytes.Length)
        {
            return null;
        }

        var (main, rest) = (bytes[..mainLength], bytes[mainLength..]);
        foreach (var (command, length) in lengths)
        {
            if (length > rest.Length || !parts.TryAdd(command, rest[..length]))
            {
                return null;
            }

            rest = rest[length..];
        }

        return rest.IsEmpty ? main : default(ReadOnlyMemory<byte>?);
    }

    private static void Put(IBufferWriter<byte> target, int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(target.GetSpan(sizeof(int)), value);
        target.Advance(sizeof(int));
    }

    private static bool TryTake(ref ReadOnlyMemory<byte> bytes, out int value)
    {
        value = -1;
        if (bytes.Length >= sizeof(int))
        {
            value = BinaryPrimitives.ReadInt32LittleEndian(bytes.Span);
            bytes = bytes[sizeof(int)..];
        }

        return value >= 0;
    }
}
