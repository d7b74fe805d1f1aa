using System.Diagnostics;
using System.Globalization;
using System.Transactions;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Xunit.Abstractions;

namespace FastOrm.Cache.Tests.Integration.Writes.Scopes.Model;

/// <summary>
/// Random writes and remembered queries: after every write every query gives what it gives without the cache, and so do some of
/// them, for another request, before a transaction ends. Counted besides is how many entries survive the saves that cannot affect
/// them: saves that were committed and changed rows of their tables, but none that was or is what the query asks for.
/// </summary>
/// <remarks>1,000 steps, or 20,000 in the slow run. <c>FASTORM_SEED</c> sets another seed.</remarks>
public abstract class ScopeModelTests : IDisposable
{
    private const int DefaultSeed = 20_260_107;
    private const int Pool = 30;
    private const int ReadsBetween = 6;

    // A list by two columns ends with every update that writes one of its values, also where the other does not fit: so lists are taken
    // together, and those for themselves have a bound of their own.
    private static readonly (double Least, string[] Kinds)[] Required =
    [
        (0.9, [StoreQuery.Point]),
        (0.9, [StoreQuery.NotFound]),
        (0.9, [StoreQuery.List, StoreQuery.TwoColumns]),
        (0.8, [StoreQuery.TwoColumns]),
    ];

    private static readonly int Steps = Environment.GetEnvironmentVariable("FASTORM_SLOW") == "1" ? 20_000 : 1_000;

    private static readonly int Seed
        = int.TryParse(Environment.GetEnvironmentVariable("FASTORM_SEED"), CultureInfo.InvariantCulture, out var seed)
            ? seed
            : DefaultSeed;

    private readonly ITestOutputHelper _output;
    private readonly Random _random = new(Seed);
    private readonly TestDatabase<StoreContext> _database;
    private readonly StoreWrites _writes;
    private readonly StoreQueries _queries;
    private readonly List<StoreQuery> _pool = [];
    private readonly Survivals _survivals = new();

    private string _when = "the beginning";

    protected ScopeModelTests(Provider provider, ITestOutputHelper output)
    {
        _output = output;
        _database = new TestDatabase<StoreContext>(
            static options => new StoreContext(options),
            db => StoreContext.Seed(db, _random),
            provider: provider,
            configure: static options
                => options.ConfigureWarnings(static w => w.Ignore(RelationalEventId.AmbientTransactionWarning)));
        _writes = new StoreWrites(_database, _random, ReadSome);
        _queries = new StoreQueries(_database, _random);
    }

    [Fact]
    public void Nothing_is_stale_and_what_a_save_cannot_affect_survives_it()
    {
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < Pool; i++)
        {
            _pool.Add(NewQuery());
        }

        var before = StoreSnapshot.Of(_database);
        for (var step = 0; step < Steps; step++)
        {
            var write = _writes.Next();
            _when = $"step {step} ({write.Kind})";
            write.Run();
            write.Count++;
            var after = StoreSnapshot.Of(_database);
            var changes = before.Except(after).Concat(after.Except(before)).ToList();
            ReadAll(write, changes);
            before = after;
            _pool[_random.Next(Pool)] = NewQuery(); // So that many come by.
            _database.Sql.Texts.Clear();
        }

        Report(watch.Elapsed);
        Assert.All(_writes.Table, static write => Assert.NotEqual(0, write.Count));
        Assert.All(Required, required => Assert.True(
            _survivals.Share(required.Kinds) >= required.Least,
            $"Of '{string.Join(", ", required.Kinds)}' only {_survivals.Share(required.Kinds):P1} survive (seed {Seed})."));
    }

    public void Dispose()
    {
        _writes.Dispose();
        _database.Dispose();
        GC.SuppressFinalize(this);
    }

    private StoreQuery NewQuery()
    {
        var query = _queries.Next();
        using var db = New();
        query.Text = Read(db, query).Text;
        return query;
    }

    private void ReadAll(StoreWrite write, List<(Tables Table, object Row)> changes)
    {
        using var db = New();
        foreach (var query in _pool)
        {
            var (text, isHit) = Read(db, query);
            var changesOfItsTables = changes.FindAll(change => query.Reads.HasFlag(change.Table));
            if (!changesOfItsTables.Exists(change => query.Concerns(change.Row)))
            {
                Assert.Equal(query.Text, text);
                if (write.IsSave && changesOfItsTables.Count > 0)
                {
                    _survivals.Add(query.Kind, isHit && !query.IsLoaded);
                }
            }

            (query.Text, query.IsLoaded) = (text, false);
        }
    }

    /// <summary>What another request may read while a transaction is open.</summary>
    private void ReadSome()
    {
        using var outside = new TransactionScope(TransactionScopeOption.Suppress);
        using var db = New();
        for (var i = 0; i < ReadsBetween; i++)
        {
            var query = _pool[_random.Next(Pool)];
            query.IsLoaded |= !Read(db, query).IsHit;
        }
    }

    /// <summary>Reads, and makes sure that it is what is there.</summary>
    private (string Text, bool IsHit) Read(StoreContext db, StoreQuery query)
    {
        var sent = _database.Sql.Count;
        var text = query.Read(db);
        var isHit = _database.Sql.Count == sent;
        if (isHit)
        {
            using (RememberScope.Suppress())
            {
                var truth = query.Read(db);
                Assert.True(
                    text == truth,
                    $"Stale after {_when}, seed {Seed}: {query.Kind} '{query.Name}' gave {text} instead of {truth}");
            }
        }

        return (text, isHit);
    }

    private StoreContext New()
    {
        var db = _database.New();
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        return db;
    }

    private void Report(TimeSpan elapsed)
    {
        _output.WriteLine($"{_database.Provider}, seed {Seed}: {Steps} steps, 0 stale, {elapsed.TotalSeconds:F1} s.");
        _output.WriteLine(string.Join(", ", _writes.Table.Select(static write => $"{write.Kind} {write.Count}")));
        _output.WriteLine("Survived, of the entries that a save with changes in their tables could not affect:");
        _output.WriteLine(string.Join('\n', _survivals.Lines));
    }
}

public sealed class SqliteScopeModelTests(ITestOutputHelper output) : ScopeModelTests(Provider.Sqlite, output);

public sealed class PostgresScopeModelTests(ITestOutputHelper output) : ScopeModelTests(Provider.PostgreSql, output);
