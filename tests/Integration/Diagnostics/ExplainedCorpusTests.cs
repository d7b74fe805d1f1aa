using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Fidelity;
using FastOrm.Cache.Tests.Integration.Fidelity.Harness;
using FastOrm.Cache.Tests.Integration.Support;

namespace FastOrm.Cache.Tests.Integration.Diagnostics;

/// <summary>What is explained of a query of the corpus is what a read of it then does, cold, warm and invalidated.</summary>
public abstract class ExplainedCorpusTests(CorpusDatabases databases)
{
    protected async Task Explain(string id, bool async)
    {
        var query = Corpus.Find(id);
        using var cache = CorpusDatabases.NewCache();
        if ((await databases.PlainAsync(query, async)).Failure is not null || await ExplainAsync(query, cache, async) is not { } cold)
        {
            return; // It reads in a way of its own.
        }

        Assert.True(cold.Outcome != CacheOutcome.Memory, $"{id}: {cold}");
        Assert.Equal(0, cache.Statistics.Entries);
        var first = await databases.ObserveAsync(query, cache, async);
        Assert.True(first.Commands > 0, $"{id}: {cold}");

        var warm = (await ExplainAsync(query, cache, async))!;
        var counted = cache.Statistics;
        var second = await databases.ObserveAsync(query, cache, async);
        var isHit = second.Commands == query.OtherCommands.New;
        Assert.True(warm.Outcome == CacheOutcome.Memory == isHit, $"{id}: {second.Commands} commands\n{warm}");
        if (!isHit)
        {
            var bypasses = cache.Statistics.Bypasses.Where(pair => pair.Value > counted.Bypasses.GetValueOrDefault(pair.Key)).Select(pair => pair.Key);
            Assert.True(warm.Outcome == CacheOutcome.Miss || bypasses.Contains(warm.Reason), $"{id}: {string.Join(", ", bypasses)}\n{warm}");
            return;
        }

        Assert.True(warm is { Rows: >= 0, Bytes: > 0, Key: not null, Sql.Length: > 0, Reason: null }, $"{id}: {warm}");
        if (warm.Scopes.Count == 0)
        {
            return; // It reads no table.
        }

        await using (var db = databases.New(query, cache))
        {
            await db.FlushTablesAsync(warm.Tables.FirstOrDefault(static table => table[0] != '(') ?? "none");
        }

        var invalidated = (await ExplainAsync(query, cache, async))!;
        Assert.True(
            invalidated is { Outcome: CacheOutcome.Miss, LastInvalidation.Cause: InvalidationCause.Flushed }
                && invalidated.Scopes.Any(static scope => scope.HasMoved == true),
            $"{id}: {invalidated}");
        Assert.True((await databases.ObserveAsync(query, cache, async)).Commands > query.OtherCommands.New, $"{id}: {invalidated}");
    }

    // Null if the query is not simply read.
    private async Task<CacheExplanation?> ExplainAsync(CorpusQuery query, ICache cache, bool async)
    {
        var sql = new SqlCounter();
        await using var db = databases.New(query, cache, sql);
        var run = new Run(databases.Provider, async, remembers: true) { Explains = sql };
        try
        {
            await query.ExecuteAsync(db, run);
        }
#pragma warning disable CA1031 // What comes of a list that is always empty is of no interest.
        catch (Exception) when (run.Explained.Count > 0)
#pragma warning restore CA1031
        {
        }

        // What EF Core runs itself to know a captured value, it runs for an explanation, too.
        Assert.All(run.Explained, one => Assert.True(one.Commands <= query.OtherCommands.New, $"{query.Id}: {one.Commands} commands"));
        return run.Explained is [var only] && sql.Count == only.Commands ? only.Explanation : null;
    }
}

[Collection(OnSqlite.Name)]
public sealed class SqliteExplainedCorpusTests(SqliteDatabases databases) : ExplainedCorpusTests(databases)
{
    public static TheoryData<string, bool> Queries => CheckedCorpusTests.QueriesOn(Provider.Sqlite);

    [Theory]
    [MemberData(nameof(Queries))]
    public Task An_explanation_agrees_with_the_read_that_follows(string query, bool async) => Explain(query, async);
}

[Collection(OnPostgres.Name)]
public sealed class PostgresExplainedCorpusTests(PostgresDatabases databases) : ExplainedCorpusTests(databases)
{
    public static TheoryData<string, bool> Queries => CheckedCorpusTests.QueriesOn(Provider.PostgreSql);

    [Theory]
    [MemberData(nameof(Queries))]
    public Task An_explanation_agrees_with_the_read_that_follows(string query, bool async) => Explain(query, async);
}
