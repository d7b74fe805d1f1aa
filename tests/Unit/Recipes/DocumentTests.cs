using FastOrm.Cache.Tests.Unit.Support;

namespace FastOrm.Cache.Tests.Unit.Recipes;

public sealed class DocumentTests
{
    private readonly Dictionary<string, string> _document = Snippets.OfDocument("docs/recipes.md");
    private readonly Dictionary<string, string> _code = Snippets.OfFolder("tests/Unit/Recipes");

    [Fact]
    public void Every_recipe_in_the_document_is_code_that_a_test_runs()
    {
        foreach (var (name, text) in _document)
        {
            Assert.True(_code.TryGetValue(name, out var code), $"docs/recipes.md has code that no test has: {name}");
            Assert.Equal(code, text);
        }
    }

    [Fact]
    public void Every_recipe_that_a_test_runs_is_in_the_document()
        => Assert.Equal(_code.Keys.Order(StringComparer.Ordinal), _document.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void Lines_fit_the_page()
        => Assert.All(
            _document.Values.SelectMany(static code => code.Split('\n')), static line => Assert.InRange(line.Length, 0, 130));
}
