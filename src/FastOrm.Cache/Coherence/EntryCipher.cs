using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace FastOrm.Cache.Coherence;

/// <summary>Encrypts entries as a whole, so that only who has the key can read them, change them, or put one in the place of another.</summary>
/// <remarks>
/// <code>
/// 3     two letters, the version
/// 8     the number of the key, derived from it
/// 16    a random salt
/// 12    a random nonce
/// n     the entry, encrypted by AES-256-GCM
/// 16    the tag, of all of it and of the key in the tier
/// </code>
/// Each entry is encrypted with a key of its own, which HKDF-SHA256 derives from the cache's key, its name and the salt. So one key serves
/// for any number of entries: two of them would have to share 224 random bits.
/// </remarks>
internal sealed class EntryCipher
{
    /// <summary>Another version is a miss.</summary>
    public const byte Version = 1;

    private const int IdStart = 3;
    private const int IdSize = 8;
    private const int SaltStart = IdStart + IdSize;
    private const int SaltSize = 16;
    private const int NonceStart = SaltStart + SaltSize;
    private const int NonceSize = 12;
    private const int Header = NonceStart + NonceSize;
    private const int TagSize = 16;
    private const int KeySize = 32;

    private readonly Master[] _masters;

    /// <param name="keys">The keys: the first one encrypts, and all of them decrypt.</param>
    /// <param name="name">The name of the cache.</param>
    public EntryCipher(byte[][] keys, string name) => _masters = Array.ConvertAll(keys, key => new Master(key, name));

    /// <summary>Encrypts an entry.</summary>
    /// <param name="key">Its key in the tier.</param>
    /// <param name="entry">Its bytes.</param>
    public byte[] Encrypt(string key, ReadOnlySpan<byte> entry)
    {
        var bytes = new byte[Header + entry.Length + TagSize];
        var master = _masters[0];
        (bytes[0], bytes[1], bytes[2]) = ((byte)'F', (byte)'E', Version);
        master.Id.CopyTo(bytes, IdStart);
        RandomNumberGenerator.Fill(bytes.AsSpan(SaltStart, SaltSize + NonceSize));
        using var aes = master.Open(bytes.AsSpan(SaltStart, SaltSize));
        aes.Encrypt(
            bytes.AsSpan(NonceStart, NonceSize),
            entry,
            bytes.AsSpan(Header, entry.Length),
            bytes.AsSpan(Header + entry.Length),
            Associated(key, bytes));
        return bytes;
    }

    /// <summary>Decrypts an entry.</summary>
    /// <returns>Null if it was not encrypted under this key of the tier and with a key of this cache, or was changed since.</returns>
    public byte[]? Decrypt(string key, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Header + TagSize
            || bytes[0] != 'F' || bytes[1] != 'E' || bytes[2] != Version
            || Find(bytes.Slice(IdStart, IdSize)) is not { } master)
        {
            return null;
        }

        var entry = new byte[bytes.Length - Header - TagSize];
        using var aes = master.Open(bytes.Slice(SaltStart, SaltSize));
        try
        {
            aes.Decrypt(bytes.Slice(NonceStart, NonceSize), bytes.Slice(Header, entry.Length), bytes[^TagSize..], entry, Associated(key, bytes));
            return entry;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    private static byte[] Associated(string key, ReadOnlySpan<byte> bytes) => [.. bytes[..Header], .. MemoryMarshal.AsBytes(key.AsSpan())];

    private Master? Find(ReadOnlySpan<byte> id)
    {
        foreach (var master in _masters)
        {
            if (id.SequenceEqual(master.Id))
            {
                return master;
            }
        }

        return null;
    }

    /// <summary>A key of a cache, from which those of its entries are derived.</summary>
    private sealed class Master
    {
        // What is derived for different purposes differs in its first byte.
        private const byte ForId = 0;
        private const byte ForEntry = 1;

        private readonly byte[] _key;

        public Master(byte[] key, string name)
        {
            _key = HKDF.Extract(HashAlgorithmName.SHA256, key, Encoding.UTF8.GetBytes("FastOrm.Cache entries of " + name));
            Id = HKDF.Expand(HashAlgorithmName.SHA256, _key, IdSize, [ForId]);
        }

        public byte[] Id { get; }

        public AesGcm Open(ReadOnlySpan<byte> salt)
        {
            Span<byte> key = stackalloc byte[KeySize];
            HKDF.Expand(HashAlgorithmName.SHA256, _key, key, [ForEntry, .. salt]);
            var aes = new AesGcm(key, TagSize);
            CryptographicOperations.ZeroMemory(key);
            return aes;
        }
    }
}
