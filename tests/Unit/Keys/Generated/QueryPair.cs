using FsCheck;
using FsCheck.Fluent;

namespace FastOrm.Cache.Tests.Unit.Keys.Generated;

/// <summary>Two queries: one and the same, or the second with one thing changed.</summary>
/// <param name="First">The query.</param>
/// <param name="IsChanged">Whether the second differs.</param>
/// <param name="Seed">Decides what is changed, and how variables are named and captured.</param>
internal sealed record QueryPair(Term First, bool IsChanged, int Seed)
{
    /// <summary>Random pairs, most of them changed.</summary>
    public static Arbitrary<QueryPair> Arbitrary { get; } = Arb.From(
        Gen.Sized(static size => Gen.Choose(0, int.MaxValue).Select(seed => Of(seed, size))), static pair => pair.Smaller());

    public Settings FirstSettings => Settings.Any(new Random(Seed));

    public Settings SecondSettings => IsChanged && !IsTermChanged ? FirstSettings.Changed(new Random(Seed)) : FirstSettings;

    public Term Second
    {
        get
        {
            if (!IsTermChanged)
            {
                return First;
            }

            Term[] changes = [.. TermChanges.Of(First)];
            return changes[Seed % changes.Length];
        }
    }

    private bool IsTermChanged => IsChanged && Seed % 7 > 0;

    public static QueryPair Of(int seed, int size)
        => new(new TermGenerator(new Random(seed)).Query(size), IsChanged: seed % 3 > 0, seed);

    /// <summary>The first query with other values in place of those that it captures.</summary>
    public Term Revalued(Random random) => Revalue(First, random);

    public override string ToString() => $"{First}\n{Second}\n{FirstSettings}\n{SecondSettings}\nseed {Seed}";

    private IEnumerable<QueryPair> Smaller() => First.Smaller().Select(smaller => this with { First = smaller });

    private static Term Revalue(Term term, Random random)
    {
        var value = term.Op == "captured" ? Pools.Values[term.Type][random.Next(Pools.Values[term.Type].Length)] : term.Value;
        return term with { Value = value, Parts = [.. term.Parts.Select(part => Revalue(part, random))] };
    }
}
