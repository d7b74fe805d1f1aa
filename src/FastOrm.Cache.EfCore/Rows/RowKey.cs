using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.Security.Cryptography;
using FastOrm.Cache.EfCore.Plans;
using FastOrm.Cache.Memory;

namespace FastOrm.Cache.EfCore.Rows;

/// <summary>The identity of the rows of one command in memory: compared byte by byte, never by hash alone.</summary>
internal sealed class RowKey : IEquatable<RowKey>
{
    private static Func<byte[], ulong, ulong> s_hash = HashOf;

    private readonly byte[] _shape;
    private readonly byte[] _values;
    private readonly int _command;
    private readonly long _main;
    private readonly ulong _hash;

    private RowKey(Plan plan, byte[] values, int command, long main)
    {
        _shape = plan.ShapeBytes;
        _values = values;
        _command = command;
        _main = main;
        _hash = s_hash(values, plan.ShapeHash + (ulong)command + ((ulong)main << 8));
    }

    /// <param name="plan">The plan of the query: its shape.</param>
    /// <param name="values">The bytes of the database, the options and all values. Not changed by anyone.</param>
    /// <param name="command">The position of the command in the query.</param>
    /// <param name="main">The <see cref="RowSet.Id"/> of the main rows to which those of a split query belong; 0 for the main command.</param>
    public static LocalCacheKey Of(Plan plan, byte[] values, int command, long main = 0)
    {
        var key = new RowKey(plan, values, command, main);
        return new LocalCacheKey(unchecked((int)key._hash), key);
    }

    /// <summary>The bytes of the database, the options and all values.</summary>
    public ReadOnlySpan<byte> Values => _values;

    /// <summary>The key of the same rows where other processes find them.</summary>
    public string RemoteKey => RemoteNames.Of(this);

    /// <summary>Computes <see cref="RemoteKey"/>.</summary>
    public string MakeRemoteKey()
    {
        // Nobody can make two keys that meet, as for a hash that is only quick: they would give him the rows of another.
        const int Head = 2 * sizeof(int);
        var length = Head + _shape.Length + _values.Length;
        var bytes = ArrayPool<byte>.Shared.Rent(length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes, _command);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(sizeof(int)), _shape.Length);
        _shape.CopyTo(bytes, Head);
        _values.CopyTo(bytes, Head + _shape.Length);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes.AsSpan(0, length), hash);
        ArrayPool<byte>.Shared.Return(bytes);
        return string.Create(2 + 2 * SHA256.HashSizeInBytes, hash, static (key, hash) =>
        {
            "q:".CopyTo(key);
            _ = Convert.TryToHexStringLower(hash, key[2..], out _);
        });
    }

    public bool Equals(RowKey? other)
        => other is not null
            && _hash == other._hash
            && _command == other._command
            && _main == other._main
            && _values.AsSpan().SequenceEqual(other._values)
            && (ReferenceEquals(_shape, other._shape) || _shape.AsSpan().SequenceEqual(other._shape));

    /// <summary>The size in bytes of what an entry keeps of its key.</summary>
    public static int SizeOf(in LocalCacheKey key) => key.Identity is RowKey row ? row._values.Length : 0;

    public override bool Equals(object? obj) => Equals(obj as RowKey);

    public override int GetHashCode() => unchecked((int)_hash);

    /// <summary>Lets a test make every hash the same; null for the true one again.</summary>
    internal static void ReplaceHash(Func<byte[], ulong, ulong>? hash) => s_hash = hash ?? HashOf;

    private static ulong HashOf(byte[] values, ulong seed) => XxHash3.HashToUInt64(values, unchecked((long)seed));
}
