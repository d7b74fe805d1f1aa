using FastOrm.Cache.Tests.Integration.Fidelity.Harness;
using FastOrm.Cache.Tests.Integration.Support;

namespace FastOrm.Cache.Tests.Integration.Fidelity;

/// <summary>What the corpus promises of itself.</summary>
public sealed class CorpusTests
{
    private const string Document = "docs/fidelity.md";

    [Fact]
    public void Every_query_has_a_name_of_its_own()
        => Assert.Empty(Corpus.All.GroupBy(static query => query.Id).Where(static group => group.Count() > 1).Select(static group => group.Key));

    [Fact]
    public void There_are_at_least_three_hundred_queries_on_each_provider()
        => Assert.All(Enum.GetValues<Provider>(), static provider => Assert.True(Corpus.All.Count(query => query.RunsOn(provider)) >= 300));

    [Fact]
    public void At_least_97_percent_are_answered_from_the_cache()
        => Assert.All(Enum.GetValues<Provider>(), static provider =>
        {
            var queries = Corpus.All.Where(query => query.RunsOn(provider)).ToList();
            var cached = queries.Count(query => UncachedList.Find(query, provider) is null);
            Assert.True(cached >= 0.97 * queries.Count, $"{provider}: {cached} of {queries.Count}");
        });

    [Fact]
    public void The_list_of_the_others_names_only_queries_that_exist()
        => Assert.All(UncachedList.Lines, static line => Assert.Contains(Corpus.All, query => query.Id == line.Query && query.RunsOn(line.Provider)));

    [Fact]
    public void The_document_is_the_one_that_the_corpus_gives()
    {
        var path = Path.Combine(Repository.Root, Document);
        var expected = FidelityDocument.Write();
        if (Environment.GetEnvironmentVariable("FASTORM_WRITE_DOCS") == "1")
        {
            File.WriteAllText(path, expected);
        }

        Assert.True(
            File.Exists(path) && File.ReadAllText(path) == expected,
            $"{Document} is not what the corpus gives. Write it anew: FASTORM_WRITE_DOCS=1 dotnet test tests/Integration --filter CorpusTests");
    }
}
