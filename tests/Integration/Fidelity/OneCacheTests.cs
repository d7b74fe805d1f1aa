using FastOrm.Cache.Tests.Integration.Fidelity.Harness;

namespace FastOrm.Cache.Tests.Integration.Fidelity;

/// <summary>
/// The whole corpus in one cache: no query answers for another. On PostgreSQL some of it in the fast run: keys are made without the database.
/// </summary>
public abstract class OneCacheTests(CorpusDatabases databases)
{
    protected async Task Compare(int step)
    {
        using var cache = CorpusDatabases.NewCache();
        var queries = Corpus.All.Where(query => query.RunsOn(databases.Provider)).Where((_, place) => place % step == 0).ToList();
        foreach (var query in queries.Concat(Enumerable.Reverse(queries)))
        {
            Differences.AssertNone(query.Id, await databases.PlainAsync(query), await databases.ObserveAsync(query, cache));
        }
    }
}

[Collection(OnSqlite.Name)]
public sealed class SqliteOneCacheTests(SqliteDatabases databases) : OneCacheTests(databases)
{
    [Fact]
    public Task No_query_answers_for_another() => Compare(step: 1);
}

[Collection(OnPostgres.Name)]
public sealed class PostgresOneCacheTests(PostgresDatabases databases) : OneCacheTests(databases)
{
    [Fact]
    public Task No_query_answers_for_another() => Compare(step: CorpusSample.IsSlow ? 1 : 4);
}
