using System.Collections;
using System.Net;
using System.Net.Sockets;

namespace FastOrm.Cache.EfCore.Rows.Codec.Formats;

/// <summary>Bits: their numbers, then each value in bytes of its own.</summary>
internal sealed class BitArrayFormat : VectorFormat<BitArray>
{
    public override bool TryWrite(PayloadWriter writer, ReadOnlySpan<BitArray> values)
    {
        var counts = new int[values.Length];
        for (var i = 0; i < counts.Length; i++)
        {
            counts[i] = values[i].Length;
        }

        IntegerVector.Write<int>(writer, counts);
        foreach (var value in values)
        {
            Bitmap.Write(writer, value);
        }

        return true;
    }

    public override bool TryRead(ref PayloadReader reader, Span<BitArray> values)
    {
        if (!reader.Fits((ulong)values.Length))
        {
            return reader.Refuse();
        }

        var counts = new int[values.Length];
        if (IntegerVector.TryReadCounts(ref reader, counts) < 0)
        {
            return false;
        }

        for (var i = 0; i < counts.Length; i++)
        {
            var bits = Bitmap.Read(ref reader, counts[i]);
            if (reader.IsBad)
            {
                return false;
            }

            values[i] = Bitmap.ToArray(bits, counts[i]);
        }

        return true;
    }
}

/// <summary>Addresses: 4 bytes, or 16 and their scope.</summary>
internal sealed class IPAddressFormat : VectorFormat<IPAddress>
{
    private const int V4 = 4;
    private const int V6 = 16;

    public override bool TryWrite(PayloadWriter writer, ReadOnlySpan<IPAddress> values)
    {
        foreach (var value in values)
        {
            var bytes = value.GetAddressBytes();
            writer.Byte((byte)bytes.Length);
            writer.Bytes(bytes);
            if (value.AddressFamily == AddressFamily.InterNetworkV6)
            {
                writer.Varint((ulong)value.ScopeId);
            }
        }

        return true;
    }

    public override bool TryRead(ref PayloadReader reader, Span<IPAddress> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var length = reader.Byte();
            var bytes = reader.Take(length);
            var scope = length == V6 ? reader.Varint() : 0;
            if (reader.IsBad || length is not (V4 or V6) || scope > uint.MaxValue)
            {
                return reader.Refuse();
            }

            values[i] = length == V6 ? new IPAddress(bytes, (long)scope) : new IPAddress(bytes);
        }

        return true;
    }
}
