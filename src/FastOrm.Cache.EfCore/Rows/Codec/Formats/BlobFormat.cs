using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace FastOrm.Cache.EfCore.Rows.Codec.Formats;

/// <summary>Values that are runs of bytes: their lengths, then all bytes in a row.</summary>
internal abstract class BlobFormatBase<T> : VectorFormat<T>
{
    /// <summary>The bytes of a value. Valid until the next is asked for.</summary>
    protected abstract ReadOnlySpan<byte> BytesOf(T value);

    protected abstract bool TryMake(ReadOnlySpan<byte> bytes, [MaybeNullWhen(false)] out T value);

    public sealed override bool TryWrite(PayloadWriter writer, ReadOnlySpan<T> values)
    {
        if (values.IsEmpty)
        {
            return true;
        }

        var lengths = new int[values.Length];
        using var blobs = new PayloadWriter();
        for (var i = 0; i < lengths.Length; i++)
        {
            var bytes = BytesOf(values[i]);
            lengths[i] = bytes.Length;
            blobs.Bytes(bytes);
        }

        IntegerVector.Write<int>(writer, lengths);
        writer.Bytes(blobs.Span);
        return true;
    }

    public sealed override bool TryRead(ref PayloadReader reader, Span<T> values)
    {
        if (!reader.Fits((ulong)values.Length))
        {
            return reader.Refuse();
        }

        var lengths = ArrayPool<int>.Shared.Rent(values.Length);
        try
        {
            if (!IntegerVector.TryRead(ref reader, lengths.AsSpan(0, values.Length)))
            {
                return false;
            }

            for (var i = 0; i < values.Length; i++)
            {
                var bytes = reader.Take(lengths[i]);
                if (reader.IsBad || !TryMake(bytes, out values[i]!))
                {
                    return reader.Refuse();
                }
            }

            return true;
        }
        finally
        {
            ArrayPool<int>.Shared.Return(lengths);
        }
    }
}

/// <summary>Byte arrays.</summary>
internal sealed class BytesFormat : BlobFormatBase<byte[]>
{
    protected override ReadOnlySpan<byte> BytesOf(byte[] value) => value;

    protected override bool TryMake(ReadOnlySpan<byte> bytes, out byte[] value)
    {
        value = bytes.ToArray();
        return true;
    }
}

/// <summary>Values that any bytes can be made into.</summary>
internal sealed class BlobFormat<T>(Func<T, byte[]> toBytes, BlobFormat<T>.Maker make) : BlobFormatBase<T>
{
    public delegate T Maker(ReadOnlySpan<byte> bytes);

    protected override ReadOnlySpan<byte> BytesOf(T value) => toBytes(value);

    protected override bool TryMake(ReadOnlySpan<byte> bytes, out T value)
    {
        value = make(bytes);
        return true;
    }
}
