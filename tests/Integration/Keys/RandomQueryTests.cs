using System.Linq.Expressions;
using System.Reflection;
using FastOrm.Cache.Tests.Integration.Support;
using FastOrm.Cache.Tests.Unit.Keys.Generated;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;

namespace FastOrm.Cache.Tests.Integration.Keys;

/// <summary>
/// Random queries, all remembered in one cache, each compared with what EF Core alone gives: no two queries with different rows share
/// a key, in whatever order they come. 500 queries, or 10,000 in the slow run.
/// </summary>
public sealed class RandomQueryTests : IDisposable
{
    private static readonly int[] Minimums = [int.MinValue, 1, 2];
    private static readonly List<int>[] Hidden = [[], [1, 2], [2, 1], [3]];

    private readonly TestDatabase<ThingContext> _database = new(
        static options => new ThingContext(options),
        ThingContext.Seed,
        context: static options => options.VaryBy(static db => ((ThingContext)db).Variation));

    private int _executions;
    private int _failures;
    private int _hits;

    [Fact]
    public void Remembered_queries_give_what_they_would_give_without_the_cache()
    {
        ThroughTheCodec.Replay();
        var isSlow = Environment.GetEnvironmentVariable("FASTORM_SLOW") == "1";
        var config = Config.QuickThrowOnFailure.WithMaxTest(isSlow ? 2_000 : 100);
        Prop.ForAll(QueryPair.Arbitrary, AreRight).Check(isSlow ? config : config.WithReplay(1, 3));

        Assert.True(_failures < _executions / 4, $"{_failures} of {_executions} queries could not be executed");
        var executed = _executions - _failures;
        Assert.True(_hits > executed * 0.95, $"only {_hits} of {executed} queries were remembered");
    }

    public void Dispose() => _database.Dispose();

    private void AreRight(QueryPair pair)
    {
        var random = new Random(pair.Seed);
        IsRight(pair.First, pair.FirstSettings, pair.Seed, random);
        IsRight(pair.Second, pair.SecondSettings, pair.Seed, random);
        for (var round = 0; round < 3; round++)
        {
            IsRight(pair.Revalued(random), pair.FirstSettings, pair.Seed, random);
        }
    }

    private void IsRight(Term term, Settings settings, int seed, Random random)
    {
        var (minimum, hidden) = (Minimums[random.Next(Minimums.Length)], Hidden[random.Next(Hidden.Length)]);
        var async = seed % 2 == 0;
        var expected = RunPlain(async);
        var isFailure = expected.StartsWith(Execution.Failure, StringComparison.Ordinal);
        _executions++;
        _failures += isFailure ? 1 : 0;
        for (var run = 0; run < 2; run++)
        {
            var commands = _database.Sql.Count;
            Assert.Equal(expected, RunRemembered(seed, async));
            _hits += run == 1 && _database.Sql.Count == commands && !isFailure ? 1 : 0;
        }

        if (random.Next(8) == 0)
        {
            Assert.Equal(RunPlain(!async), RunRemembered(seed + 1, !async));
        }

        string RunRemembered(int seed, bool async)
        {
            using var db = _database.New();
            return Run(db, isMarked: true, seed, async);
        }

        string RunPlain(bool async)
        {
            using var plain = _database.NewPlain();
            return Run(plain, isMarked: false, seed, async);
        }

        string Run(ThingContext db, bool isMarked, int seed, bool async)
        {
            (db.MinNumber, db.HiddenIds, db.Variation) = (minimum, [.. hidden], settings.Variation);
            db.ChangeTracker.QueryTrackingBehavior = settings.Tracking;
            var builder = new TermBuilder(db, new Captures(new Random(seed)), new Random(seed)) { IsMarked = isMarked };
            return Execution.Describe(db, builder.Build(term), async);
        }
    }

    /// <summary>Runs any expression in either way and writes down all that can be seen of the outcome.</summary>
    private static class Execution
    {
        public const string Failure = "failed: ";

        public static string Describe(ThingContext db, Expression query, bool async)
        {
            Func<ThingContext, Expression, bool, object?> run = ItemType(query.Type) is null ? Scalar<object> : List<object>;
            var typed = run.Method.GetGenericMethodDefinition().MakeGenericMethod(ItemType(query.Type) ?? query.Type);
            try
            {
                return Proof.Describe(typed.Invoke(null, [db, query, async])) + '\n' + Proof.Tracked(db);
            }
            catch (TargetInvocationException failure)
            {
                return $"{Failure}{failure.InnerException!.GetType()} {failure.InnerException.Message}";
            }
        }

        private static Type? ItemType(Type type)
            => type.GetInterfaces().Append(type).FirstOrDefault(IsTypedQuery)?.GenericTypeArguments[0];

        private static bool IsTypedQuery(Type type)
            => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IQueryable<>);

        private static object? List<T>(ThingContext db, Expression query, bool async)
        {
            var list = ((IQueryable)db.Things).Provider.CreateQuery<T>(query);
            return async ? list.ToListAsync().GetAwaiter().GetResult() : list.ToList();
        }

        private static object? Scalar<T>(ThingContext db, Expression query, bool async)
        {
            var provider = (IAsyncQueryProvider)((IQueryable)db.Things).Provider;
            return async ? provider.ExecuteAsync<Task<T>>(query).GetAwaiter().GetResult() : provider.Execute<T>(query);
        }
    }
}
