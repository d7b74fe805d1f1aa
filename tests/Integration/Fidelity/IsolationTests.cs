using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using FastOrm.Cache.Tests.Integration.Fidelity.Harness;
using FastOrm.Cache.Tests.Integration.Support;

namespace FastOrm.Cache.Tests.Integration.Fidelity;

/// <summary>What a remembered query has returned is the caller's own.</summary>
public abstract class IsolationTests(CorpusDatabases databases)
{
    /// <summary>One test for the queries of each feature.</summary>
    internal static TheoryData<string> FeaturesOn(Provider provider)
        => [.. Corpus.All.Where(query => query.RunsOn(provider)).Select(static query => query.Feature).Distinct()];

    protected async Task Compare(string feature)
    {
        foreach (var query in Corpus.All.Where(q => q.Feature == feature && q.RunsOn(databases.Provider) && !q.ThrowsOn(databases.Provider)))
        {
            using var cache = CorpusDatabases.NewCache();
            var expected = await databases.PlainAsync(query);
            var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
            foreach (var step in new[] { "the first run", "the hit after its result was changed", "the hit after that one's was changed, too," })
            {
                var run = new Run(databases.Provider, async: false, remembers: true);
                await using var db = databases.New(query, cache);
                var actual = await Observation.OfAsync(query, db, run);

                Differences.AssertNone($"{query.Id}: {step}", expected, actual);
                var shared = actual.Objects.Where(IsOwn).FirstOrDefault(one => !seen.Add(one));
                Assert.True(shared is null, $"{query.Id}: {step} was given the same {shared?.GetType()} as another context");
                Mutator.Change(actual.Result, run.Greeter);
            }
        }
    }

    // What nobody can change may be shared.
    private static bool IsOwn(object value)
        => value is not (Type or Delegate or Uri or PhysicalAddress or IPAddress { AddressFamily: AddressFamily.InterNetwork })
            && value.GetType().Assembly.GetName().Name != "Microsoft.EntityFrameworkCore";
}

[Collection(OnSqlite.Name)]
public sealed class SqliteIsolationTests(SqliteDatabases databases) : IsolationTests(databases)
{
    public static TheoryData<string> Features => FeaturesOn(Provider.Sqlite);

    [Theory]
    [MemberData(nameof(Features))]
    public Task Nothing_that_a_hit_returned_is_shared_or_shows_its_changes_in_the_next(string feature) => Compare(feature);
}

[Collection(OnPostgres.Name)]
public sealed class PostgresIsolationTests(PostgresDatabases databases) : IsolationTests(databases)
{
    public static TheoryData<string> Features => FeaturesOn(Provider.PostgreSql);

    [Theory]
    [MemberData(nameof(Features))]
    public Task Nothing_that_a_hit_returned_is_shared_or_shows_its_changes_in_the_next(string feature) => Compare(feature);
}
