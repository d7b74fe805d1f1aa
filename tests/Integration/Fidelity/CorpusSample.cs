using FastOrm.Cache.Tests.Integration.Fidelity.Harness;
using FastOrm.Cache.Tests.Integration.Support;

namespace FastOrm.Cache.Tests.Integration.Fidelity;

/// <summary>
/// Queries of the corpus for what is tested of them besides their results: all in the slow run, some in the fast one. Each runs in one way,
/// synchronous or not, and in the other on the other database.
/// </summary>
internal static class CorpusSample
{
    public static readonly bool IsSlow = Environment.GetEnvironmentVariable("FASTORM_SLOW") == "1";

    /// <param name="provider">The database.</param>
    /// <param name="step">One in so many runs in the fast run.</param>
    public static TheoryData<string, bool> Of(Provider provider, int step)
    {
        var data = new TheoryData<string, bool>();
        foreach (var query in Corpus.All.Where(query => query.RunsOn(provider)).Where((_, index) => IsSlow || index % step == 0))
        {
            data.Add(query.Id, data.Count % 2 == (provider == Provider.Sqlite ? 0 : 1));
        }

        return data;
    }
}
