using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace FastOrm.Cache;

/// <summary>Makes keys of parts.</summary>
public static class CacheKey
{
    /// <summary>The longest key, in bytes of UTF-8.</summary>
    public const int MaxLength = 1024;

    private const char Separator = ':';

    /// <summary>
    /// The parts with colons between them, in the invariant culture: <c>CacheKey.Of("val", 42)</c> is <c>val:42</c>. Parts of different texts
    /// make different keys: colons within a part are doubled, <see langword="null"/> differs from an empty text, and what would be longer
    /// than a key may be is shortened to its beginning and a SHA-256 of the whole.
    /// </summary>
    /// <param name="parts">The parts: texts, numbers, times, <see cref="Guid"/>s, enums, and lists of them.</param>
    /// <exception cref="ArgumentException">There is no part, or one is of a type that does not say what it is worth.</exception>
    public static string Of(params ReadOnlySpan<object?> parts)
    {
        if (parts.IsEmpty)
        {
            throw new ArgumentException("A key must have at least one part.", nameof(parts));
        }

        var key = new StringBuilder();
        for (var i = 0; i < parts.Length; i++)
        {
            if (i > 0)
            {
                key.Append(Separator);
            }

            Append(key, parts[i]);
        }

        return Shortened(key.ToString());
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

    private static void Append(StringBuilder key, object? part)
    {
        switch (part)
        {
            case null:
                key.Append('\0');
                break;
            case string text:
                key.Append(text.Replace(":", "::", StringComparison.Ordinal));
                break;
            case DateTime time:
                key.Append(time.ToString("O", CultureInfo.InvariantCulture).Replace(":", "::", StringComparison.Ordinal));
                break;
            case DateTimeOffset time:
                key.Append(time.ToString("O", CultureInfo.InvariantCulture).Replace(":", "::", StringComparison.Ordinal));
                break;
            case double or float or Half:
                key.Append(((IFormattable)part).ToString("R", CultureInfo.InvariantCulture));
                break;
            case bool or char or Enum or Uri or Version:
                key.Append(part.ToString()!.Replace(":", "::", StringComparison.Ordinal));
                break;
            case IFormattable value and ISpanFormattable:
                key.Append(value.ToString(null, CultureInfo.InvariantCulture).Replace(":", "::", StringComparison.Ordinal));
                break;
            case System.Collections.IEnumerable list:
                key.Append('[');
                var isFirst = true;
                foreach (var element in list)
                {
                    key.Append(isFirst ? "" : ",");
                    isFirst = false;
                    Append(key, element is string text ? text.Replace(",", ",,", StringComparison.Ordinal) : element);
                }

                key.Append(']');
                break;
            default:
                throw new ArgumentException(
                    $"A part of a key is a {part.GetType()}, whose text does not surely tell it from others. Give the values that identify it.",
                    nameof(part));
        }
    }
}
