using FastOrm.Cache.EfCore.Rows;

namespace FastOrm.Cache.Tests.Unit.Rows;

public sealed class SqlTextTests
{
    [Theory]
    [InlineData("SELECT 1")]
    [InlineData("select * from Products")]
    [InlineData("  \r\n\tSELECT * FROM Products ; \n")]
    [InlineData("(SELECT 1)")]
    [InlineData("((SELECT 1) UNION (SELECT 2))")]
    [InlineData("VALUES (1), (2)")]
    [InlineData("WITH a AS (SELECT 1) SELECT * FROM a")]
    [InlineData("WITH RECURSIVE a(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM a) SELECT * FROM a")]
    [InlineData("-- INSERT first\nSELECT 1")]
    [InlineData("/* DELETE; */ SELECT 1 /* UPDATE */ -- DROP")]
    [InlineData("SELECT 1; -- done; DELETE")]
    [InlineData("SELECT 'insert; delete' FROM x")]
    [InlineData("SELECT 'it''s; DELETE FROM x' FROM x")]
    [InlineData("SELECT \"delete\", \"a\"\"; DROP\" FROM x")]
    [InlineData("SELECT [update], [into] FROM [delete]")]
    [InlineData("SELECT `update` FROM `a``delete`")]
    [InlineData("SELECT updated, deleted_at, is_set, set_at FROM offset_inserts")]
    [InlineData("SELECT @delete, :update, $insert")]
    [InlineData("SELECT * FROM x WHERE a = {0}")]
    [InlineData("SELECT CASE WHEN a THEN 1 END FROM x ORDER BY b LIMIT 1 OFFSET 2")]
    [InlineData("SELECT 'never closed; DELETE")]
    public void One_select_is_plain(string sql) => Assert.True(SqlText.IsPlainSelect(sql));

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("-- nothing")]
    [InlineData(";")]
    [InlineData("INSERT INTO x VALUES (1)")]
    [InlineData("insert into x values (1) returning *")]
    [InlineData("UPDATE x SET a = 1 RETURNING *")]
    [InlineData("DELETE FROM x RETURNING *")]
    [InlineData("PRAGMA table_info(x)")]
    [InlineData("EXPLAIN SELECT 1")]
    [InlineData("EXEC Everything")]
    [InlineData("CALL everything()")]
    [InlineData("SELECT 1; SELECT 2")]
    [InlineData("SELECT 1; DELETE FROM x")]
    [InlineData("SELECT 1;/**/DELETE FROM x")]
    [InlineData("SELECT 1 DELETE FROM x")]
    [InlineData("SELECT * INTO y FROM x")]
    [InlineData("SELECT * FROM x FOR UPDATE")]
    [InlineData("SELECT * FROM x FOR SHARE")]
    [InlineData("SELECT * FROM x FOR NO KEY UPDATE")]
    [InlineData("SELECT * FROM x WITH (UPDLOCK, ROWLOCK)")]
    [InlineData("SELECT * FROM x WITH (TabLockX)")]
    [InlineData("WITH d AS (DELETE FROM x RETURNING *) SELECT * FROM d")]
    [InlineData("WITH d AS (\nINSERT INTO x VALUES (1) RETURNING *) SELECT * FROM d")]
    [InlineData("WITH d AS (SELECT 1) UPDATE x SET a = 1")]
    [InlineData("SELECT nextval('s')")]
    [InlineData("SELECT SetVal('s', 1)")]
    [InlineData("/* one */ -- two\n UPDATE x SET a = 1")]
    [InlineData("1 SELECT")]
    [InlineData("'text' SELECT")]
    public void What_may_write_or_lock_or_is_no_single_select_is_not(string sql) => Assert.False(SqlText.IsPlainSelect(sql));

    [Theory]
    [InlineData("SELECT ARRAY[nextval('s')]")]
    [InlineData("SELECT $$'$$; DELETE FROM x; --'")]
    [InlineData("SELECT $tag$'$tag$; DELETE FROM x; --'")]
    [InlineData(@"SELECT E'\''; DELETE FROM x; --'")]
    public void Quotes_and_brackets_of_PostgreSQL_hide_nothing(string sql) => Assert.False(SqlText.IsPlainSelect(sql));

    [Theory]
    [InlineData("abc def", 3)]
    [InlineData("_a1$ x", 3)]
    [InlineData("@p_0 x", 4)]
    [InlineData("@@rowcount", 1)]
    [InlineData("  \t\nx", 4)]
    [InlineData("'a''b' x", 6)]
    [InlineData("\"a\"\"b\" x", 6)]
    [InlineData("[a b] x", 5)]
    [InlineData("`a` x", 3)]
    [InlineData("--c\nx", 4)]
    [InlineData("--c", 3)]
    [InlineData("/* c */x", 7)]
    [InlineData("/* c", 4)]
    [InlineData("'open", 5)]
    [InlineData("[open", 5)]
    [InlineData("->x", 1)]
    [InlineData("12", 1)]
    public void A_token_ends_where_it_should(string sql, int end) => Assert.Equal(end, SqlText.EndOfToken(sql, 0));

    [Fact]
    public void Every_text_is_cut_into_tokens_that_cover_it()
    {
        var random = new Random(7);
        const string Signs = "'\"`[]-/*;@:$ \nab1_(";
        for (var round = 0; round < 5000; round++)
        {
            var sql = new string([.. Enumerable.Range(0, random.Next(1, 30)).Select(_ => Signs[random.Next(Signs.Length)])]);
            for (var i = 0; i < sql.Length;)
            {
                var end = SqlText.EndOfToken(sql, i);
                Assert.InRange(end, i + 1, sql.Length);
                i = end;
            }

            _ = SqlText.IsPlainSelect(sql);
        }
    }
}
