using System.Globalization;
using System.Runtime.CompilerServices;
using FastOrm.Cache.Keys;

namespace FastOrm.Cache.Functions;

/// <summary>A tag in which <c>{0}</c> and <c>{userId}</c> stand for arguments.</summary>
internal sealed class TagTemplate
{
    private readonly List<(string Before, int Parameter)> _parts = [];
    private readonly string _end;

    /// <param name="prefix">What comes before the tag.</param>
    /// <param name="template">The tag.</param>
    /// <param name="parameters">The parameters that it may name.</param>
    /// <param name="subject">The function, for errors.</param>
    public TagTemplate(string prefix, string template, Parameter[] parameters, string subject)
    {
        Text.Checked(template, $"A tag of {subject}", nameof(template));
        Prefix = prefix;
        var rest = template;
        for (int open; (open = rest.IndexOfAny(['{', '}'])) >= 0;)
        {
            var close = rest.IndexOf('}', StringComparison.Ordinal);
            var name = rest[open] == '{' && close > open ? rest[(open + 1)..close] : null;
            _parts.Add((prefix + rest[..open], Find(name, template, parameters, subject)));
            prefix = "";
            rest = rest[(close + 1)..];
        }

        _end = prefix + rest;
    }

    public string Prefix { get; }

    public bool IsFixed => _parts.Count == 0;

    public string Of(scoped in ArgumentTexts arguments)
    {
        if (IsFixed)
        {
            return _end;
        }

        var tag = new DefaultInterpolatedStringHandler(0, 0, CultureInfo.InvariantCulture, stackalloc char[128]);
        foreach (var (before, parameter) in _parts)
        {
            tag.AppendLiteral(before);
            KeyText.AppendPlain(ref tag, arguments[parameter]);
        }

        tag.AppendLiteral(_end);
        return tag.ToStringAndClear();
    }

    private static int Find(string? name, string template, Parameter[] parameters, string subject)
    {
        var found = int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var position)
            ? position
            : Array.FindIndex(parameters, parameter => parameter.Name == name);
        if (found < 0 || found >= parameters.Length || !parameters[found].HasText)
        {
            var choice = string.Join(", ", parameters.Where(static p => p.HasText).Select(static p => p.Name));
            throw new ArgumentException(
                $"The tag \"{template}\" of {subject} must name its parameters in braces, by name or by position from 0, and "
                + $"only those that have a text: {(choice.Length > 0 ? choice : "there is none")}.",
                nameof(template));
        }

        return found;
    }
}
