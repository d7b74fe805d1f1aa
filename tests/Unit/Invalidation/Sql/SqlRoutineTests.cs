namespace FastOrm.Cache.Tests.Unit.Invalidation.Sql;

public sealed class SqlRoutineTests
{
    [Theory]
    [InlineData("LPSMU", "CALL everything()")]
    [InlineData("LPSMU", "{ call everything }")]
    [InlineData("LPSMU", "EXEC everything")]
    [InlineData("LPSMU", "EXECUTE everything 1, 2")]
    [InlineData("S", "EXEC ('DELETE FROM x')")]
    [InlineData("S", "SELECT 1 EXEC everything")]
    [InlineData("S", "INSERT INTO x EXEC everything")]
    [InlineData("SU", "everything 1")]
    [InlineData("SU", "[everything] 1")]
    [InlineData("SU", "dbo.everything")]
    [InlineData("P", "DO $$ BEGIN DELETE FROM x; END $$")]
    [InlineData("LPSMU", "SELECT everything()")]
    [InlineData("LPSMU", "SELECT \"everything\"(1)")]
    [InlineData("LPSMU", "SELECT shop.everything(1)")]
    [InlineData("S", "SELECT dbo.lower(1)")]
    [InlineData("S", "SELECT [dbo].[everything](1) FROM x")]
    [InlineData("LPSMU", "SELECT * FROM everything(1) AS e")]
    [InlineData("LPSMU", "SELECT lower(everything (1))")]
    [InlineData("LPSM", "SELECT everything/* it */(1)")]
    [InlineData("LPSMU", "UPDATE x SET a = everything(b)")]
    [InlineData("LPSMU", "INSERT INTO x (a) VALUES (everything(1))")]
    [InlineData("LPSMU", "DELETE FROM x WHERE a = everything(b)")]
    [InlineData("LPM", "WITH c AS (SELECT everything(1)) SELECT * FROM c")]
    [InlineData("P", "SELECT DISTINCT ON (a) everything(b) FROM x")]
    [InlineData("P", "SELECT a[1:everything(b)] FROM x")]
    [InlineData("P", "SELECT @everything(b) FROM x")]
    [InlineData("P", "SELECT pg_catalog.query_to_xml('DELETE FROM x', true, true, '')")]
    [InlineData("S", "SELECT * FROM OPENROWSET('a', 'b', 'DELETE FROM x')")]
    [InlineData("S", "SELECT * FROM OPENQUERY(server, 'DELETE FROM x')")]
    [InlineData("L", "SELECT load_extension('a')")]
    [InlineData("PSU", "SELECT match(a), ifnull(b)")]
    [InlineData("LSMU", "SELECT setval('a', 1)")]
    [InlineData("P", "SELECT copy(1), reset(2)")]
    [InlineData("LPM", "EXPLAIN SELECT everything()")]
    [InlineData("P", "PREPARE p AS SELECT 1")]
    public void A_call_of_something_that_is_not_known_is_a_routine(string dialects, string sql)
        => Dialects.Each(dialects, sql, static facts =>
        {
            Assert.True(facts.HasUnknownTargets || facts.Routines.Count > 0);
            Assert.True(facts.MayWrite);
        });

    [Theory]
    [InlineData("LPSMU", "SELECT COUNT(*), sum(a), Max (b) FROM x GROUP BY c HAVING (COUNT(*) > 1)")]
    [InlineData("LPSMU", "SELECT ROW_NUMBER() OVER (PARTITION BY a ORDER BY b), LAG(a) OVER w FROM x WINDOW w AS (ORDER BY a)")]
    [InlineData("P", "SELECT COUNT(*) FILTER (WHERE a), percentile_cont(0.5) WITHIN GROUP (ORDER BY b) FROM x")]
    [InlineData("P", "SELECT a FROM x GROUP BY GROUPING SETS ((a), (b)), ROLLUP (a), CUBE (b)")]
    [InlineData("LPSMU", "SELECT CAST(a AS varchar(10)), CAST(b AS decimal(18, 2)), COALESCE(a, b), NULLIF(a, b) FROM x")]
    [InlineData("LPSMU", "SELECT lower(upper(trim(a))), SUBSTRING(a, 1, 2), replace(a, 'b', 'c'), abs(round(a)) FROM x")]
    [InlineData("P", "SELECT a::varchar(10), a = ANY (@ids), ARRAY(SELECT 1), extract(year FROM b), pg_catalog.lower(a) FROM x")]
    [InlineData("P", "SELECT * FROM unnest(@a, @b) AS u(c, d), generate_series(1, 5) g(n) JOIN LATERAL (SELECT 1) l (m) ON a")]
    [InlineData("P", "SELECT nextval('s'), setval('s', 1), pg_advisory_lock(1), now(), gen_random_uuid()")]
    [InlineData("P", "SELECT * FROM x, jsonb_to_recordset(a) AS r(b int, c text) WHERE to_tsvector(d) @@ plainto_tsquery(@e)")]
    [InlineData("S", "SELECT * FROM OPENJSON(@ids) WITH ([value] int '$') AS i CROSS APPLY (SELECT 1 AS a) b")]
    [InlineData("S", "SELECT DATEADD(day, 1, GETDATE()), LEN(a), ISNULL(a, b), IIF(a = b, 1, 2), CONVERT(nvarchar(9), a)")]
    [InlineData("S", "SELECT * FROM (VALUES (1, 2), (3, 4)) AS v (a, b) PIVOT (SUM(a) FOR b IN ([2], [4])) AS p")]
    [InlineData("L", "SELECT json_extract(a, '$.b'), strftime('%Y', c), ef_sum(d), ifnull(e, 1) FROM x, json_each(@ids) j")]
    [InlineData("M", "SELECT IF(a, b, c), DATE_ADD(a, INTERVAL 1 DAY), GROUP_CONCAT(a), LEFT(a, 1) FROM x USE INDEX (i)")]
    [InlineData("M", "SELECT * FROM JSON_TABLE(@a, '$[*]' COLUMNS (b int PATH '$')) j WHERE MATCH (c) AGAINST ('d')")]
    [InlineData("LPSMU", "INSERT INTO x (a, b) VALUES (1, 2), (3, 4)")]
    [InlineData("LPSMU", "INSERT INTO shop.\"x\" (a, b) SELECT 1, 2")]
    [InlineData("LPSMU", "WITH c (a, b) AS (SELECT 1, 2) SELECT * FROM c WHERE a IN (SELECT 1) AND b NOT IN (1)")]
    [InlineData("LP", "INSERT INTO x (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET (a, b) = (1, 2) WHERE (x.a > 1) RETURNING (a)")]
    [InlineData("LPSMU", "SELECT * FROM a JOIN b USING (c) WHERE a.d BETWEEN (1) AND (2) OR a.e LIKE ('f') LIMIT (1) OFFSET (2)")]
    public void What_only_looks_like_a_call_and_what_is_built_in_is_no_routine(string dialects, string sql)
        => Dialects.Each(dialects, sql, static facts => Assert.Empty(facts.Routines));
}
