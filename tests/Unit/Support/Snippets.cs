namespace FastOrm.Cache.Tests.Unit.Support;

/// <summary>
/// Code in documents that is compiled: a block <c>```csharp</c> after the line <c>&lt;!-- code: name --&gt;</c> is what stands in
/// a test between the lines <c>// code: name</c> and <c>// end</c>, without its indentation.
/// </summary>
internal static class Snippets
{
    private const string Fence = "```";

    /// <summary>The blocks of a document by name; those without a name are under their own text.</summary>
    public static Dictionary<string, string> OfDocument(string path)
    {
        var blocks = new Dictionary<string, string>(StringComparer.Ordinal);
        var lines = File.ReadAllLines(Path.Combine(Repository.Root, path));
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i] == Fence + "csharp")
            {
                var code = string.Join('\n', lines.Skip(i + 1).TakeWhile(static line => line != Fence));
                blocks.Add(i > 0 ? Between(lines[i - 1], "<!-- code: ", " -->") ?? code : code, code);
            }
        }

        return blocks;
    }

    /// <summary>The documents of the repository: those at its root and those in <c>docs</c>.</summary>
    public static IEnumerable<string> Documents()
        => Directory.GetFiles(Repository.Root, "*.md").Concat(Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md"))
            .Select(static file => Path.GetRelativePath(Repository.Root, file))
            .Order(StringComparer.Ordinal);

    /// <summary>The marked code of all tests, by name.</summary>
    public static ILookup<string, string> OfTests()
        => Directory.GetFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(OfFile)
            .ToLookup(static code => code.Key, static code => code.Value, StringComparer.Ordinal);

    /// <summary>The lines of a document that stand in no block.</summary>
    public static IEnumerable<string> OutsideOfBlocks(string path)
    {
        var isInside = false;
        foreach (var line in File.ReadLines(Path.Combine(Repository.Root, path)))
        {
            if (line.StartsWith(Fence, StringComparison.Ordinal))
            {
                isInside = !isInside;
            }
            else if (!isInside)
            {
                yield return line;
            }
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> OfFile(string file)
    {
        var lines = File.ReadAllLines(file);
        for (var i = 0; i < lines.Length; i++)
        {
            if (Between(lines[i].Trim(), "// code: ", "") is { } name)
            {
                yield return KeyValuePair.Create(
                    name, Unindented(lines.Skip(i + 1).TakeWhile(static line => line.Trim() != "// end")));
            }
        }
    }

    private static string? Between(string line, string start, string end)
        => line.StartsWith(start, StringComparison.Ordinal) && line.EndsWith(end, StringComparison.Ordinal)
            ? line[start.Length..^end.Length]
            : null;

    private static string Unindented(IEnumerable<string> code)
    {
        var lines = code.ToList();
        var indent = lines.Where(static line => line.Length > 0).Min(static line => line.Length - line.TrimStart().Length);
        return string.Join('\n', lines.Select(line => line.Length > 0 ? line[indent..] : line)).TrimEnd('\n');
    }
}
