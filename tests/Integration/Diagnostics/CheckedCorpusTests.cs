using FastOrm.Cache.Tests.Integration.Fidelity;
using FastOrm.Cache.Tests.Integration.Fidelity.Harness;
using FastOrm.Cache.Tests.Integration.Support;

namespace FastOrm.Cache.Tests.Integration.Diagnostics;

/// <summary>
/// The queries of the corpus in a dry run, and with every hit verified, against the same query without the library: all of them in the slow
/// run, a sample in the fast one, because the queries themselves are run whole by the tests of fidelity.
/// </summary>
public abstract class CheckedCorpusTests(CorpusDatabases databases)
{
    internal static TheoryData<string, bool> QueriesOn(Provider provider) => CorpusSample.Of(provider, step: 18);

    protected async Task RunDry(string id, bool async)
    {
        var query = Corpus.Find(id);
        using var cache = CorpusDatabases.NewCache(configure: static options => options.DryRun = true);
        var plain = await databases.PlainAsync(query, async);
        for (var run = 1; run <= 2; run++)
        {
            var dry = await databases.ObserveAsync(query, cache, async);
            Differences.AssertNone($"{id}: the dry run {run}", plain, dry);
            var isGivenUp = plain.Failure is OperationCanceledException; // Some providers are asked nevertheless.
            Assert.True(isGivenUp || dry.Commands == plain.Commands, $"{id}: {dry.Commands} commands in the dry run {run} instead of {plain.Commands}");
        }
    }

    protected async Task Verify(string id, bool async)
    {
        var query = Corpus.Find(id);
        using var cache = CorpusDatabases.NewCache(configure: static options => options.VerifyFraction = 1);
        var plain = await databases.PlainAsync(query, async);
        Differences.AssertNone($"{id}: the first run", plain, await databases.ObserveAsync(query, cache, async));
        var before = cache.Statistics;

        var hit = await databases.ObserveAsync(query, cache, async);

        Differences.AssertNone($"{id}: the run with verified hits", plain, hit);
        var counted = cache.Statistics;
        var hits = counted.Hits - before.Hits;
        Assert.True(
            (counted.Verified - before.Verified, counted.VerifyDiscards, counted.VerifyFailures) == (hits, 0, 0),
            $"{id}: {hits} hits, {counted.Verified - before.Verified} verified, {counted.VerifyDiscards} discarded, {counted.VerifyFailures} failed");
        Assert.True(counted.Invalidations == before.Invalidations, $"{id}: dropped as wrong");
    }
}

[Collection(OnSqlite.Name)]
public sealed class SqliteCheckedCorpusTests(SqliteDatabases databases) : CheckedCorpusTests(databases)
{
    public static TheoryData<string, bool> Queries => QueriesOn(Provider.Sqlite);

    [Theory]
    [MemberData(nameof(Queries))]
    public Task A_dry_run_cannot_be_told_from_a_plain_query(string query, bool async) => RunDry(query, async);

    [Theory]
    [MemberData(nameof(Queries))]
    public Task A_hit_that_is_right_is_found_right(string query, bool async) => Verify(query, async);
}

[Collection(OnPostgres.Name)]
public sealed class PostgresCheckedCorpusTests(PostgresDatabases databases) : CheckedCorpusTests(databases)
{
    public static TheoryData<string, bool> Queries => QueriesOn(Provider.PostgreSql);

    [Theory]
    [MemberData(nameof(Queries))]
    public Task A_dry_run_cannot_be_told_from_a_plain_query(string query, bool async) => RunDry(query, async);

    [Theory]
    [MemberData(nameof(Queries))]
    public Task A_hit_that_is_right_is_found_right(string query, bool async) => Verify(query, async);
}
