using System.Text.RegularExpressions;
using FastOrm.Cache.Tests.Unit.Support;

namespace FastOrm.Cache.Tests.Unit.Documents;

/// <summary>A link from one document of the repository to another.</summary>
/// <param name="Document">The path of the document that has it.</param>
/// <param name="Target">Where it leads, as it is written there.</param>
internal sealed partial record DocumentLink(string Document, string Target)
{
    public static IEnumerable<DocumentLink> Of(string document)
        => Link().Matches(File.ReadAllText(Path.Combine(Repository.Root, document)))
            .Select(match => new DocumentLink(document, match.Groups["target"].Value))
            .Where(static link => !link.Target.Contains("://", StringComparison.Ordinal));

    public bool LeadsSomewhere()
    {
        var parts = Target.Split('#', 2);
        var folder = Path.GetDirectoryName(Path.Combine(Repository.Root, Document))!;
        var file = parts[0].Length == 0 ? Path.Combine(Repository.Root, Document) : Path.GetFullPath(Path.Combine(folder, parts[0]));
        return Path.Exists(file)
            && (parts.Length == 1 || File.ReadAllLines(file).Any(line => line.StartsWith('#') && AnchorOf(line) == parts[1]));
    }

    // As it is made of a heading where Markdown is shown: in small letters, without punctuation, with hyphens for spaces.
    private static string AnchorOf(string heading)
        => NoLetter().Replace(heading.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();

    [GeneratedRegex(@"[^\w\- ]", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NoLetter();
}
