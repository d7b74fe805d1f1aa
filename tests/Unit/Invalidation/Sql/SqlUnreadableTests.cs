using FastOrm.Cache.EfCore.Invalidation.Sql;

namespace FastOrm.Cache.Tests.Unit.Invalidation.Sql;

public sealed class SqlUnreadableTests
{
    [Theory]
    [InlineData("LPSMU", "SELECT 'a")]
    [InlineData("LPSMU", "SELECT \"a")]
    [InlineData("LMU", "SELECT `a")]
    [InlineData("LSU", "SELECT [a")]
    [InlineData("LPSMU", "SELECT 1 /* a")]
    [InlineData("PS", "SELECT 1 /* /* */")]
    [InlineData("P", "SELECT $a$ $b$")]
    [InlineData("P", @"SELECT E'a\'")]
    [InlineData("LPSMU", "SELECT (1")]
    [InlineData("LPSMU", "SELECT 1)")]
    [InlineData("LPSMU", "SELECT (1; SELECT 2)")]
    public void A_text_that_does_not_end_is_unreadable(string dialects, string sql)
        => Dialects.Each(dialects, sql, static facts => Assert.Same(SqlFacts.Unreadable, facts));

    [Theory]
    [InlineData("MU", @"SELECT 'a\' ; DELETE FROM t; --'")] // NO_BACKSLASH_ESCAPES
    [InlineData("MU", @"SELECT N'a\' ; DELETE FROM t; --'")]
    [InlineData("MU", @"SELECT ""a\"" ; DELETE FROM t; --""")] // ANSI_QUOTES
    [InlineData("U", @"SELECT E'a\'; DELETE FROM t; --'")]
    [InlineData("P", "SELECT E'a' \n 'b\\'; DELETE FROM t; --'")]
    [InlineData("P", "SELECT E'a' -- more\n 'b\\'; DELETE FROM t; --'")]
    [InlineData("U", "SELECT Q'[a'; DELETE FROM t; --]'")]
    [InlineData("U", "SELECT $$a'$$; DELETE FROM t; --'")]
    [InlineData("U", "SELECT 1 # DELETE")]
    [InlineData("U", "SELECT 5--1")]
    [InlineData("U", "SELECT a[f(x)]")]
    [InlineData("U", "SELECT [a]]b]")]
    [InlineData("U", "/* /* */ DELETE FROM t /* */ */ SELECT 1")]
    [InlineData("MU", "SELECT 1 /*! INTO OUTFILE 'a' */")]
    [InlineData("MU", "SELECT 1 /*!50000 INTO OUTFILE 'a' */")]
    [InlineData("MU", "SELECT 1 /*M!100100 INTO OUTFILE 'a' */")]
    [InlineData("PU", "DELETE FROM U&\"\\0074\"")]
    [InlineData("LPSU", "SELECT 1FROM t")]
    [InlineData("LPSU", "SELECT $1FROM t")]
    [InlineData("LPSMU", "SELECT 1 -- a\rDELETE FROM t")]
    [InlineData("LPSMU", "SELECT\u00A01")]
    [InlineData("LPSMU", "\uFEFFSELECT 1")]
    public void A_text_that_could_be_read_in_two_ways_is_unreadable(string dialects, string sql)
        => Dialects.Each(dialects, sql, static facts => Assert.Same(SqlFacts.Unreadable, facts));
}
