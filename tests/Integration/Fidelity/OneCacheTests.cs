using FastOrm.Cache.Tests.Integration.Fidelity.Harness;

namespace FastOrm.Cache.Tests.Integration.Fidelity;

/// <summary>The whole corpus in one cache: no query answers for another.</summary>
public abstract class OneCacheTests(CorpusDatabases databases)
{
    protected async Task Compare()
    {
        using var cache = CorpusDatabases.NewCache();
        var queries = Corpus.All.Where(query => query.RunsOn(databases.Provider)).ToList();
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
    public Task No_query_answers_for_another() => Compare();
}

[Collection(OnPostgres.Name)]
public sealed class PostgresOneCacheTests(PostgresDatabases databases) : OneCacheTests(databases)
{
    [Fact]
    public Task No_query_answers_for_another() => Compare();
}
