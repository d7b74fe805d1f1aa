using System.Collections;
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
    private const string Special = ":,[]\\\0";

    /// <summary>
    /// The parts with colons between them, in the invariant culture: <c>CacheKey.Of("val", 42)</c> is <c>val:42</c>. Parts of different texts
    /// make different keys: a colon within a part gets a backslash, <see langword="null"/> differs from an empty text, and what would be
    /// longer than a key may be is shortened to its beginning and a SHA-256 of the whole.
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
                Escape(key, text);
                break;
            case DateTime or DateTimeOffset or DateOnly or TimeOnly:
                Escape(key, ((IFormattable)part).ToString("O", CultureInfo.InvariantCulture));
                break;
            case bool or char or Enum or Uri or Version:
                Escape(key, part.ToString()!);
                break;
            case ISpanFormattable value:
                Escape(key, value.ToString(null, CultureInfo.InvariantCulture));
                break;
            case IEnumerable list:
                AppendList(key, list);
                break;
            default:
                throw new ArgumentException(
                    $"A part of a key is a {part.GetType()}, whose text does not surely tell it from others. Give the values that identify it.",
                    nameof(part));
        }
    }

    private static void AppendList(StringBuilder key, IEnumerable list)
    {
        key.Append('[');
        var isFirst = true;
        foreach (var element in list)
        {
            key.Append(isFirst ? "" : ",");
            isFirst = false;
            Append(key, element);
        }

        key.Append(']');
    }

    private static void Escape(StringBuilder key, string text)
    {
        foreach (var character in text)
        {
            if (Special.Contains(character))
            {
                key.Append('\\');
            }

            key.Append(character);
        }
    }
}
