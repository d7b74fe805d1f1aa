using System.Net;
using System.Net.NetworkInformation;
using FastOrm.Cache.Tests.Integration.Fidelity.Harness;
using FastOrm.Cache.Tests.Integration.Support;

namespace FastOrm.Cache.Tests.Integration.Fidelity;

/// <summary>What a hit has returned is the caller's own.</summary>
public abstract class IsolationTests(CorpusDatabases databases)
{
    /// <summary>The queries by feature: one test for each feature.</summary>
    internal static TheoryData<string> FeaturesOn(Provider provider)
        => [.. Corpus.All.Where(query => query.RunsOn(provider)).Select(static query => query.Feature).Distinct()];

    protected async Task ChangeEverything(string feature)
    {
        foreach (var query in QueriesOf(feature))
        {
            using var cache = CorpusDatabases.NewCache();
            var expected = await Observe(query, null);
            var cold = await Observe(query, cache);
            Mutator.Change(cold.Observation.Result, cold.Run.Greeter);
            var first = await Observe(query, cache);
            Differences.AssertNone($"{query.Id}: the first hit, after the remembering result was changed,", expected.Observation, first.Observation);

            Mutator.Change(first.Observation.Result, first.Run.Greeter);
            var second = await Observe(query, cache);
            Differences.AssertNone($"{query.Id}: the hit after everything was changed", expected.Observation, second.Observation);
        }
    }

    protected async Task ShareNothing(string feature)
    {
        foreach (var query in QueriesOf(feature))
        {
            using var cache = CorpusDatabases.NewCache();
            var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
            for (var run = 0; run < 3; run++)
            {
                var (observation, _) = await Observe(query, cache);
                var shared = observation.Objects.Where(IsOwn).FirstOrDefault(one => !seen.Add(one));
                Assert.True(shared is null, $"{query.Id}: two contexts were given the same {shared?.GetType()}");
            }
        }
    }

    private IEnumerable<CorpusQuery> QueriesOf(string feature)
        => Corpus.All.Where(query => query.Feature == feature && query.RunsOn(databases.Provider) && !query.ThrowsOn(databases.Provider));

    // What nobody can change may be shared.
    private static bool IsOwn(object value)
        => value is not (Type or Delegate or Uri or PhysicalAddress or IPAddress { AddressFamily: System.Net.Sockets.AddressFamily.InterNetwork })
            && value.GetType().Assembly.GetName().Name != "Microsoft.EntityFrameworkCore";

    private async Task<(Observation Observation, Run Run)> Observe(CorpusQuery query, ICache? cache)
    {
        await using var db = databases.New(query, cache);
        var run = new Run(databases.Provider, async: false, remembers: cache is not null);
        return (await Observation.OfAsync(query, db, run), run);
    }
}

[Collection(OnSqlite.Name)]
public sealed class SqliteIsolationTests(SqliteDatabases databases) : IsolationTests(databases)
{
    public static TheoryData<string> Features => FeaturesOn(Provider.Sqlite);

    [Theory]
    [MemberData(nameof(Features))]
    public Task Changing_everything_that_a_hit_returned_never_shows_in_the_next(string feature) => ChangeEverything(feature);

    [Theory]
    [MemberData(nameof(Features))]
    public Task Two_contexts_never_share_an_object(string feature) => ShareNothing(feature);
}

[Collection(OnPostgres.Name)]
public sealed class PostgresIsolationTests(PostgresDatabases databases) : IsolationTests(databases)
{
    public static TheoryData<string> Features => FeaturesOn(Provider.PostgreSql);

    [Theory]
    [MemberData(nameof(Features))]
    public Task Changing_everything_that_a_hit_returned_never_shows_in_the_next(string feature) => ChangeEverything(feature);

    [Theory]
    [MemberData(nameof(Features))]
    public Task Two_contexts_never_share_an_object(string feature) => ShareNothing(feature);
}
