using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace FastOrm.Cache.Redis;

/// <summary>The bytes of a change that is published.</summary>
/// <remarks>
/// <code>
/// 1     version, 1
/// 8     era
/// 1+d   the counter: the number of its decimal digits, and these
/// 8     source
/// 4+4n  the number of stamps, and their numbers
/// 4     the number of keys; of each: 4+b the number of its bytes, and these
/// </code>
/// All numbers are little-endian. The script writes era, counter and the number of the stamps, the client all else.
/// </remarks>
internal static class RedisMessageCodec
{
    private const byte Version = 1;

    /// <summary>Numbers: a source, or what markers are known by.</summary>
    public static byte[] Bytes(params ReadOnlySpan<long> numbers)
    {
        var bytes = new byte[numbers.Length * sizeof(long)];
        for (var i = 0; i < numbers.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(i * sizeof(long)), numbers[i]);
        }

        return bytes;
    }

    /// <summary>Claims: of each the number of its stamp, its value, the number of the other stamp.</summary>
    public static byte[] Claims(IReadOnlyList<RemoteClaim> claims)
    {
        var bytes = new byte[claims.Count * 16];
        for (var i = 0; i < claims.Count; i++)
        {
            var target = bytes.AsSpan(i * 16);
            BinaryPrimitives.WriteInt32LittleEndian(target, claims[i].Stamp);
            BinaryPrimitives.WriteInt64LittleEndian(target[4..], claims[i].Value);
            BinaryPrimitives.WriteInt32LittleEndian(target[12..], claims[i].Otherwise);
        }

        return bytes;
    }

    /// <summary>The numbers of stamps: also the names of their fields.</summary>
    public static byte[] Slots(ReadOnlySpan<int> slots)
    {
        var bytes = new byte[slots.Length * sizeof(int)];
        for (var i = 0; i < slots.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(i * sizeof(int)), slots[i]);
        }

        return bytes;
    }

    /// <summary>The keys.</summary>
    public static byte[] Keys(IReadOnlyList<string> keys)
    {
        var buffer = new ArrayBufferWriter<byte>();
        WriteInt32(buffer, keys.Count);
        foreach (var key in keys)
        {
            var bytes = RedisNames.Bytes(key);
            WriteInt32(buffer, bytes.Length);
            buffer.Write(bytes);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>A whole message, where no script can write it.</summary>
    public static byte[] Encode(RemotePosition position, RemoteChange change)
    {
        var counter = Encoding.ASCII.GetBytes(position.Counter.ToString(CultureInfo.InvariantCulture));
        var count = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(count, change.Stamps.Length);
        return [Version, .. Bytes(position.Era), (byte)counter.Length, .. counter, .. Bytes(change.Source), .. count, .. Slots(change.Stamps.Span), .. Keys(change.Keys)];
    }

    /// <summary>The message, or null if the bytes are none.</summary>
    public static RemoteMessage? Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var reader = new Reader(bytes);
            if (reader.Take(1)[0] != Version)
            {
                return null;
            }

            var era = BinaryPrimitives.ReadInt64LittleEndian(reader.Take(sizeof(long)));
            var digits = reader.Take(reader.Take(1)[0]);
            if (!Utf8Parser.TryParse(digits, out long counter, out var used) || used != digits.Length
                || counter is <= 0 or >= NewStamps.CounterEnds || era == 0)
            {
                return null;
            }

            var source = BinaryPrimitives.ReadInt64LittleEndian(reader.Take(sizeof(long)));
            var stamps = new int[reader.Count(sizeof(int))];
            for (var i = 0; i < stamps.Length; i++)
            {
                stamps[i] = reader.Int32();
            }

            var keys = new string[reader.Count(sizeof(int))];
            for (var i = 0; i < keys.Length; i++)
            {
                keys[i] = RedisNames.Text(reader.Take(reader.Count(1)));
            }

            return reader.IsAtEnd ? new RemoteMessage(new RemotePosition(era, counter), source, stamps, keys) : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static void WriteInt32(ArrayBufferWriter<byte> buffer, int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(buffer.GetSpan(sizeof(int)), value);
        buffer.Advance(sizeof(int));
    }

    // Whatever is not there is an ArgumentException.
    [StructLayout(LayoutKind.Auto)]
    private ref struct Reader(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> _rest = bytes;

        public readonly bool IsAtEnd => _rest.IsEmpty;

        public ReadOnlySpan<byte> Take(int length)
        {
            var taken = _rest[..length];
            _rest = _rest[length..];
            return taken;
        }

        public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));

        /// <summary>A number of things of at least so many bytes: no more than there can be.</summary>
        public int Count(int size)
        {
            var count = Int32();
            return (uint)count <= (uint)(_rest.Length / size) ? count : throw new ArgumentException("It ends too early.");
        }
    }
}
