using FastOrm.Cache.Tests.Unit.Support;

namespace FastOrm.Cache.Tests.Unit.Documents;

/// <summary>What the documents show is code that the tests compile, and what they link to is there.</summary>
public sealed class SnippetTests
{
    private static readonly Lazy<ILookup<string, string>> Compiled = new(Snippets.OfTests);

    public static TheoryData<string> Documents { get; } = [.. Snippets.Documents()];

    [Theory]
    [MemberData(nameof(Documents))]
    public void All_code_of_a_document_is_code_that_the_tests_compile(string document)
        => Assert.All(Snippets.OfDocument(document), block =>
        {
            Assert.True(Compiled.Value.Contains(block.Key), $"{document} has code that no test has: {block.Key}");
            Assert.Contains(block.Value, Compiled.Value[block.Key]);
        });

    [Fact]
    public void All_code_that_the_tests_mark_is_in_a_document()
    {
        var shown = Snippets.Documents().SelectMany(Snippets.OfDocument).ToHashSet();

        Assert.All(Compiled.Value.SelectMany(static name => name.Select(code => KeyValuePair.Create(name.Key, code))), code =>
            Assert.True(shown.Contains(code), $"No document shows the code: {code.Key}"));
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Code_is_in_blocks_that_say_so(string document)
        => Assert.All(Snippets.OutsideOfBlocks(document), line =>
            Assert.DoesNotMatch(@"^    .*;\s*(//.*)?$", line));

    [Theory]
    [MemberData(nameof(Documents))]
    public void Lines_of_code_fit_the_page(string document)
        => Assert.All(
            Snippets.OfDocument(document).Values.SelectMany(static code => code.Split('\n')),
            static line => Assert.InRange(line.Length, 0, 130));

    [Theory]
    [MemberData(nameof(Documents))]
    public void Links_lead_to_files_and_headings_that_are_there(string document)
        => Assert.All(DocumentLink.Of(document), link => Assert.True(link.LeadsSomewhere(), $"{document}: {link.Target}"));
}
