using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using FastOrm.Cache.Keys;

namespace FastOrm.Cache;

/// <summary>Makes keys of parts.</summary>
public static class CacheKey
{
    /// <summary>The longest key, in bytes of UTF-8.</summary>
    public const int MaxLength = 1024;

    /// <summary>
    /// The parts with colons between them, in the invariant culture: <c>CacheKey.Of("val", 42)</c> is <c>val:42</c>. Parts of
    /// different texts make different keys: a backslash stands before what separates parts and elements, <see langword="null"/>
    /// differs from an empty text, and what would be longer than a key may be is shortened to its beginning and a SHA-256 of the
    /// whole.
    /// </summary>
    /// <param name="parts">The parts: texts, numbers, times, <see cref="Guid"/>s, enums, and lists of them.</param>
    /// <exception cref="ArgumentException">There is no part, or one is of a type that does not say what it is worth.</exception>
    public static string Of(params ReadOnlySpan<object?> parts)
    {
        if (parts.IsEmpty)
        {
            throw new ArgumentException("A key must have at least one part.", nameof(parts));
        }

        var key = new DefaultInterpolatedStringHandler(0, 0, CultureInfo.InvariantCulture, stackalloc char[256]);
        for (var i = 0; i < parts.Length; i++)
        {
            if (i > 0)
            {
                key.AppendLiteral(":");
            }

            KeyText.Append(ref key, parts[i]);
        }

        return Shortened(key.ToStringAndClear());
    }

    internal static string Shortened(string key)
    {
        if (!IsTooLong(key))
        {
            return key;
        }

        const int Kept = 200;
        var end = char.IsHighSurrogate(key[Kept - 1]) ? Kept - 1 : Kept;
        return $"{key[..end]}~{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))}";
    }

    internal static bool IsTooLong(string key)
        => key.Length > MaxLength / 3 && Encoding.UTF8.GetByteCount(key) > MaxLength;
}
