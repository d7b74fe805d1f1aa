using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace FastOrm.Cache.EfCore.Rows.Codec;

/// <summary>
/// Reads bytes that may be anything. What is not there is read as nothing, and remembered: <see cref="IsBad"/>. Whoever allocates for a
/// number of items asks first whether so many can be there.
/// </summary>
internal ref struct PayloadReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>Whether something was read that is not there, or not as it is written.</summary>
    public bool IsBad { get; private set; }

    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>What was not read yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    /// <summary>Notes that what was read is not as it is written.</summary>
    /// <returns>False, for the caller to return.</returns>
    public bool Refuse()
    {
        IsBad = true;
        _rest = default;
        return false;
    }

    public byte Byte()
    {
        var taken = Take(1);
        return taken.IsEmpty ? (byte)0 : taken[0];
    }

    public int Int32()
    {
        var taken = Take(sizeof(int));
        return taken.IsEmpty ? 0 : BinaryPrimitives.ReadInt32LittleEndian(taken);
    }

    public ulong Varint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Byte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                if ((next == 0 && shift > 0) || (shift == 63 && next > 1))
                {
                    Refuse(); // Each number is written in one way only.
                }

                return value;
            }
        }

        Refuse();
        return 0;
    }

    public long Zigzag()
    {
        var value = Varint();
        return unchecked((long)(value >> 1) ^ -(long)(value & 1));
    }

    /// <summary>A number of items that take at least one bit each.</summary>
    public int Count()
    {
        var count = Varint();
        if (Fits(count))
        {
            return (int)count;
        }

        Refuse();
        return 0;
    }

    /// <summary>Whether so many items, of at least one bit each, can follow.</summary>
    public readonly bool Fits(ulong count) => count <= 8UL * (ulong)_rest.Length && count <= (ulong)Array.MaxLength;

    public ReadOnlySpan<byte> Take(long count)
    {
        if ((ulong)count > (ulong)_rest.Length)
        {
            Refuse();
            return default;
        }

        var taken = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return taken;
    }

    public bool UInt32s(Span<uint> values)
    {
        var source = MemoryMarshal.Cast<byte, uint>(Take(values.Length * (long)sizeof(uint)));
        if (IsBad)
        {
            return false;
        }

        source.CopyTo(values);
        if (!BitConverter.IsLittleEndian)
        {
            BinaryPrimitives.ReverseEndianness(values, values);
        }

        return true;
    }

    public bool UInt64s(Span<ulong> values)
    {
        var source = MemoryMarshal.Cast<byte, ulong>(Take(values.Length * (long)sizeof(ulong)));
        if (IsBad)
        {
            return false;
        }

        source.CopyTo(values);
        if (!BitConverter.IsLittleEndian)
        {
            BinaryPrimitives.ReverseEndianness(values, values);
        }

        return true;
    }

    public bool Chars(scoped Span<char> values)
    {
        var units = MemoryMarshal.Cast<char, ushort>(values);
        var source = MemoryMarshal.Cast<byte, ushort>(Take(values.Length * (long)sizeof(ushort)));
        if (IsBad)
        {
            return false;
        }

        source.CopyTo(units);
        if (!BitConverter.IsLittleEndian)
        {
            BinaryPrimitives.ReverseEndianness(units, units);
        }

        return true;
    }
}
