using FastOrm.Cache.Tests.Integration.Fidelity.Harness;
using FastOrm.Cache.Tests.Integration.Support;

namespace FastOrm.Cache.Tests.Integration.Fidelity;

/// <summary>Queries of the corpus where nothing may be remembered: there, too, they are EF Core's own.</summary>
public abstract class CircumstanceTests(CorpusDatabases databases)
{
    // Bad data is what matters here; of the rest a few queries of each kind are enough.
    private const int Step = 29;

    internal static TheoryData<Circumstance, bool> On(Provider provider)
    {
        var data = new TheoryData<Circumstance, bool>();
        foreach (var circumstance in Circumstances.Of(provider))
        {
            data.Add(circumstance, false);
            data.Add(circumstance, true);
        }

        return data;
    }

    protected Task Compare(Circumstance circumstance, bool async)
        => Compare(
            Queries().Where((query, place) => place % Step == 0 || IsChosen(query, circumstance)), static () => CorpusDatabases.NewCache(), circumstance, async);

    // One row of each result is recorded, and the others are read when EF Core asks for them.
    protected Task CompareTooLarge(bool async)
        => Compare(
            Queries().Where(static (_, place) => place % (CorpusSample.IsSlow ? 4 : 12) == 0), static () => CorpusDatabases.NewCache(maxRows: 1), default, async);

    private IEnumerable<CorpusQuery> Queries() => Corpus.All.Where(query => query.RunsOn(databases.Provider));

    private async Task Compare(IEnumerable<CorpusQuery> queries, Func<ICache> newCache, Circumstance circumstance, bool async)
    {
        foreach (var query in queries)
        {
            using var cache = newCache();
            foreach (var isPrepared in new[] { false, true })
            {
                var plain = await databases.ObserveAsync(query, null, async, isPrepared, circumstance);
                for (var run = 0; run < 2; run++)
                {
                    var remembered = await databases.ObserveAsync(query, cache, async, isPrepared, circumstance);
                    Differences.AssertNone($"{query.Id}{(isPrepared ? ", with entities tracked" : "")}", plain, remembered);
                }
            }
        }
    }

    // What is switched off goes its own way only where it was compiled before.
    private static bool IsChosen(CorpusQuery query, Circumstance circumstance)
        => query.Feature.StartsWith("Bad data", StringComparison.Ordinal)
            || (query.Feature == "Compiled queries" && circumstance == Circumstance.SwitchedOff);
}

[Collection(OnSqlite.Name)]
public sealed class SqliteCircumstanceTests(SqliteDatabases databases) : CircumstanceTests(databases)
{
    public static TheoryData<Circumstance, bool> Cases => On(Provider.Sqlite);

    [Theory]
    [MemberData(nameof(Cases))]
    public Task A_remembered_query_is_EF_Core_s_own_wherever_it_runs(Circumstance circumstance, bool async) => Compare(circumstance, async);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task A_result_that_is_too_large_to_be_stored_is_EF_Core_s_own(bool async) => CompareTooLarge(async);
}

[Collection(OnPostgres.Name)]
public sealed class PostgresCircumstanceTests(PostgresDatabases databases) : CircumstanceTests(databases)
{
    public static TheoryData<Circumstance, bool> Cases => On(Provider.PostgreSql);

    [Theory]
    [MemberData(nameof(Cases))]
    public Task A_remembered_query_is_EF_Core_s_own_wherever_it_runs(Circumstance circumstance, bool async) => Compare(circumstance, async);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task A_result_that_is_too_large_to_be_stored_is_EF_Core_s_own(bool async) => CompareTooLarge(async);
}
