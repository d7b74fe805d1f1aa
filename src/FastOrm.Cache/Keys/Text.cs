using System.Runtime.CompilerServices;

namespace FastOrm.Cache.Keys;

/// <summary>Checks of what callers give as keys and tags.</summary>
internal static class Text
{
    /// <summary>Returns the texts, or throws before anything was done with any of them.</summary>
    public static ReadOnlySpan<string> Checked(
        ReadOnlySpan<string> texts, string subject, [CallerArgumentExpression(nameof(texts))] string? parameter = null)
    {
        foreach (var text in texts)
        {
            Checked(text, subject, parameter);
        }

        return texts;
    }

    public static string Checked(
        string? text, string subject, [CallerArgumentExpression(nameof(text))] string? parameter = null)
    {
        if (text is null)
        {
            throw new ArgumentNullException(parameter, $"{subject} must not be null.");
        }

        return !string.IsNullOrWhiteSpace(text)
            ? text
            : throw new ArgumentException($"{subject} must not be empty or white space.", parameter);
    }

    /// <summary>The key of a value, checked.</summary>
    public static string CheckedKey(string? key, [CallerArgumentExpression(nameof(key))] string? parameter = null)
    {
        if (string.IsNullOrWhiteSpace(key) || CacheKey.IsTooLong(key))
        {
            Checked(key, "A key", parameter);
            throw new ArgumentException(
                $"A key must not be longer than {CacheKey.MaxLength} bytes of UTF-8. CacheKey.Of shortens it to its beginning and a hash.", parameter);
        }

        return key;
    }
}
