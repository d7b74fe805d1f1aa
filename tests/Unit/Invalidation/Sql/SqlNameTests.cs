namespace FastOrm.Cache.Tests.Unit.Invalidation.Sql;

public sealed class SqlNameTests
{
    [Theory]
    [InlineData("LPSMU", "SELECT Id FROM Products", "Id Products")]
    [InlineData("LPSMU", "SELECT p.Id FROM shop.Products AS p", "Id p Products")]
    [InlineData("S", "SELECT [p].[Id] FROM [db].[dbo].[Prod]]ucts] AS [p]", "Id p Prod]ucts")]
    [InlineData("S", "SELECT a FROM db..Products", "a Products")]
    [InlineData("S", "SELECT a FROM [Products ]", "a Products")]
    [InlineData("LPSMU", "SELECT a FROM \"Pro\"\"ducts\"", "a Pro\"ducts")]
    [InlineData("LPSM", "SELECT a /* FROM Orders */ FROM Products -- JOIN Lines", "a Products")]
    [InlineData("PSM", "SELECT 'Orders' FROM Products", "Products")]
    [InlineData("LU", "SELECT 'Orders' FROM Products", "Orders Products")]
    [InlineData("P", "SELECT $$Orders$$, E'\\'Orders', $a$ FROM Orders $a$ FROM Products", "Products")]
    [InlineData("LPSMU", "SELECT Products.* FROM Orders", "Orders Products")]
    [InlineData("LPSMU", "SELECT 1 FROM a, b CROSS JOIN c", "a b c")]
    [InlineData("LPSMU", "SELECT 1 FROM \"from\" JOIN \"select\" ON 1 = 1", "from select")]
    [InlineData("P", "SELECT 1 FROM set", "set")]
    [InlineData("P", "TABLE Products", "Products")]
    [InlineData("L", "PRAGMA table_info('Products')", "PRAGMA Products table_info")]
    // Common table expressions
    [InlineData("LPM", "WITH Orders AS (SELECT a FROM Products) SELECT * FROM Orders", "a Products")]
    [InlineData("LPM", "WITH Orders (a) AS (SELECT 1 FROM Products), b AS (SELECT a FROM Orders) SELECT 1 FROM b", "a Products")]
    [InlineData("SU", "WITH Orders AS (SELECT a FROM Products) SELECT * FROM Orders", "a Orders Products")]
    [InlineData("LPM", "WITH Orders AS (SELECT 1 FROM Orders) SELECT 1 FROM Orders", "Orders")]
    [InlineData("LPM", "WITH RECURSIVE Orders AS (SELECT 1 UNION ALL SELECT 2 FROM Orders) SELECT 1 FROM Orders", "RECURSIVE")]
    [InlineData("LPM", "WITH a AS (SELECT 1 FROM Orders), Orders AS (SELECT 1) SELECT 1 FROM a, Orders", "Orders")]
    [InlineData("LPM", "WITH Orders AS (SELECT 1) SELECT 1 FROM Orders; SELECT 1 FROM Orders", "Orders")]
    [InlineData("LPM", "WITH Orders AS (SELECT 1) SELECT 1 FROM shop.Orders", "Orders")]
    [InlineData("LPM", "WITH Orders AS (SELECT 1) INSERT INTO Orders SELECT 1 FROM Orders", "Orders")]
    [InlineData("LP", "WITH Orders AS (SELECT 1) UPDATE Orders SET a = 1", "a Orders")]
    [InlineData("LPM", "WITH Orders AS (SELECT 1) SELECT 1 WHERE EXISTS (SELECT 1 FROM Orders)", "")]
    [InlineData("LPM", "SELECT (WITH Orders AS (SELECT 1) SELECT 1 FROM Orders) FROM Orders", "Orders")]
    [InlineData("LPM", "SELECT (WITH Orders AS (SELECT 1) SELECT 1 FROM Orders) FROM Products", "Products")]
    [InlineData("LPM", "WITH a AS (WITH Orders AS (SELECT 1) SELECT 1 FROM Orders) SELECT 1 FROM a", "")]
    [InlineData("LPM", "WITH a AS (WITH Orders AS (SELECT 1) SELECT 1 FROM Orders) SELECT 1 FROM a, Orders", "Orders")]
    public void All_that_may_be_a_table_is_a_name(string dialects, string sql, string names)
        => Dialects.Each(dialects, sql, facts => Assert.Equal(names, Dialects.List(facts.Names)));

    [Fact]
    public void A_name_inside_of_a_longer_text_is_none()
        => Dialects.Each(Dialects.All, "SELECT 'FROM Orders', 'it''s Orders' FROM Products WHERE a = :Orders", static facts =>
        {
            Assert.Contains("Products", facts.Names);
            Assert.DoesNotContain("Orders", facts.Names);
        });

    [Fact]
    public void A_text_in_double_quotes_counts_as_a_name_where_a_setting_decides()
        => Dialects.Each(
            "MU",
            "DELETE FROM \"Products\" WHERE a = \"Orders\"",
            static facts => Assert.Contains("Orders", facts.Names));
}
