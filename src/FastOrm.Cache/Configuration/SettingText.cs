using System.Globalization;
using System.Numerics;

namespace FastOrm.Cache.Configuration;

/// <summary>Reads the text of a setting as the type of its option.</summary>
internal static class SettingText
{
    private const string Time = "a time: seconds such as 3600, or days, hours, minutes and seconds such as 1.02:30:00, or infinite";

    private static readonly decimal MaxSeconds = (decimal)TimeSpan.MaxValue.Ticks / TimeSpan.TicksPerSecond;

    /// <summary>Whether options of this type can be set by a text.</summary>
    public static bool Supports(Type type)
        => Bare(type) is var bare
            && (bare.IsEnum || bare == typeof(string) || bare == typeof(bool) || bare == typeof(int) || bare == typeof(long)
                || bare == typeof(double) || bare == typeof(TimeSpan) || bare == typeof(CacheEncryption));

    /// <returns>Whether the text says a value.</returns>
    public static bool TryParse(Type type, string text, out object? value)
    {
        value = null;
        text = text.Trim();
        if (type == typeof(string))
        {
            value = text.Length > 0 ? text : null;
            return true;
        }

        if (IsOptional(type) && (text.Length == 0 || IsWord(text, "none")))
        {
            return true;
        }

        value = Parse(Bare(type), text);
        return value is not null;
    }

    /// <summary>What a setting of this type may be.</summary>
    public static string Allowed(Type type)
    {
        var bare = Bare(type);
        var allowed = bare.IsEnum ? string.Join(" or ", Enum.GetNames(bare).Select(static name => name.ToLowerInvariant()))
            : bare == typeof(bool) ? "true or false"
            : bare == typeof(int) || bare == typeof(long) ? "a whole number"
            : bare == typeof(double) ? "a number such as 0.1"
            : bare == typeof(TimeSpan) ? Time
            : bare == typeof(CacheEncryption) ? "keys of " + CacheEncryption.Form
            : "a text";
        return !IsOptional(type) || bare.IsEnum ? allowed : $"{allowed}, or none";
    }

    private static object? Parse(Type type, string text)
    {
        if (type.IsEnum)
        {
            return Enum.GetNames(type).FirstOrDefault(name => IsWord(text, name)) is { } name ? Enum.Parse(type, name) : null;
        }

        return type == typeof(bool) ? ParseBool(text)
            : type == typeof(int) ? ParseNumber<int>(text, NumberStyles.AllowLeadingSign)
            : type == typeof(long) ? ParseNumber<long>(text, NumberStyles.AllowLeadingSign)
            : type == typeof(double) ? ParseNumber<double>(text, NumberStyles.Float)
            : type == typeof(CacheEncryption) ? CacheEncryption.TryParse(text)
            : ParseTime(text);
    }

    private static T? ParseNumber<T>(string text, NumberStyles styles)
        where T : struct, INumber<T>
        => T.TryParse(text, styles, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static object? ParseBool(string text)
        => IsWord(text, "true") || text == "1" ? true
            : IsWord(text, "false") || text == "0" ? false
            : null;

    // A number first: the text of a TimeSpan would take 3600 for days.
    private static object? ParseTime(string text)
    {
        if (IsWord(text, "infinite"))
        {
            return Timeout.InfiniteTimeSpan;
        }

        if (ParseNumber<decimal>(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint) is { } seconds)
        {
            return Math.Abs(seconds) < MaxSeconds ? TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond)) : null;
        }

        return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time) ? time : null;
    }

    private static bool IsOptional(Type type) => Nullable.GetUnderlyingType(type) is not null || type == typeof(CacheEncryption);

    private static Type Bare(Type type) => Nullable.GetUnderlyingType(type) ?? type;

    private static bool IsWord(string text, string word) => text.Equals(word, StringComparison.OrdinalIgnoreCase);
}
