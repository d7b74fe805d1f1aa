using FsCheck;
using FsCheck.Fluent;

namespace FastOrm.Cache.Tests.Unit.Invalidation.Sql.Generated;

/// <summary>A random batch as a list of tokens, with the tables that it reads and writes.</summary>
/// <param name="Dialect">The letter of the dialect.</param>
internal sealed record RandomSql(
    char Dialect, IReadOnlyList<string> Tokens, IReadOnlySet<string> Tables, IReadOnlySet<string> Targets)
{
    private static readonly string[] Blanks = [" ", "\n", "\t ", " \r\n"];

    private static readonly string[] Comments =
        ["/* DELETE FROM x; */", "/**/", "/* it's \" ` [ ( $$ */", "-- UPDATE x SET it's (\n", "-- ; \" [ $a$\r\n", "--\n"];

    public static Arbitrary<RandomSql> Arbitrary { get; } = Arb.From(
        Gen.Sized(static size => Gen.Choose(0, int.MaxValue).Select(seed => Of(seed, size))));

    public string Text => string.Join(' ', Tokens);

    public static RandomSql Of(int seed, int size)
    {
        var random = new Random(seed);
        return new SqlGenerator(random, Dialects.All[random.Next(Dialects.All.Length)]).Batch(1 + (size / 20));
    }

    /// <summary>The same batch, written another way: other white space, comments, capitals.</summary>
    public string Disguised(Random random) => string.Concat(Tokens.Select(token => Recased(token, random) + Blank(random)));

    public override string ToString() => $"{Dialect}: {Text}\nwrites {Dialects.List(Targets)}";

    private static string Recased(string token, Random random) => char.IsAsciiLetter(token[0]) && !token.Contains('\'')
        ? string.Concat(token.Select(sign => random.Next(2) == 0 ? char.ToUpperInvariant(sign) : char.ToLowerInvariant(sign)))
        : token;

    private static string Blank(Random random)
        => Blanks[random.Next(Blanks.Length)] + (random.Next(3) > 0 ? "" : Comments[random.Next(Comments.Length)] + " ");
}
