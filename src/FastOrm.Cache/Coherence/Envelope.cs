using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace FastOrm.Cache.Coherence;

/// <summary>What is stored in a tier that nodes share: a payload, and what decides whether it may be served.</summary>
/// <remarks>
/// Little endian: two letters, the version, the kind, a checksum of the key and all that follows; the era; when the load began, and for how
/// long the payload is fresh, stale for others, stale after an error, in the memory of a node, in milliseconds; the stamps; what the payload is of; the payload.
/// </remarks>
/// <param name="Kind">What the payload is.</param>
/// <param name="Era">The era of the stamps.</param>
/// <param name="StoredAt">When the load began, in milliseconds since 1970, by the clock of the node that loaded.</param>
/// <param name="FreshFor">The time to live in milliseconds; <see cref="long.MaxValue"/> for ever.</param>
/// <param name="StaleFor">How much longer it is served while it is loaded anew.</param>
/// <param name="StaleIfError">How much longer it is served if it cannot be loaded anew.</param>
/// <param name="LocalFor">The longest time in the memory of a node; zero if it is not kept there.</param>
/// <param name="Slots">The slots of the stamps.</param>
/// <param name="Stamps">Their values before the load began.</param>
/// <param name="Identity">What the payload is of: compared before it is read.</param>
/// <param name="Payload">The payload.</param>
internal sealed record Envelope(
    EnvelopeKind Kind,
    long Era,
    long StoredAt,
    long FreshFor,
    long StaleFor,
    long StaleIfError,
    long LocalFor,
    int[] Slots,
    long[] Stamps,
    ReadOnlyMemory<byte> Identity,
    ReadOnlyMemory<byte> Payload)
{
    /// <summary>Another version is a miss.</summary>
    public const byte Version = 1;

    private const int Header = 12;
    private const int Fixed = Header + 6 * sizeof(long);
    private const int MaxStamps = ushort.MaxValue;

    /// <summary>Writes the entry, or returns null if it has more stamps than an entry may.</summary>
    public byte[]? Write(string key)
    {
        if (Slots.Length > MaxStamps || Identity.Length > byte.MaxValue)
        {
            return null;
        }

        var bytes = new byte[Fixed + 2 + Slots.Length * 12 + 1 + Identity.Length + Payload.Length];
        var rest = bytes.AsSpan(Header);
        Put(ref rest, Era);
        Put(ref rest, StoredAt);
        Put(ref rest, FreshFor);
        Put(ref rest, StaleFor);
        Put(ref rest, StaleIfError);
        Put(ref rest, LocalFor);
        BinaryPrimitives.WriteUInt16LittleEndian(rest, (ushort)Slots.Length);
        rest = rest[2..];
        for (var i = 0; i < Slots.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(rest, Slots[i]);
            rest = rest[4..];
            Put(ref rest, Stamps[i]);
        }

        rest[0] = (byte)Identity.Length;
        Identity.Span.CopyTo(rest[1..]);
        Payload.Span.CopyTo(rest[(1 + Identity.Length)..]);
        (bytes[0], bytes[1], bytes[2], bytes[3]) = ((byte)'F', (byte)'C', Version, (byte)Kind);
        Seal(key, bytes);
        return bytes;
    }

    /// <summary>Writes the checksum of all else.</summary>
    internal static void Seal(string key, Span<byte> bytes) => BinaryPrimitives.WriteUInt64LittleEndian(bytes[4..], Checksum(key, bytes));

    /// <summary>Reads an entry, or returns null if it is none of this key and version, or not whole.</summary>
    public static Envelope? TryRead(string key, ReadOnlyMemory<byte> bytes)
    {
        var span = bytes.Span;
        if (span.Length < Fixed + 3
            || span[0] != 'F' || span[1] != 'C' || span[2] != Version
            || span[3] > (byte)EnvelopeKind.Rows
            || BinaryPrimitives.ReadUInt64LittleEndian(span[4..]) != Checksum(key, span))
        {
            return null;
        }

        var rest = span[Header..];
        var (era, storedAt) = (Take(ref rest), Take(ref rest));
        var (freshFor, staleFor, staleIfError, localFor) = (Take(ref rest), Take(ref rest), Take(ref rest), Take(ref rest));
        var count = BinaryPrimitives.ReadUInt16LittleEndian(rest);
        rest = rest[2..];
        if (rest.Length < count * 12 + 1 || freshFor < 0 || staleFor < 0 || staleIfError < 0 || localFor < 0)
        {
            return null;
        }

        var (slots, stamps) = (new int[count], new long[count]);
        for (var i = 0; i < count; i++)
        {
            slots[i] = BinaryPrimitives.ReadInt32LittleEndian(rest);
            rest = rest[4..];
            stamps[i] = Take(ref rest);
        }

        int identity = rest[0];
        if (rest.Length < 1 + identity)
        {
            return null;
        }

        var start = bytes.Length - rest.Length + 1;
        return new Envelope(
            (EnvelopeKind)span[3],
            era,
            storedAt,
            freshFor,
            staleFor,
            staleIfError,
            localFor,
            slots,
            stamps,
            bytes.Slice(start, identity),
            bytes[(start + identity)..]);
    }

    // The key too, so that an entry which is found under another key is none.
    private static ulong Checksum(string key, ReadOnlySpan<byte> bytes)
    {
        var seed = XxHash3.HashToUInt64(MemoryMarshal.AsBytes(key.AsSpan()), bytes[3]);
        return XxHash3.HashToUInt64(bytes[Header..], unchecked((long)seed));
    }

    private static void Put(ref Span<byte> target, long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(target, value);
        target = target[8..];
    }

    private static long Take(ref ReadOnlySpan<byte> source)
    {
        var value = BinaryPrimitives.ReadInt64LittleEndian(source);
        source = source[8..];
        return value;
    }
}

/// <summary>What the payload of an entry is.</summary>
internal enum EnvelopeKind : byte
{
    /// <summary>A value in the bytes of the serializer.</summary>
    Value,

    /// <summary>A value that is null.</summary>
    Null,

    /// <summary>That there is no value.</summary>
    Absence,

    /// <summary>The rows of a query.</summary>
    Rows,
}
