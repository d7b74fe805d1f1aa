using FastOrm.Cache.Tests.Integration.Support;

namespace FastOrm.Cache.Tests.Integration.Fidelity.Harness;

/// <summary>The checked-in list of the queries that are not answered from the cache, with the reasons: <c>uncached.txt</c>.</summary>
internal static class UncachedList
{
    /// <summary>One line of the list.</summary>
    /// <param name="Provider">Where the query is not cached.</param>
    /// <param name="Query">The query's <see cref="CorpusQuery.Id"/>.</param>
    /// <param name="Counted">The reasons that the cache counts, separated by commas; <c>-</c> for none.</param>
    /// <param name="Reason">The reason in words.</param>
    internal sealed record Line(Provider Provider, string Query, string Counted, string Reason);

    public const string FileName = "tests/Integration/Fidelity/uncached.txt";

    private static readonly Lazy<IReadOnlyList<Line>> Read = new(static () =>
        [.. File.ReadLines(Path.Combine(Repository.Root, FileName)).Where(static line => line is not ("" or ['#', ..])).Select(Parse)]);

    public static IReadOnlyList<Line> Lines => Read.Value;

    public static Line? Find(CorpusQuery query, Provider provider)
        => Lines.SingleOrDefault(line => line.Query == query.Id && line.Provider == provider);

    private static Line Parse(string line)
        => line.Split('|', StringSplitOptions.TrimEntries) is [var provider, var query, var counted, { Length: > 0 } reason]
            ? new Line(Enum.Parse<Provider>(provider), query, counted, reason)
            : throw new FormatException($"{FileName}: not \"provider | query | counted as | reason\": {line}");
}
