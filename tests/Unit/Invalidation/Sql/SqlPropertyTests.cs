using System.Diagnostics;
using FastOrm.Cache.EfCore.Invalidation.Sql;
using FastOrm.Cache.Tests.Unit.Invalidation.Sql.Generated;
using FsCheck;
using FsCheck.Fluent;

namespace FastOrm.Cache.Tests.Unit.Invalidation.Sql;

/// <summary>What holds for any text, on 5,000 random ones, or 200,000 in the slow run.</summary>
public sealed class SqlPropertyTests
{
    private static readonly string[] Pieces =
    [
        "'", "\"", "`", "[", "]", "(", ")", ";", ",", ".", "*", "--", "/*", "*/", "/*!", "#", "$", "$a$", "$$", "@", ":", "::",
        "?", "{", "{0}", "\\", "\n", "\r", " ", " ", " ", "\0", "\uFEFF", "\u00A0", "\uD800", "é", "0x", "1", "1.", "1e", "e+",
        "E'", "N'", "U&\"", "=", "-", "SELECT", "FROM", "INTO", "UPDATE", "SET", "DELETE", "INSERT", "WITH", "RECURSIVE", "AS",
        "NOT", "MATERIALIZED", "MERGE", "THEN", "TRUNCATE", "CREATE", "DROP", "TABLE", "INDEX", "ON", "ONLY", "TOP", "OR",
        "REPLACE", "COPY", "EXPLAIN", "ANALYZE", "PRAGMA", "JOIN", "USING", "WHERE", "VALUES", "DO", "KEY", "Products", "p",
        "lower",
    ];

    [Fact]
    public void Any_text_is_read_without_an_exception()
        => Check(Arb.From(Gen.Choose(0, int.MaxValue).Select(seed => Noise(new Random(seed)))), static sql =>
        {
            foreach (var letter in Dialects.All)
            {
                var facts = SqlFacts.Read(sql, Dialects.Of(letter));
                Assert.Superset(Capitals(facts.Targets), Capitals(facts.Names));
                Assert.True(facts.MayWrite || facts is { Routines.Count: 0, HasUnknownTargets: false, Targets.Count: 0 });
            }

            return true;
        });

    [Fact]
    public void The_tables_of_any_statement_are_found()
        => Check(RandomSql.Arbitrary, static sql =>
        {
            var facts = SqlFacts.Read(sql.Text, Dialects.Of(sql.Dialect));
            Assert.Superset(Capitals(sql.Tables), Capitals(facts.Names));
            Assert.Equal(Capitals(sql.Targets), Capitals(facts.Targets));
            Assert.Equal(sql.Targets.Count > 0, facts.MayWrite);
            Assert.False(facts.HasUnknownTargets);
            return true;
        });

    [Fact]
    public void Comments_white_space_and_capitals_change_nothing()
        => Check(RandomSql.Arbitrary, static sql =>
        {
            var plain = SqlFacts.Read(sql.Text, Dialects.Of(sql.Dialect));
            var text = sql.Disguised(new Random(sql.Text.Length));
            var disguised = SqlFacts.Read(text, Dialects.Of(sql.Dialect));
            if (ReferenceEquals(disguised, SqlFacts.Unreadable))
            {
                Assert.True(sql.Dialect == 'U', text); // Some comments are none in every dialect.
                return true;
            }

            Assert.Equal(Capitals(plain.Names), Capitals(disguised.Names));
            Assert.Equal(Capitals(plain.Targets), Capitals(disguised.Targets));
            Assert.Equal(Capitals(plain.Routines), Capitals(disguised.Routines));
            Assert.Equal(plain with { Names = disguised.Names, Targets = disguised.Targets, Routines = disguised.Routines }, disguised);
            return true;
        });

    [Fact]
    public void A_write_is_seen_wherever_it_stands_in_a_batch()
        => Check(RandomSql.Arbitrary, static sql =>
        {
            var facts = SqlFacts.Read("SELECT 1 ; " + sql.Text + " ; DELETE FROM Last", Dialects.Of(sql.Dialect));
            return facts.Targets.Contains("Last") && sql.Targets.All(facts.Targets.Contains);
        });

    [Theory]
    [InlineData("(")]
    [InlineData("/*")]
    [InlineData("$a")]
    [InlineData("SELECT a FROM b;")]
    [InlineData("UPDATE a SET ")]
    [InlineData("UPDATE a,")]
    [InlineData("UPDATE (")]
    [InlineData("DELETE a, b FROM c ")]
    [InlineData("DELETE FROM a USING ")]
    [InlineData("INSERT INTO TEMP ")]
    [InlineData("CREATE INDEX ")]
    [InlineData("WITH a AS (SELECT 1), ")]
    [InlineData("WITH a AS (")]
    [InlineData("a.")]
    [InlineData("EXPLAIN;")]
    public void The_time_grows_with_the_length_only(string piece)
    {
        var sql = string.Concat(Enumerable.Repeat(piece, 100_000 / piece.Length));
        var closed = sql + new string(')', piece.EndsWith('(') ? 100_000 / piece.Length : 0);
        var watch = Stopwatch.StartNew();
        foreach (var letter in Dialects.All)
        {
            SqlFacts.Read(sql, Dialects.Of(letter));
            SqlFacts.Read(closed, Dialects.Of(letter));
        }

        // Squared, it takes minutes.
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"{watch.Elapsed} for ten times 100 kB");
    }

    // The fast run is always the same one.
    private static bool IsSlow => Environment.GetEnvironmentVariable("FASTORM_SLOW") == "1";

    private static void Check<T>(Arbitrary<T> values, Func<T, bool> property)
        => Prop.ForAll(values, property).Check(IsSlow
            ? Config.QuickThrowOnFailure.WithMaxTest(200_000)
            : Config.QuickThrowOnFailure.WithMaxTest(5_000).WithReplay(1, 3));

    private static string Noise(Random random)
    {
        var pieces = Enumerable.Range(0, random.Next(30)).Select(_ => Pieces[random.Next(Pieces.Length)]);
        return string.Concat(pieces.Select(piece => piece + (random.Next(3) > 0 ? " " : "")));
    }

    private static HashSet<string> Capitals(IEnumerable<string> names)
        => [.. names.Select(static name => name.ToUpperInvariant())];
}
