using System.Text.RegularExpressions;
using FastOrm.Cache.Tests.Unit.Support;

namespace FastOrm.Cache.Tests.Unit.EntitiesDocument;

/// <summary>The tests that docs/entities.md names are there.</summary>
public sealed partial class EntitiesDocumentTests
{
    private const string Document = "docs/entities.md";
    private const string Folder = "tests/Integration/Entities";

    [Fact]
    public void The_tests_that_the_document_names_are_there()
    {
        var code = string.Concat(Directory.GetFiles(Path.Combine(Repository.Root, Folder), "*.cs").Select(File.ReadAllText));
        var names = TestName().Matches(File.ReadAllText(Path.Combine(Repository.Root, Document)))
            .Select(static match => (Class: match.Groups["class"].Value, Method: match.Groups["method"].Value))
            .ToList();

        Assert.NotEmpty(names);
        Assert.All(names, name =>
        {
            Assert.Matches($@"class {name.Class}\b", code);
            Assert.True(name.Method.Length == 0 || code.Contains($" {name.Method}(", StringComparison.Ordinal), $"There is no such test: {name}");
        });
    }

    [GeneratedRegex(@"`(?<class>\w+Tests)(\.(?<method>\w+))?`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TestName();
}
