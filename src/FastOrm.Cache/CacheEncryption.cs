using System.Security.Cryptography;
using FastOrm.Cache.Coherence;

namespace FastOrm.Cache;

/// <summary>
/// The keys with which a cache encrypts what it stores in the tier that nodes share: <c>docs/redis.md</c> says what that hides and what it does
/// not. Immutable; shown to nobody, neither as a text nor in an error.
/// </summary>
public sealed class CacheEncryption
{
    private readonly byte[][] _keys;

    /// <param name="current">The key for all that is stored: 16, 24 or 32 random bytes. Entries under it can be read.</param>
    /// <param name="previous">Other keys under which entries can be read, as those of before. None of them encrypts.</param>
    /// <exception cref="ArgumentException">A key has another length.</exception>
    public CacheEncryption(byte[] current, params byte[][] previous)
    {
        ArgumentNullException.ThrowIfNull(current);
        ArgumentNullException.ThrowIfNull(previous);
        _keys = [Copy(current, nameof(current)), .. previous.Select(static key => Copy(key, nameof(previous)))];
    }

    /// <summary>Reads keys in base64, the current one first, with commas between them: as a setting has them.</summary>
    /// <param name="keys">The keys.</param>
    /// <exception cref="FormatException">One of them is no base64, or has another length than 16, 24 or 32 bytes.</exception>
    public static CacheEncryption Parse(string keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return TryParse(keys) ?? throw new FormatException($"The keys of a {nameof(CacheEncryption)} must be {Form}. {Remedy}");
    }

    /// <summary>How many keys there are, and nothing of them.</summary>
    public override string ToString() => FormattableString.Invariant($"{nameof(CacheEncryption)} of {_keys.Length} keys");

    /// <summary>What the text of the keys may be.</summary>
    internal const string Form = "16, 24 or 32 bytes each, in base64, the current one first, with commas between them";

    internal static CacheEncryption? TryParse(string text)
    {
        var keys = Array.ConvertAll(text.Split(',', StringSplitOptions.TrimEntries), static key =>
        {
            var bytes = new byte[key.Length];
            return Convert.TryFromBase64String(key, bytes, out var length) && IsKey(length) ? bytes[..length] : null;
        });
        return Array.IndexOf(keys, null) < 0 ? new CacheEncryption(keys[0]!, keys[1..]!) : null;
    }

    /// <summary>What encrypts the entries of a cache. Those of a cache of another name it cannot read.</summary>
    internal EntryCipher CipherOf(string name) => new(_keys, name);

    private const string Remedy = "Make one with RandomNumberGenerator.GetBytes(32), or: openssl rand -base64 32.";

    private static bool IsKey(int length) => length is 16 or 24 or 32;

    // A copy, which nobody changes.
    private static byte[] Copy(byte[] key, string parameter)
    {
        ArgumentNullException.ThrowIfNull(key, parameter);
        return IsKey(key.Length)
            ? [.. key]
            : throw new ArgumentException(
                $"A key of a {nameof(CacheEncryption)} must have 16, 24 or 32 bytes (128, 192 or 256 bits), and one has {key.Length}. {Remedy}",
                parameter);
    }
}
