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
}
