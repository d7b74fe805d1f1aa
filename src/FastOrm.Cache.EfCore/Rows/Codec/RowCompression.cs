using System.Buffers;
using System.IO.Compression;

namespace FastOrm.Cache.EfCore.Rows.Codec;

/// <summary>The compression of a body. See docs/redis.md for why it is Brotli, and why it is asked for.</summary>
internal static class RowCompression
{
    private const int Quality = 1;
    private const int Window = 22;

    // What claims to be larger than so many times its bytes is not read, so it is not written either.
    private const int MaxRatio = 32;

    /// <summary>Writes all bytes with their body compressed, if that makes them fewer.</summary>
    /// <param name="writer">The bytes.</param>
    /// <param name="bodyStart">Where the body begins.</param>
    /// <param name="target">Gets the bytes.</param>
    /// <param name="seal">Completes them.</param>
    public static bool TryCompress(PayloadWriter writer, int bodyStart, IBufferWriter<byte> target, Sealing seal)
    {
        var body = writer.Span[bodyStart..];
        using var compressed = new PayloadWriter();
        compressed.Bytes(writer.Span[..bodyStart]);
        compressed.Varint((ulong)body.Length);
        var room = compressed.Take(body.Length);
        if (!BrotliEncoder.TryCompress(body, room, out var length, Quality, Window) || (long)length * MaxRatio < body.Length)
        {
            return false;
        }

        compressed.Shrink(room.Length - length);
        seal(compressed.Span, isCompressed: true);
        target.Write(compressed.Span);
        return true;
    }

    /// <summary>Reads a compressed body into a rented array, or gives null.</summary>
    public static byte[]? TryDecompress(ReadOnlySpan<byte> bytes, out int length)
    {
        var reader = new PayloadReader(bytes);
        var claimed = reader.Varint();
        length = 0;
        var compressed = reader.Rest;
        if (reader.IsBad || claimed > (ulong)MaxRatio * (ulong)compressed.Length || claimed > (ulong)Array.MaxLength)
        {
            return null;
        }

        length = (int)claimed;
        var body = ArrayPool<byte>.Shared.Rent(length);
        using var decoder = default(BrotliDecoder);
        var status = decoder.Decompress(compressed, body.AsSpan(0, length), out var read, out var written);
        if (status == OperationStatus.Done && read == compressed.Length && written == length)
        {
            return body;
        }

        ArrayPool<byte>.Shared.Return(body);
        return null;
    }

    internal delegate void Sealing(Span<byte> bytes, bool isCompressed);
}
