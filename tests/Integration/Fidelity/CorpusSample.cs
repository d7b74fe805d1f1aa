using FastOrm.Cache.Tests.Integration.Fidelity.Harness;
using FastOrm.Cache.Tests.Integration.Support;

namespace FastOrm.Cache.Tests.Integration.Fidelity;

/// <summary>
/// Queries of the corpus: in the slow run all, each both synchronous and not; in the fast one some or all, each in one way, and in the other on
/// the other database.
/// </summary>
internal static class CorpusSample
{
    public static readonly bool IsSlow = Environment.GetEnvironmentVariable("FASTORM_SLOW") == "1";

    /// <param name="provider">The database.</param>
    /// <param name="step">One in so many runs in the fast run.</param>
    public static TheoryData<string, bool> Of(Provider provider, int step)
    {
        var data = new TheoryData<string, bool>();
        var isAsync = provider == Provider.Sqlite;
        foreach (var query in Corpus.All.Where(query => query.RunsOn(provider)).Where((_, index) => IsSlow || index % step == 0))
        {
            data.Add(query.Id, isAsync);
            if (IsSlow)
            {
                data.Add(query.Id, !isAsync);
            }

            isAsync = !isAsync;
        }

        return data;
    }
}
