using System.Linq.Expressions;
using FastOrm.Cache.EfCore.Keys;
using FastOrm.Cache.EfCore.Plans;
using FastOrm.Cache.Tests.Unit.Keys.Generated;
using FastOrm.Cache.Tests.Unit.Support;
using FsCheck;
using FsCheck.Fluent;

namespace FastOrm.Cache.Tests.Unit.Keys;

/// <summary>What holds for the keys of any two queries, on 2,000 random pairs, or 100,000 in the slow run.</summary>
public sealed class KeyPropertyTests : IDisposable
{
    private readonly KeyLab<ThingContext> _lab = new(
        static options => new ThingContext(options), static options => options.VaryBy(static db => ((ThingContext)db).Variation));

    private int _equal;
    private int _different;
    private int _refused;
    private int _shortCuts;

    [Fact]
    public void Two_queries_have_one_key_exactly_when_they_are_one_query()
    {
        Check(pair =>
        {
            var first = Extract(pair.First, pair.FirstSettings, 1);
            var second = Extract(pair.Second, pair.SecondSettings, pair.Seed, async: true);
            if (first.Key.Refusal is not null || second.Key.Refusal is not null || first.Key.IsOpen || second.Key.IsOpen)
            {
                _refused++; // Or its commands are to complete the key.
                return true;
            }

            var isSame = first.Query.IsSameAs(second.Query);
            _equal += isSame ? 1 : 0;
            _different += isSame ? 0 : 1;
            Assert.True(pair.IsChanged || isSame);
            return isSame == first.Key.IsSameQuery(second.Key);
        });
        Assert.True(_refused < Pairs / 50, $"{_refused} pairs could not be keyed");
        Assert.True(_equal > (_equal + _different) / 4, $"only {_equal} pairs were equal");
        Assert.True(_different > (_equal + _different) / 2, $"only {_different} pairs differed");
    }

    /// <summary>Found by the slow run: EF Core evaluates the whole anonymous object, whose text shows null and "" alike.</summary>
    [Theory]
    [InlineData("Anonymous")]
    [InlineData("Rows")]
    public void Projections_of_null_and_of_an_empty_text_are_two_queries(string projection)
    {
        var settings = Settings.Any(new Random(1));
        var (empty, none) = (Extract(Of(""), settings, 1), Extract(Of(null), settings, 2));

        Assert.False(empty.Key.IsSameQuery(none.Key));
        Assert.False(empty.Query.IsSameAs(none.Query));

        Term Of(string? text) => new(
            projection,
            typeof(IQueryable<Thing>),
            null,
            new Term("root", typeof(IQueryable<Thing>), "things"),
            new Term("constant", typeof(int), 3),
            new Term("captured", typeof(string), text));
    }

    [Fact]
    public void A_query_that_takes_the_short_cut_of_another_is_that_query_under_other_values()
    {
        Check(pair => ShortCutIsRight(
            Expression(pair.First, pair.Seed, isBlind: true),
            Expression(pair.Revalued(new Random(pair.Seed)), pair.Seed, isBlind: true),
            pair));
        Assert.True(_shortCuts > Pairs / 4, $"only {_shortCuts} pairs took the short cut");
    }

    [Fact]
    public void The_short_cut_is_never_taken_to_another_query()
    {
        Check(pair => ShortCutIsRight(Expression(pair.First, 1), Expression(pair.Second, pair.Seed), pair));
        Assert.True(_shortCuts > Pairs / 100, $"only {_shortCuts} pairs took the short cut");
    }

    public void Dispose() => _lab.Dispose();

    // The fast run is always the same one.
    private static bool IsSlow => Environment.GetEnvironmentVariable("FASTORM_SLOW") == "1";

    private static int Pairs => IsSlow ? 100_000 : 2_000;

    private static void Check(Func<QueryPair, bool> property)
        => Prop.ForAll(QueryPair.Arbitrary, property).Check(IsSlow
            ? Config.QuickThrowOnFailure.WithMaxTest(Pairs)
            : Config.QuickThrowOnFailure.WithMaxTest(Pairs).WithReplay(1, 3));

    private Expression Expression(Term term, int seed, bool isBlind = false)
        => new TermBuilder(_lab.Context, new Captures(new Random(seed)) { IsBlind = isBlind }, new Random(seed)).Build(term);

    private (QueryKey Key, CanonicalQuery Query) Extract(Term term, Settings settings, int seed, bool async = false)
    {
        settings.ApplyTo(_lab.Context);
        var key = _lab.Extracted(Expression(term, seed), out var extracted, out var parameters, settings.Options, async);
        return (key, new CanonicalQuery(extracted, parameters, settings.ToString()));
    }

    /// <summary>Whether the second query, if it finds the plan of the first, sends exactly what EF Core would send.</summary>
    private bool ShortCutIsRight(Expression first, Expression second, QueryPair pair)
    {
        pair.FirstSettings.ApplyTo(_lab.Context);
        if (_lab.Raw(first) is not { } known
            || _lab.Raw(second) is not { } raw
            || !new Plan(known, Check, new(), []).IsFor(raw)
            || _lab.Extracted(first) is not { } shown
            || !known.IsSameQuery(shown)
            || Plan.Bindings(known, shown) is not { } bindings)
        {
            return true;
        }

        _shortCuts++;
        return _lab.Extracted(second, out _, out var parameters).IsSameQuery(raw)
            && parameters.Count == bindings.Length
            && bindings.All(binding => Bits.Of(parameters[binding.Name]) == Bits.Of(raw.Sent[binding.Place]));
    }
}
