using System.Reflection;
using System.Text.RegularExpressions;
using FastOrm.Cache.Tests.Unit.Support;

namespace FastOrm.Cache.Tests.Unit.CacheDocument;

/// <summary>The tests that docs/cache.md names are there, and its code is compiled.</summary>
public sealed partial class TableTests
{
    private static readonly ILookup<string, MethodInfo> Tests = typeof(TableTests).Assembly.GetTypes()
        .Where(static type => type.IsPublic)
        .SelectMany(static type => type.GetMethods())
        .Where(static method => method.GetCustomAttribute<FactAttribute>() is not null)
        .ToLookup(static method => method.ReflectedType!.Name, StringComparer.Ordinal);

    public static IEnumerable<object[]> Rows
        => File.ReadLines(Path.Combine(Repository.Root, "docs/cache.md"))
            .Where(static line => line.StartsWith("| ", StringComparison.Ordinal))
            .Skip(1)
            .Select(static line => line.Split(" | "))
            .Select(static cells => new object[] { cells[0], cells[^1] });

    [Theory]
    [MemberData(nameof(Rows))]
    public void Each_row_names_tests_that_there_are(string theirs, string tests)
    {
        var names = InCode().Matches(tests).Select(static name => name.Groups["name"].Value).ToList();

        Assert.True(names.Count > 0, $"No test shows: {theirs}");
        Assert.All(names, static name => Assert.True(Exists(name), $"There is no such test: {name}"));
    }

    // A class, a method of a class, or a folder; a name that ends with … goes on.
    private static bool Exists(string name)
    {
        if (name.Contains('/', StringComparison.Ordinal))
        {
            return Directory.Exists(Path.Combine(Repository.Root, name)) || File.Exists(Path.Combine(Repository.Root, name));
        }

        var parts = name.Split('.');
        return Tests[parts[0]].Any(test => parts.Length == 1
            || test.Name == parts[1]
            || (parts[1].EndsWith('…') && test.Name.StartsWith(parts[1][..^1], StringComparison.Ordinal)));
    }

    [GeneratedRegex("`(?<name>[^`]+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex InCode();
}
