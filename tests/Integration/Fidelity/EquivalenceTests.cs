using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.Engine;
using FastOrm.Cache.Tests.Integration.Fidelity.Harness;
using FastOrm.Cache.Tests.Integration.Support;
using FastOrm.Cache.Tests.Unit.Support;

namespace FastOrm.Cache.Tests.Integration.Fidelity;

/// <summary>
/// Every query of the corpus, remembered, against the same query without the library: in both ways, synchronous or not, in the slow run, and
/// every other in either way in the fast one.
/// </summary>
public abstract class EquivalenceTests(CorpusDatabases databases)
{
    protected async Task Compare(string id, bool async)
    {
        var query = Corpus.Find(id);
        var shared = new InMemoryRemoteStore(TimeProvider.System);
        using var cache = CorpusDatabases.NewCache(shared: shared);
        using var otherNode = CorpusDatabases.NewCache(shared: shared);
        var listed = UncachedList.Find(query, databases.Provider);
        if (async)
        {
            ThroughTheCodec.Replay(); // The one way answers with what was recorded, the other with what another process would read.
        }

        var plain = await databases.PlainAsync(query, async);
        Assert.True(
            query.ThrowsOn(databases.Provider) == plain.Failure is not null, $"{id}: throws {plain.Failure?.ToString() ?? "nothing"}");
        Assert.True(query.IsEmpty == plain.IsEmpty, $"{id}: {(plain.IsEmpty ? "no rows" : "rows")}");

        var cold = await databases.ObserveAsync(query, cache, async);
        Differences.AssertNone($"{id}: the first, remembering run", plain, cold);

        var hit = await databases.ObserveAsync(query, cache, async);
        Differences.AssertNone($"{id}: the run in a new context", plain, hit);

        var plainPrepared = await databases.ObserveAsync(query, null, async, isPrepared: true);
        var hitPrepared = await databases.ObserveAsync(query, cache, async, isPrepared: true);
        Differences.AssertNone($"{id}: the run in a context that tracks entities", plainPrepared, hitPrepared);

        await ((CacheEngine)cache).Remote!.DrainAsync();
        var isWritable = !cache.Statistics.Bypasses.ContainsKey(RemoteBypasses.NotWritable);
        var remote = await databases.ObserveAsync(query, otherNode, async);
        Differences.AssertNone($"{id}: the run on another node", plain, remote);
        Assert.True(
            listed is not null || !isWritable || remote.Commands == query.OtherCommands.Item1,
            $"{id}: {remote.Commands} commands on another node; {string.Join(", ", otherNode.Statistics.Bypasses)}");

        var counted = string.Join(", ", cache.Statistics.Bypasses.Keys.Order(StringComparer.Ordinal));
        var isCached = (hit.Commands, hitPrepared.Commands) == query.OtherCommands;
        Assert.True(
            isCached == listed is null && (listed is null || listed.Counted == (counted == "" ? "-" : counted)),
            $"{id}: {(isCached ? "answered from the cache" : $"{(hit.Commands, hitPrepared.Commands)} commands on hits")}, "
                + $"{UncachedList.FileName} should{(isCached ? " not" : "")} have: {databases.Provider} | {id} | {(counted == "" ? "-" : counted)} | why");
    }
}

/// <summary>
/// Queries of the corpus without their mark, remembered by a policy if they can be, against the same queries without the library: all in the
/// slow run, a sample in the fast one.
/// </summary>
[Collection(OnSqlite.Name)]
public sealed class PolicyEquivalenceTests(SqliteDatabases databases)
{
    // Each in one way: what a policy adds to a remembered query is decided before it is known how the query is enumerated.
    public static TheoryData<string, bool> Queries => CorpusSample.Of(Provider.Sqlite, step: 3);

    [Theory]
    [MemberData(nameof(Queries))]
    public async Task A_query_that_a_policy_remembers_cannot_be_told_from_a_plain_one(string id, bool async)
    {
        var query = Corpus.Find(id);
        using var cache = CorpusDatabases.NewCache();
        var plain = await databases.PlainAsync(query, async);

        var cold = await databases.ObserveAsync(query, cache, async, byPolicy: true);
        Differences.AssertNone($"{id}: the first run", plain, cold);

        var isStored = cache.Statistics.Entries > 0;
        var hit = await databases.ObserveAsync(query, cache, async, byPolicy: true);
        Differences.AssertNone($"{id}: the run in a new context", plain, hit);
        Assert.True(
            !isStored || hit.Commands < cold.Commands || UncachedList.Find(query, Provider.Sqlite) is not null,
            $"{id}: {hit.Commands} commands after {cold.Commands}");

        var plainPrepared = await databases.ObserveAsync(query, null, async, isPrepared: true);
        Differences.AssertNone(
            $"{id}: the run in a context that tracks entities",
            plainPrepared,
            await databases.ObserveAsync(query, cache, async, isPrepared: true, byPolicy: true));
    }
}

[Collection(OnSqlite.Name)]
public sealed class SqliteEquivalenceTests(SqliteDatabases databases) : EquivalenceTests(databases)
{
    public static TheoryData<string, bool> Queries => CorpusSample.Of(Provider.Sqlite, step: 1);

    [Theory]
    [MemberData(nameof(Queries))]
    public Task A_remembered_query_cannot_be_told_from_a_plain_one(string query, bool async) => Compare(query, async);
}

[Collection(OnPostgres.Name)]
public sealed class PostgresEquivalenceTests(PostgresDatabases databases) : EquivalenceTests(databases)
{
    public static TheoryData<string, bool> Queries => CorpusSample.Of(Provider.PostgreSql, step: 1);

    [Theory]
    [MemberData(nameof(Queries))]
    public Task A_remembered_query_cannot_be_told_from_a_plain_one(string query, bool async) => Compare(query, async);
}
