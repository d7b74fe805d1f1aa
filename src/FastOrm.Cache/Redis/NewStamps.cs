using System.Buffers.Binary;
using System.Security.Cryptography;

namespace FastOrm.Cache.Redis;

/// <summary>Random values, which no other node and no other history has.</summary>
internal static class NewStamps
{
    /// <summary>No counter gets there: the scripts let pass 18 digits.</summary>
    public const long CounterEnds = 1_000_000_000_000_000_000;

    // With room for more changes than there will be.
    private const long CounterStarts = 1L << 59;

    /// <summary>The bytes of new stamps. None is zero, which would be a stamp that is missing.</summary>
    public static byte[] Of(int count)
    {
        var bytes = RandomNumberGenerator.GetBytes(count * sizeof(long));
        for (var rest = bytes.AsSpan(); !rest.IsEmpty; rest = rest[sizeof(long)..])
        {
            while (BinaryPrimitives.ReadInt64LittleEndian(rest) == 0)
            {
                RandomNumberGenerator.Fill(rest[..sizeof(long)]);
            }
        }

        return bytes;
    }

    public static long Era() => BinaryPrimitives.ReadInt64LittleEndian(Of(1));

    /// <summary>Where a counter begins: not at zero.</summary>
    public static long Counter() => (Era() & (CounterStarts - 1)) | 1;
}
