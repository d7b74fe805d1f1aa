using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace FastOrm.Cache.EfCore.Rows.Codec;

/// <summary>A growing run of bytes in a rented array. Numbers are little-endian, so that every machine writes the same.</summary>
/// <param name="capacity">How many bytes there may be: it grows by itself.</param>
internal sealed class PayloadWriter(int capacity = 1 << 10) : IDisposable
{
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(capacity);

    public int Length { get; private set; }

    public Span<byte> Span => _bytes.AsSpan(0, Length);

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }

    public void Byte(byte value) => Take(1)[0] = value;

    /// <summary>Seven bits a byte, the lowest first; all but the last have the highest bit set.</summary>
    public void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            Byte((byte)(value | 0x80));
        }

        Byte((byte)value);
    }

    /// <summary>A signed number: 0, -1, 1, -2, …</summary>
    public void Zigzag(long value) => Varint(unchecked((ulong)((value << 1) ^ (value >> 63))));

    public void Bytes(ReadOnlySpan<byte> value) => value.CopyTo(Take(value.Length));

    public void UInt32s(ReadOnlySpan<uint> values)
    {
        var target = MemoryMarshal.Cast<byte, uint>(Take(checked(values.Length * sizeof(uint))));
        if (BitConverter.IsLittleEndian)
        {
            values.CopyTo(target);
        }
        else
        {
            BinaryPrimitives.ReverseEndianness(values, target);
        }
    }

    public void UInt64s(ReadOnlySpan<ulong> values)
    {
        var target = MemoryMarshal.Cast<byte, ulong>(Take(checked(values.Length * sizeof(ulong))));
        if (BitConverter.IsLittleEndian)
        {
            values.CopyTo(target);
        }
        else
        {
            BinaryPrimitives.ReverseEndianness(values, target);
        }
    }

    public void Chars(ReadOnlySpan<char> values)
    {
        var units = MemoryMarshal.Cast<char, ushort>(values);
        var target = MemoryMarshal.Cast<byte, ushort>(Take(checked(values.Length * sizeof(ushort))));
        if (BitConverter.IsLittleEndian)
        {
            units.CopyTo(target);
        }
        else
        {
            BinaryPrimitives.ReverseEndianness(units, target);
        }
    }

    /// <summary>The next bytes, for the caller to fill: they hold anything. Valid until something else is written.</summary>
    public Span<byte> Take(int count)
    {
        if (_bytes.Length - Length < count)
        {
            Grow(count);
        }

        var span = _bytes.AsSpan(Length, count);
        Length += count;
        return span;
    }

    /// <summary>Gives back what was taken and is not needed.</summary>
    public void Shrink(int count) => Length -= count;

    private void Grow(int count)
    {
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, Math.Max(_bytes.Length * 2L, checked(Length + count))));
        Span.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
