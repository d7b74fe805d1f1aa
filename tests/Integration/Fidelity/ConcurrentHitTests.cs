using System.Collections.Concurrent;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Fidelity.Harness;

namespace FastOrm.Cache.Tests.Integration.Fidelity;

/// <summary>Many threads, one cache, a mixed corpus, each result changed at random.</summary>
public abstract class ConcurrentHitTests(CorpusDatabases databases)
{
    private const int Threads = 8;

    // Results of which thousands can be compared in a second.
    private const int LongestText = 6_000;

    protected async Task Compare(int hitsOfEach)
    {
        using var cache = CorpusDatabases.NewCache();
        var cases = await Choose(cache);
        var differences = 0;
        var changed = 0;
        string? first = null;
        var misses = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);

        var before = cache.Statistics;
        await Task.WhenAll(Enumerable.Range(0, Threads).Select(seed => Task.Factory.StartNew(
            () =>
            {
                var random = new Random(seed);
                for (var i = 0; i < hitsOfEach; i++)
                {
                    var (query, expected) = cases[random.Next(cases.Count)];
                    using var db = databases.New(query, cache, outcome => Note(query, outcome));
                    var run = new Run(databases.Provider, async: random.Next(4) == 0, remembers: true);
                    var hit = Observation.OfAsync(query, db, run).GetAwaiter().GetResult();
                    if (hit.Text != expected && Interlocked.Increment(ref differences) == 1)
                    {
                        first = $"{query.Id}: {Differences.Between(expected, hit.Text)}";
                    }

                    if (random.Next(3) == 0)
                    {
                        Interlocked.Add(ref changed, Mutator.Change(hit.Result, run.Greeter));
                    }
                }
            },
            TaskCreationOptions.LongRunning)));
        var after = cache.Statistics;

        Assert.True(differences == 0, $"{differences} differences, of which one is {first}");
        Assert.True(changed > Threads * hitsOfEach / 3, $"only {changed} objects were changed");
        Assert.True(after.Hits - before.Hits >= Threads * hitsOfEach, $"{after.Hits - before.Hits} hits");
        Assert.Empty(misses);
        Assert.Equal(before.Misses, after.Misses);

        void Note(CorpusQuery query, RememberOutcome outcome)
        {
            if (outcome != RememberOutcome.Hit)
            {
                misses.AddOrUpdate($"{query.Id}: {outcome}", 1, static (_, count) => count + 1);
            }
        }
    }

    // The queries that are answered from the cache, each executed once in either way, with the text of their plain result.
    private async Task<List<(CorpusQuery Query, string Expected)>> Choose(ICache cache)
    {
        var cases = new List<(CorpusQuery, string)>();
        foreach (var query in Corpus.All.Where(IsChosen))
        {
            var expected = (await databases.PlainAsync(query)).Text;
            if (expected.Length > LongestText)
            {
                continue;
            }

            foreach (var async in new[] { false, true })
            {
                await databases.ObserveAsync(query, cache, async);
            }

            cases.Add((query, expected));
        }

        return cases;
    }

    private bool IsChosen(CorpusQuery query)
        => query.RunsOn(databases.Provider) && !query.ThrowsOn(databases.Provider) && query.OtherCommands == default
            && UncachedList.Find(query, databases.Provider) is null;
}

[Collection(OnSqlite.Name)]
public sealed class SqliteConcurrentHitTests(SqliteDatabases databases) : ConcurrentHitTests(databases)
{
    [Fact]
    public Task Concurrent_hits_whose_results_are_changed_never_differ() => Compare(hitsOfEach: 10_000);
}

[Collection(OnPostgres.Name)]
public sealed class PostgresConcurrentHitTests(PostgresDatabases databases) : ConcurrentHitTests(databases)
{
    [Fact]
    public Task Concurrent_hits_whose_results_are_changed_never_differ() => Compare(hitsOfEach: CorpusSample.IsSlow ? 10_000 : 2_000);
}
