using System.Collections;
using System.Numerics;

namespace FastOrm.Cache.EfCore.Rows.Codec.Formats;

/// <summary>Bits, eight a byte, the lowest first. Those after the last are 0.</summary>
internal static class Bitmap
{
    public static int Size(int count) => (count >> 3) + ((count & 7) == 0 ? 0 : 1);

    public static bool Bit(ReadOnlySpan<byte> bits, int index) => (bits[index >> 3] >> (index & 7) & 1) != 0;

    public static void Write(PayloadWriter writer, BitArray bits)
    {
        var bytes = new byte[Size(bits.Length)];
        bits.CopyTo(bytes, 0);
        writer.Bytes(bytes);
    }

    public static ReadOnlySpan<byte> Read(ref PayloadReader reader, int count)
    {
        var bits = reader.Take(Size(count));
        if (!reader.IsBad && (count & 7) != 0 && bits[^1] >> (count & 7) != 0)
        {
            reader.Refuse();
            return default;
        }

        return bits;
    }

    public static BitArray ToArray(ReadOnlySpan<byte> bits, int count) => new(bits.ToArray()) { Length = count };

    public static int CountSet(ReadOnlySpan<byte> bits)
    {
        var count = 0;
        foreach (var bit in bits)
        {
            count += BitOperations.PopCount(bit);
        }

        return count;
    }
}
