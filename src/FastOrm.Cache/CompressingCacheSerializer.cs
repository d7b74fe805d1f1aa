using System.Buffers;
using System.IO.Compression;

namespace FastOrm.Cache;

/// <summary>Compresses with Brotli what another serializer has written, if it is large enough to be worth it.</summary>
/// <remarks>The first byte says whether the rest is compressed.</remarks>
/// <param name="inner">The serializer.</param>
/// <param name="threshold">From how many bytes on they are compressed. Default 4 KiB; zero or more.</param>
public sealed class CompressingCacheSerializer(ICacheSerializer inner, int threshold = 4096) : ICacheSerializer
{
    private const byte Plain = 0;
    private const byte Compressed = 1;

    private readonly int _threshold = threshold >= 0
        ? threshold
        : throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "The threshold of the compression must be zero or more bytes.");

    /// <inheritdoc/>
    public string Name { get; } = $"{(inner ?? throw new ArgumentNullException(nameof(inner))).Name}+br";

    /// <inheritdoc/>
    public void Serialize<T>(IBufferWriter<byte> target, T value)
    {
        ArgumentNullException.ThrowIfNull(target);
        var buffer = new ArrayBufferWriter<byte>();
        inner.Serialize(buffer, value);
        if (buffer.WrittenCount < _threshold)
        {
            target.Write([Plain]);
            target.Write(buffer.WrittenSpan);
            return;
        }

        target.Write([Compressed]);
        using var compressed = new MemoryStream();
        using (var brotli = new BrotliStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            brotli.Write(buffer.WrittenSpan);
        }

        target.Write(compressed.GetBuffer().AsSpan(0, (int)compressed.Length));
    }

    /// <inheritdoc/>
    public T Deserialize<T>(ReadOnlyMemory<byte> source)
    {
        if (source.IsEmpty || source.Span[0] > Compressed)
        {
            throw new InvalidDataException("The bytes were not written by this serializer.");
        }

        if (source.Span[0] == Plain)
        {
            return inner.Deserialize<T>(source[1..]);
        }

        using var compressed = new MemoryStream(source[1..].ToArray());
        using var brotli = new BrotliStream(compressed, CompressionMode.Decompress);
        using var plain = new MemoryStream();
        brotli.CopyTo(plain);
        return inner.Deserialize<T>(plain.GetBuffer().AsMemory(0, (int)plain.Length));
    }
}
