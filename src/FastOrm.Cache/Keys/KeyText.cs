using System.Buffers;
using System.Collections;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace FastOrm.Cache.Keys;

/// <summary>The text of a value in a key, by which it is told from every other value of its type.</summary>
/// <remarks>
/// In the invariant culture. A backslash stands before each of <c>\ : , | [ ]</c>, so that these can separate texts; lists are
/// <c>[a,b]</c>, <c>\0</c> is null and <c>\e</c> an empty text in a list.
/// </remarks>
internal static class KeyText
{
    private const char Escape = '\\';

    private static readonly SearchValues<char> Reserved = SearchValues.Create("\\:,|[]");

    /// <summary>Whether all values of a type have a text.</summary>
    public static bool Has(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type == typeof(string) || type == typeof(bool) || type.IsEnum
            || (!type.IsInterface && typeof(ISpanFormattable).IsAssignableFrom(type))
            || (ElementOf(type) is { } element && Has(element));
    }

    /// <exception cref="ArgumentException">The value has no text.</exception>
    public static void Append<T>(ref DefaultInterpolatedStringHandler key, T value)
    {
        switch (value)
        {
            case null:
                key.AppendLiteral("\\0");
                break;
            case string text:
                AppendEscaped(ref key, text);
                break;
            case DateTime or DateTimeOffset or DateOnly or TimeOnly:
                AppendFormatted(ref key, value, "O"); // What they say by default is not all.
                break;
            case bool or Enum or ISpanFormattable:
                AppendFormatted(ref key, value, format: null);
                break;
            case IEnumerable list and not Array { Rank: > 1 }:
                AppendList(ref key, list);
                break;
            default:
                throw new ArgumentException(
                    $"A part of a key is a {value.GetType()}, whose text does not surely tell it from others. Give the "
                    + "values that identify it.");
        }
    }

    /// <summary>The text as it was before it was escaped; nothing for null.</summary>
    public static void AppendPlain(ref DefaultInterpolatedStringHandler text, scoped ReadOnlySpan<char> escaped)
    {
        for (int next; (next = escaped.IndexOf(Escape)) >= 0; escaped = escaped[(next + 2)..])
        {
            text.AppendFormatted(escaped[..next]);
            if (escaped[next + 1] is not ('0' or 'e'))
            {
                text.AppendFormatted(escaped.Slice(next + 1, 1));
            }
        }

        text.AppendFormatted(escaped);
    }

    private static void AppendEscaped(ref DefaultInterpolatedStringHandler key, scoped ReadOnlySpan<char> text)
    {
        for (int next; (next = text.IndexOfAny(Reserved)) >= 0; text = text[(next + 1)..])
        {
            key.AppendFormatted(text[..next]);
            key.AppendLiteral("\\");
            key.AppendFormatted(text.Slice(next, 1));
        }

        key.AppendFormatted(text);
    }

    private static void AppendFormatted<T>(ref DefaultInterpolatedStringHandler key, T value, string? format)
    {
        var text = new DefaultInterpolatedStringHandler(0, 0, CultureInfo.InvariantCulture, stackalloc char[128]);
        text.AppendFormatted(value, format);
        AppendEscaped(ref key, text.Text);
        text.Clear();
    }

    private static void AppendList(ref DefaultInterpolatedStringHandler key, IEnumerable list)
    {
        var separator = "[";
        foreach (var element in list)
        {
            key.AppendLiteral(separator);
            separator = ",";
            if (element is "")
            {
                key.AppendLiteral("\\e");
            }
            else
            {
                Append(ref key, element);
            }
        }

        key.AppendLiteral(separator == "[" ? "[]" : "]");
    }

    // Of sequences that can be read more than once.
    private static Type? ElementOf(Type type)
        => type.IsArray
            ? type.GetArrayRank() == 1 ? type.GetElementType() : null
            : type.GetInterfaces().Append(type).FirstOrDefault(static candidate => candidate.IsGenericType
                && (candidate.GetGenericTypeDefinition() == typeof(IReadOnlyCollection<>)
                    || candidate.GetGenericTypeDefinition() == typeof(ICollection<>)))?.GetGenericArguments()[0];
}
