using FastOrm.Cache.Tests.Integration.Fidelity.Features;
using FastOrm.Cache.Tests.Integration.Fidelity.Harness;

namespace FastOrm.Cache.Tests.Integration.Fidelity;

/// <summary>Every query by which it is shown that a remembered query cannot be told from a plain one.</summary>
internal static class Corpus
{
    private static readonly Lazy<List<CorpusQuery>> Queries = new(Declare);

    public static IReadOnlyList<CorpusQuery> All => Queries.Value;

    public static CorpusQuery Find(string id) => Queries.Value.Single(query => query.Id == id);

    private static List<CorpusQuery> Declare()
    {
        var all = new List<CorpusQuery>();
        foreach (var declare in new Action<List<CorpusQuery>>[]
        {
            Filters.Declare, Sorting.Declare, Features.Functions.Declare, Collections.Declare, Joins.Declare, Sets.Declare, Grouping.Declare,
            Terminals.Declare, Projections.Declare, Includes.Declare, Tracking.Declare,
            Inheritance.Declare, Parts.Declare, Mappings.Declare, QueryFilters.Declare, Features.Values.Declare, PostgresValues.Declare,
            RawSql.Declare, CompiledQueries.Declare, HiddenContexts.Declare, Executions.Declare, Setups.Declare,
        })
        {
            declare(all);
        }

        return all;
    }
}
