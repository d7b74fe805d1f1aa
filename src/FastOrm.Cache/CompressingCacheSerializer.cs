using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;

namespace FastOrm.Cache;

/// <summary>Compresses with Brotli what another serializer has written, if it is large enough and grows smaller by it.</summary>
/// <remarks>
/// The first byte says whether the rest is compressed: 0, and the bytes as they were written; or 1, their number as four bytes, the lowest
/// first, and the compressed ones. A number of more than 256 times those is not believed, so that few bytes cannot claim much memory; what
/// would become smaller than that is left as it is.
/// </remarks>
/// <param name="inner">The serializer.</param>
/// <param name="threshold">From how many bytes on they are compressed. Default 4 KiB; zero or more.</param>
public sealed class CompressingCacheSerializer(ICacheSerializer inner, int threshold = 4096) : ICacheSerializer
{
    private const byte Plain = 0;
    private const byte Compressed = 1;
    private const int HeaderSize = 1 + sizeof(int);

    // The fastest: a cache would rather have its value soon than a little smaller.
    private const int Quality = 1;
    private const int Window = 22;
    private const int MaxRatio = 256;

    private readonly int _threshold = threshold >= 0
        ? threshold
        : throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "The threshold of the compression must be zero or more bytes.");

    /// <inheritdoc/>
    public string Name { get; } = $"{(inner ?? throw new ArgumentNullException(nameof(inner))).Name}+br";

    /// <inheritdoc/>
    public void Serialize<T>(IBufferWriter<byte> target, T value)
    {
        ArgumentNullException.ThrowIfNull(target);
        var plain = new ArrayBufferWriter<byte>();
        inner.Serialize(plain, value);
        if (plain.WrittenCount < _threshold || !TryCompress(plain.WrittenSpan, target))
        {
            target.Write([Plain]);
            target.Write(plain.WrittenSpan);
        }
    }

    /// <inheritdoc/>
    public T Deserialize<T>(ReadOnlyMemory<byte> source) => source.Span switch
    {
        [Plain, ..] => inner.Deserialize<T>(source[1..]),
        [Compressed, _, _, _, _, .. var compressed] => inner.Deserialize<T>(
            Decompress(compressed, BinaryPrimitives.ReadInt32LittleEndian(source.Span[1..]))),
        _ => throw new InvalidDataException("The bytes were not written by this serializer."),
    };

    private static bool TryCompress(ReadOnlySpan<byte> plain, IBufferWriter<byte> target)
    {
        var span = target.GetSpan(HeaderSize + plain.Length);

        // What does not become smaller does not fit.
        if (!BrotliEncoder.TryCompress(plain, span[HeaderSize..][..plain.Length], out var written, Quality, Window)
            || (long)written * MaxRatio < plain.Length)
        {
            return false;
        }

        span[0] = Compressed;
        BinaryPrimitives.WriteInt32LittleEndian(span[1..], plain.Length);
        target.Advance(HeaderSize + written);
        return true;
    }

    private static byte[] Decompress(ReadOnlySpan<byte> compressed, int length)
    {
        if (length < 0 || length > (long)compressed.Length * MaxRatio)
        {
            throw Damaged();
        }

        var plain = new byte[length];
        using var decoder = default(BrotliDecoder);
        var status = decoder.Decompress(compressed, plain, out var read, out var written);
        return status == OperationStatus.Done && read == compressed.Length && written == length ? plain : throw Damaged();
    }

    private static InvalidDataException Damaged() => new("The compressed bytes are damaged: there are more or fewer than were written.");
}
