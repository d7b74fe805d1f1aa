using System.Globalization;
using System.Text;
using FastOrm.Cache.Tests.Integration.Fidelity.Harness;
using FastOrm.Cache.Tests.Integration.Support;

namespace FastOrm.Cache.Tests.Integration.Fidelity;

/// <summary>Writes <c>docs/fidelity.md</c> from the corpus.</summary>
internal static class FidelityDocument
{
    private const string Introduction = """
        # Fidelity

        Which queries were shown to be the same remembered as they are without the library. **This file is generated** from the corpus in
        `tests/Integration/Fidelity`; set `FASTORM_WRITE_DOCS=1` and run its tests to write it anew.

        Each query runs on each provider, synchronously and asynchronously: without the library; remembered, the first time; answered from
        the cache in a new context; and answered from the cache in a context that already tracks some of the entities, some of them changed
        and one deleted, against the plain query in a context prepared in the same way. Compared are

        - the whole object graph, by reference: every field of every object to its last bit, types of collections, order, and which
          references lead to one instance;
        - what the context tracks: entities, states, current and original values, shadow and temporary values, loaded navigations, and the
          states after `DetectChanges`;
        - exceptions, where the plain query throws (of a cancellation, that it is one), and the rows that came before;
        - the commands sent: none from the cache.

        Those with bad data, and some of the others, run as well where nothing may be remembered: in transactions that EF Core has begun, that
        SQL has begun and that are ambient, on an open connection, beside an open reader, and switched off.

        In every result that came from the cache everything that can be changed is then changed, and the next one compared again; and 8 threads
        take 10,000 hits each, changing results at random.


        """;

    public static string Write()
    {
        var text = new StringBuilder(Introduction);
        Summary(text);
        Table(text);
        Uncached(text);
        OneProvider(text);
        Queries(text);
        return text.ToString();
    }

    private static void Summary(StringBuilder text)
    {
        var (all, cached) = (Runs(Corpus.All).Count(), Runs(Corpus.All).Count(static run => IsCached(run.Query, run.Provider)));
        text.Append(CultureInfo.InvariantCulture, $"{Corpus.All.Count} queries, {all} counted on each provider, of which {cached} ")
            .Append(CultureInfo.InvariantCulture, $"({100.0 * cached / all:0.0} %) are answered without a command.\n\n");
    }

    private static void Table(StringBuilder text)
    {
        text.Append("| feature | queries | SQLite | PostgreSQL | not from the cache |\n|---|---:|---:|---:|---|\n");
        foreach (var feature in Corpus.All.GroupBy(static query => query.Feature))
        {
            var reasons = UncachedList.Lines.Where(line => feature.Any(query => query.Id == line.Query)).Select(static line => line.Reason).Distinct();
            text.Append(CultureInfo.InvariantCulture, $"| {feature.Key} | {feature.Count()} | {Cell(feature, Provider.Sqlite)} ")
                .Append(CultureInfo.InvariantCulture, $"| {Cell(feature, Provider.PostgreSql)} | {string.Join("; ", reasons)} |\n");
        }

        text.Append('\n');
    }

    private static string Cell(IEnumerable<CorpusQuery> feature, Provider provider)
    {
        var queries = feature.Where(query => query.RunsOn(provider)).ToList();
        var cached = queries.Count(query => IsCached(query, provider));
        return queries.Count == 0 ? "–" : cached == queries.Count ? "cached" : $"{cached} of {queries.Count} cached";
    }

    private static void Uncached(StringBuilder text)
    {
        text.Append("## Not answered from the cache\n\nThey return the same; they send their commands each time.\n\n| query | provider | why |\n|---|---|---|\n");
        foreach (var line in UncachedList.Lines.GroupBy(static line => (line.Query, line.Reason)))
        {
            text.Append(CultureInfo.InvariantCulture, $"| {line.Key.Query} | {string.Join(", ", line.Select(static l => Name(l.Provider)))} ")
                .Append(CultureInfo.InvariantCulture, $"| {line.Key.Reason} |\n");
        }

        text.Append('\n');
    }

    private static void OneProvider(StringBuilder text)
    {
        text.Append("## On one provider only\n\n| feature | query | provider | why |\n|---|---|---|---|\n");
        foreach (var group in Corpus.All.Where(static query => query.OnlyProvider is not null)
            .GroupBy(static query => (query.Feature, query.OnlyProvider, query.OnlyBecause)))
        {
            var isWhole = group.Count() == Corpus.All.Count(query => query.Feature == group.Key.Feature);
            text.Append(CultureInfo.InvariantCulture, $"| {group.Key.Feature} | {(isWhole ? "all" : string.Join("; ", group.Select(static q => q.Name)))} ")
                .Append(CultureInfo.InvariantCulture, $"| {Name(group.Key.OnlyProvider!.Value)} | {group.Key.OnlyBecause} |\n");
        }

        text.Append('\n');
    }

    private static void Queries(StringBuilder text)
    {
        text.Append("## The queries\n\nOf those in *italics* EF Core itself throws on one provider or both, and so does the remembered query.\n");
        foreach (var feature in Corpus.All.GroupBy(static query => query.Feature))
        {
            var names = feature.Select(static query
                => Enum.GetValues<Provider>().Any(query.ThrowsOn) ? $"*{query.Name}*" : query.Name);
            text.Append(CultureInfo.InvariantCulture, $"\n**{feature.Key}**: {string.Join("; ", names)}.\n");
        }
    }

    private static IEnumerable<(CorpusQuery Query, Provider Provider)> Runs(IEnumerable<CorpusQuery> queries)
        => queries.SelectMany(static query => Enum.GetValues<Provider>().Where(query.RunsOn).Select(provider => (query, provider)));

    private static bool IsCached(CorpusQuery query, Provider provider) => UncachedList.Find(query, provider) is null;

    private static string Name(Provider provider) => provider == Provider.Sqlite ? "SQLite" : "PostgreSQL";
}
