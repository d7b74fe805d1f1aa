using System.Diagnostics;
using System.Globalization;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Xunit.Abstractions;

namespace FastOrm.Cache.Tests.Integration.Writes.Scopes.Model;

/// <summary>
/// Random writes and remembered queries: after every write every query gives what it gives without the cache. Counted besides is how many
/// of the entries survive the saves that do not change what they hold, among those that write to a table that they read.
/// </summary>
/// <remarks>1,000 steps, or 20,000 in the slow run. <c>FASTORM_SEED</c> sets another seed.</remarks>
public abstract class ScopeModelTests(Provider provider, ITestOutputHelper output)
{
    private const int DefaultSeed = 20_260_107;
    private const int Pool = 30;
    private const double Required = 0.9;

    private static readonly int Steps = Environment.GetEnvironmentVariable("FASTORM_SLOW") == "1" ? 20_000 : 1_000;

    private static readonly int Seed
        = int.TryParse(Environment.GetEnvironmentVariable("FASTORM_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : DefaultSeed;

    private readonly Dictionary<string, Survival> _survivals = [];

    [Fact]
    public void Nothing_is_stale_and_what_a_save_does_not_concern_survives_it()
    {
        var random = new Random(Seed);
        using var database = new TestDatabase<StoreContext>(
            static options => new StoreContext(options), db => StoreContext.Seed(db, random), provider: provider);
        using var writes = new StoreWrites(database, random);
        var queries = new StoreQueries(random);
        var pool = Enumerable.Range(0, Pool).Select(_ => queries.Next()).ToList();
        var watch = Stopwatch.StartNew();
        ReadAll(database, pool, "the beginning", survives: null);
        for (var step = 0; step < Steps; step++)
        {
            var write = writes.Next();
            ReadAll(database, pool, $"step {step} ({write.Kind})", query => write.IsMeasured && (write.Writes & query.Reads) != Tables.None);
            database.Sql.Texts.Clear();

            // Some other queries, so that many come by.
            pool[random.Next(Pool)] = queries.Next();
            ReadAll(database, pool, $"step {step}, again", survives: null);
        }

        Report(watch.Elapsed);
        Assert.All(
            [StoreQueries.Point, StoreQueries.NotFound, StoreQueries.List, StoreQueries.TwoColumns],
            kind => Assert.True(_survivals[kind].Share >= Required, $"Of '{kind}' only {_survivals[kind].Share:P1} survive (seed {Seed})."));
    }

    private void ReadAll(TestDatabase<StoreContext> database, List<StoreQuery> pool, string when, Func<StoreQuery, bool>? survives)
    {
        using var db = database.New();
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        foreach (var query in pool)
        {
            if (survives is null && query.Text.Length > 0)
            {
                continue;
            }

            var sent = database.Sql.Count;
            var text = query.Read(db);
            var isHit = database.Sql.Count == sent;
            if (isHit)
            {
                using (RememberScope.Suppress())
                {
                    var truth = query.Read(db);
                    Assert.True(text == truth, $"Stale after {when}, seed {Seed}: {query.Kind} '{query.Name}' gave {text} instead of {truth}");
                }
            }

            if (survives?.Invoke(query) == true && text == query.Text)
            {
                Of(query.Kind).Add(isHit);
            }

            query.Text = text;
        }
    }

    private Survival Of(string kind)
    {
        if (!_survivals.TryGetValue(kind, out var survival))
        {
            _survivals.Add(kind, survival = new Survival());
        }

        return survival;
    }

    private void Report(TimeSpan elapsed)
    {
        output.WriteLine($"{provider}, seed {Seed}: {Steps} steps, 0 stale, {elapsed.TotalSeconds:F1} s. Survived, of what a save did not change:");
        foreach (var (kind, survival) in _survivals.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
        {
            output.WriteLine($"  {kind,-20} {survival.Share,7:P1} of {survival.Count}");
        }
    }

    private sealed class Survival
    {
        private int _survived;

        public int Count { get; private set; }

        public double Share => (double)_survived / Count;

        public void Add(bool survived)
        {
            Count++;
            _survived += survived ? 1 : 0;
        }
    }
}

public sealed class SqliteScopeModelTests(ITestOutputHelper output) : ScopeModelTests(Provider.Sqlite, output);

public sealed class PostgresScopeModelTests(ITestOutputHelper output) : ScopeModelTests(Provider.PostgreSql, output);
