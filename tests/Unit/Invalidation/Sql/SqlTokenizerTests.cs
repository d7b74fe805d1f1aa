using FastOrm.Cache.EfCore.Invalidation.Sql;

namespace FastOrm.Cache.Tests.Unit.Invalidation.Sql;

public sealed class SqlTokenizerTests
{
    [Theory]
    [InlineData("LPSMU", "", "")]
    [InlineData("LPSMU", "  \t\r\n ", "")]
    [InlineData("LPSMU", "a b_1,c", "a¦b_1¦,¦c")]
    [InlineData("LPSMU", "Größe ñ", "Größe¦ñ")]
    [InlineData("LPSMU", "a.b . c", "a¦.¦b¦.¦c")]
    [InlineData("LPSMU", "a -- it's\nb", "a¦b")]
    [InlineData("LPSMU", "a -- it's\r\nb --", "a¦b")]
    [InlineData("LPSM", "a/* it's */b/**/c", "a¦b¦c")]
    [InlineData("PS", "a /* /* */ it's */ b", "a¦b")]
    [InlineData("LM", "a /* /* */ b", "a¦b")]
    [InlineData("LPS", "a /*! b */ c", "a¦c")]
    [InlineData("LPS", "a--b\nc", "a¦c")]
    [InlineData("M", "5--1", "5¦-¦-¦1")]
    [InlineData("M", "a # it's\nb", "a¦b")]
    [InlineData("S", "#a ##b c#d e@f", "#a¦##b¦c#d¦e@f")]
    [InlineData("P", "a#>>b", "a¦#¦>¦>¦b")]
    [InlineData("LPSMU", "'a' 'it''s' ''", "'a'¦'it''s'¦''")]
    [InlineData("LPSMU", "N'a' X'ab' b'01'", "N'a'¦X'ab'¦b'01'")]
    [InlineData("LPSM", "_utf8'a' DATE'2020'", "_utf8¦'a'¦DATE¦'2020'")]
    [InlineData("LPS", @"'a\' b", @"'a\'¦b")]
    [InlineData("LPSMU", @"'a\\' '\%'", @"'a\\'¦'\%'")]
    [InlineData("P", @"E'it\'s' e'\\' b", @"E'it\'s'¦e'\\'¦b")]
    [InlineData("LPSMU", "\"a\"\"b\" \"c d\"", "\"a\"\"b\"¦\"c d\"")]
    [InlineData("LMU", "`a``b` c", "`a``b`¦c")]
    [InlineData("S", "[a]]b] [c d]", "[a]]b]¦[c d]")]
    [InlineData("L", "[a'b] c", "[a'b]¦c")]
    [InlineData("U", "[a b].[c]", "[a b]¦.¦[c]")]
    [InlineData("P", "a[1]", "a¦[¦1¦]")]
    [InlineData("P", "$$it's$$ $a$ $$ $b$ $a$ c", "$$it's$$¦$a$ $$ $b$ $a$¦c")]
    [InlineData("P", "a$b$c $1", "a$b$c¦$1")]
    [InlineData("L", "$a :b @c ?1 ?", "$a¦:b¦@c¦?¦1¦?")]
    [InlineData("LPSMU", "@a @@b :c {0} {12}", "@a¦@@b¦:c¦{0}¦{12}")]
    [InlineData("P", "a::text b:=1", "a¦::¦text¦b¦:¦=¦1")]
    [InlineData("LPSMU", "1 1.5 1e5 1.5E-3 0x1F .5", "1¦1.5¦1e5¦1.5E-3¦0x1F¦.¦5")]
    [InlineData("M", "2020Orders", "2020Orders")]
    [InlineData("M", "$a b$", "$a¦b$")]
    public void Tokens_are_cut_as_the_database_does(string dialects, string sql, string tokens)
        => Assert.All(dialects, letter => Assert.Equal(tokens, string.Join('¦', Cut(sql, letter))));

    [Theory]
    [InlineData("Microsoft.EntityFrameworkCore.Sqlite", "Sqlite")]
    [InlineData("Npgsql.EntityFrameworkCore.PostgreSQL", "PostgreSql")]
    [InlineData("Microsoft.EntityFrameworkCore.SqlServer", "SqlServer")]
    [InlineData("Pomelo.EntityFrameworkCore.MySql", "MySql")]
    [InlineData("MySql.EntityFrameworkCore", "MySql")]
    [InlineData("Oracle.EntityFrameworkCore", "Unknown")]
    [InlineData(null, "Unknown")]
    public void The_provider_tells_the_dialect(string? provider, string dialect)
        => Assert.Equal(dialect, SqlDialects.Of(provider).ToString());

    private static List<string> Cut(string sql, char letter)
    {
        var tokenizer = new SqlTokenizer(sql, Dialects.Of(letter));
        var tokens = new List<string>();
        while (tokenizer.TryRead(out var token))
        {
            tokens.Add(sql.Substring(token.Start, token.Length));
        }

        Assert.True(tokenizer.IsSure);
        return tokens;
    }
}
