namespace FastOrm.Cache.Tests.Unit.Invalidation.Sql;

public sealed class SqlTargetTests
{
    [Theory]
    // INSERT
    [InlineData("LPSMU", "INSERT INTO Products (Id, Name) VALUES (1, 'a')", "Products")]
    [InlineData("LPSMU", "INSERT INTO \"Products\" SELECT * FROM Orders", "Products")]
    [InlineData("LPSMU", "INSERT INTO shop.Products DEFAULT VALUES", "Products")]
    [InlineData("S", "INSERT [db].[dbo].[Products] ([Id]) VALUES (1)", "Products")]
    [InlineData("S", "INSERT INTO db..Products VALUES (1)", "Products")]
    [InlineData("S", "INSERT TOP (5) INTO Products SELECT * FROM Orders", "Products")]
    [InlineData("S", "INSERT INTO Products (Id) OUTPUT inserted.Id INTO Log (Id) VALUES (1)", "Log Products")]
    [InlineData("S", "INSERT INTO Products OUTPUT inserted.Id INTO @ids VALUES (1)", "@ids Products")]
    [InlineData("S", "INSERT INTO #temp SELECT * FROM Products", "#temp")]
    [InlineData("M", "INSERT IGNORE Products (Id) VALUES (1)", "Products")]
    [InlineData("M", "INSERT LOW_PRIORITY IGNORE INTO Products SET Id = 1", "Products")]
    [InlineData("M", "INSERT INTO Products (Id) VALUES (1) ON DUPLICATE KEY UPDATE Id = 2", "Products")]
    [InlineData("M", "INSERT INTO 2020Orders VALUES (1)", "2020Orders")]
    [InlineData("LU", "INSERT OR REPLACE INTO Products VALUES (1)", "Products")]
    [InlineData("LU", "INSERT OR IGNORE INTO main.Products VALUES (1)", "Products")]
    [InlineData("LMU", "REPLACE INTO Products VALUES (1)", "Products")]
    [InlineData("M", "REPLACE Products (Id) VALUES (1)", "Products")]
    [InlineData("LP", "INSERT INTO Products AS p (Id) VALUES (1) ON CONFLICT (Id) DO UPDATE SET Id = excluded.Id", "Products")]
    [InlineData("LP", "INSERT INTO Products VALUES (1) ON CONFLICT DO NOTHING RETURNING Id", "Products")]
    [InlineData("P", "INSERT INTO Products VALUES (1) ON CONFLICT ON CONSTRAINT pk DO UPDATE SET Id = 2", "Products")]
    [InlineData("L", "INSERT INTO 'Products' VALUES ('Orders')", "Products")]
    [InlineData("L", "INSERT INTO [Products] VALUES (1)", "Products")]
    [InlineData("LMU", "INSERT INTO `shop`.`Pro``ducts` VALUES (1)", "Pro`ducts")]
    [InlineData("LPSM", "INSERT/**/INTO-- x\n Products/* Orders */VALUES (1)", "Products")]
    // UPDATE
    [InlineData("LPSMU", "UPDATE Products SET Name = 'a'", "Products")]
    [InlineData("LPSMU", "update \"Products\" set \"update\" = 1 where \"Id\" = @p", "Products")]
    [InlineData("LPM", "UPDATE Products AS p SET Name = 'a' WHERE p.Id IN (SELECT Id FROM Orders)", "Products")]
    [InlineData("LP", "UPDATE Products SET Name = o.Name FROM Orders AS o JOIN Lines AS l ON l.Id = o.Id", "Products")]
    [InlineData("L", "UPDATE OR IGNORE Products SET Id = 1", "Products")]
    [InlineData("L", "UPDATE Products INDEXED BY ix SET Id = 1", "Products")]
    [InlineData("P", "UPDATE ONLY Products SET Id = 1", "Products")]
    [InlineData("P", "UPDATE ONLY (Products) SET Id = 1", "Products")]
    [InlineData("P", "UPDATE Products * SET Id = 1", "Products")]
    [InlineData("P", "UPDATE Products SET (a, b) = (SELECT c, d FROM Orders)", "Products")]
    [InlineData("S", "UPDATE p SET Name = 'a' FROM Products AS p", "Products")]
    [InlineData("S", "UPDATE [p] SET [p].[Name] = 'a' FROM [dbo].[Products] AS [p] WHERE [p].[Id] = 1", "Products")]
    [InlineData("S", "UPDATE p SET Name = 'a' FROM Orders o INNER JOIN Products p ON p.Id = o.Id", "Products")]
    [InlineData("S", "UPDATE p SET Name = 'a' FROM Orders o, Products p", "Products")]
    [InlineData("S", "UPDATE Products SET Name = o.Name FROM Products JOIN Orders o ON o.Id = Products.Id", "Products")]
    [InlineData("S", "UPDATE TOP (10) Products WITH (ROWLOCK) SET Name = 'a'", "Products")]
    [InlineData("S", "UPDATE p SET a = 1 OUTPUT deleted.a INTO Log FROM Products p", "Log Products")]
    [InlineData("U", "UPDATE p SET Name = 'a' FROM Products AS p", "p Products")]
    [InlineData("M", "UPDATE Products p JOIN Orders AS o ON o.Id = p.Id SET p.Name = o.Name", "Orders Products")]
    [InlineData("M", "UPDATE Products, shop.Orders SET Products.Name = 'a'", "Orders Products")]
    [InlineData("M", "UPDATE Products p JOIN (Orders o, Lines l) ON COALESCE(o.Id, l.Id) = 1 SET a = 1", "Lines Orders Products")]
    [InlineData("M", "UPDATE Products p JOIN (SELECT Id FROM Orders) o USING (Id) SET p.Name = 'a'", "Products")]
    [InlineData("M", "WITH o AS (SELECT 1 AS Id) UPDATE Products p JOIN o ON o.Id = p.Id SET p.Name = 'a'", "Products")]
    [InlineData("M", "WITH shop AS (SELECT 1) UPDATE shop.Products, shop SET a = 1", "Products")]
    [InlineData("M", "UPDATE LOW_PRIORITY IGNORE Products SET Id = 1", "Products")]
    [InlineData("LPSMU", "UPDATE \"select\" SET Id = 1", "select")]
    [InlineData("LPSMU", "UPDATE shop.update SET Id = 1", "update")]
    [InlineData("LPSMU", "UPDATE Größen SET Id = 1", "Größen")]
    // DELETE
    [InlineData("LPSMU", "DELETE FROM Products", "Products")]
    [InlineData("LPSMU", "DELETE FROM Products WHERE Id IN (SELECT Id FROM Orders)", "Products")]
    [InlineData("LPM", "DELETE FROM Products AS p WHERE p.Id = 1", "Products")]
    [InlineData("P", "DELETE FROM ONLY Products USING Orders o WHERE o.Id = Products.Id", "Products")]
    [InlineData("S", "DELETE Products WHERE Id = 1", "Products")]
    [InlineData("S", "DELETE FROM [p] FROM [Products] AS [p] LEFT JOIN [Orders] AS [o] ON [o].[Id] = [p].[Id]", "Products")]
    [InlineData("S", "DELETE p FROM Products p", "Products")]
    [InlineData("S", "DELETE TOP (5) PERCENT FROM Products OUTPUT deleted.Id INTO Log (Id) WHERE Id > 1", "Log Products")]
    [InlineData("M", "DELETE p, o FROM Products p JOIN Orders o ON o.Id = p.Id JOIN Lines l", "Orders Products")]
    [InlineData("M", "DELETE p.*, shop.Orders.* FROM Products p, shop.Orders", "Orders Products")]
    [InlineData("M", "DELETE FROM p USING Products AS p JOIN Orders o", "Products")]
    [InlineData("M", "DELETE QUICK FROM Products", "Products")]
    // MERGE
    [InlineData("PSU", "MERGE INTO Products AS p USING Orders AS o ON p.Id = o.Id WHEN MATCHED THEN UPDATE SET a=1", "Products")]
    [InlineData(
        "PS",
        "MERGE Products p USING (VALUES (1)) AS s (Id) ON p.Id = s.Id WHEN MATCHED AND s.Id = 1 THEN DELETE "
            + "WHEN NOT MATCHED THEN INSERT (Id) VALUES (s.Id);",
        "Products")]
    [InlineData(
        "S",
        "MERGE [Products] WITH (HOLDLOCK) USING Orders o ON 1 = 1 WHEN NOT MATCHED THEN INSERT VALUES (1) OUTPUT 1 INTO Log",
        "Log Products")]
    // Expressions that write, and others that do not
    [InlineData("P", "WITH d AS (DELETE FROM Products RETURNING *), i AS (INSERT INTO Log TABLE d) SELECT 1", "Log Products")]
    [InlineData("P", "WITH u AS (UPDATE Products SET a = 1 RETURNING *) INSERT INTO Log SELECT * FROM u", "Log Products")]
    [InlineData("LP", "WITH Products AS (SELECT 1) DELETE FROM Products", "Products")]
    [InlineData("LPSM", "WITH x AS (SELECT 1) INSERT INTO Products SELECT * FROM x", "Products")]
    // SELECT INTO, TRUNCATE, COPY, files
    [InlineData("PSU", "SELECT * INTO Copies FROM Products", "Copies")]
    [InlineData("PU", "SELECT * INTO UNLOGGED Copies FROM Products", "Copies")]
    [InlineData("LPSMU", "TRUNCATE TABLE Products", "Products")]
    [InlineData("PM", "TRUNCATE Products", "Products")]
    [InlineData("P", "TRUNCATE ONLY shop.Products, Orders * RESTART IDENTITY", "Orders Products")]
    [InlineData("P", "COPY Products (Id, Name) FROM STDIN", "Products")]
    [InlineData("S", "BULK INSERT dbo.Products FROM 'file'", "Products")]
    [InlineData("M", "LOAD DATA LOCAL INFILE 'file' INTO TABLE Products (Id, Name)", "Products")]
    // The schema
    [InlineData("LPSMU", "CREATE TABLE Products (Id int PRIMARY KEY, Name varchar(10), Price decimal(18, 2))", "Products")]
    [InlineData("LPM", "CREATE TEMPORARY TABLE IF NOT EXISTS Copies AS SELECT * FROM Products", "Copies")]
    [InlineData("LPSMU", "CREATE TABLE Lines (Id int REFERENCES Products (Id) ON DELETE CASCADE ON UPDATE SET NULL)", "Lines")]
    [InlineData("LPMU", "CREATE OR REPLACE VIEW Cheap (Id) AS SELECT Id FROM Products", "Cheap")]
    [InlineData("LPSMU", "CREATE UNIQUE INDEX ix ON Products (Name, Id)", "Products")]
    [InlineData("LPSMU", "DROP TABLE IF EXISTS Products, shop.Orders", "Orders Products")]
    [InlineData("LPSMU", "DROP VIEW Cheap", "Cheap")]
    [InlineData("SM", "DROP INDEX ix ON Products", "Products")]
    // Batches
    [InlineData("LPSMU", "DELETE FROM Products; UPDATE Orders SET a = 1; SELECT * FROM Lines", "Orders Products")]
    [InlineData("S", "SET NOCOUNT ON DELETE Products UPDATE o SET a=1 FROM Orders o INSERT Log SELECT 1", "Log Orders Products")]
    [InlineData("LPSM", "BEGIN; DELETE FROM Products; COMMIT", "Products")]
    public void The_written_tables_are_found(string dialects, string sql, string targets)
        => Dialects.Each(dialects, sql, facts =>
        {
            Assert.Equal(targets, Dialects.List(facts.Targets));
            Assert.False(facts.HasUnknownTargets);
            Assert.Empty(facts.Routines);
            Assert.True(facts.MayWrite);
            Assert.All(facts.Targets, target => Assert.Contains(target, facts.Names));
        });

    [Theory]
    [InlineData("SU", "WITH c AS (SELECT * FROM Products) DELETE FROM c")]
    [InlineData("SU", "WITH c AS (SELECT TOP (1) * FROM Products) UPDATE x SET a = 1 FROM c AS x")]
    [InlineData("S", "UPDATE d SET a = 1 FROM (SELECT * FROM Products) AS d")]
    [InlineData("S", "DELETE d FROM dbo.Cheap(5) AS d")]
    [InlineData("PU", "UPDATE x")]
    [InlineData("LPSMU", "UPDATE SET a = 1")]
    [InlineData("LPSMU", "DELETE FROM")]
    [InlineData("LPSMU", "DELETE FROM WHERE a = 1")]
    [InlineData("LPSMU", "INSERT INTO (SELECT 1)")]
    [InlineData("LPSMU", "INSERT INTO {0} VALUES (1)")]
    [InlineData("LPSMU", "SELECT a INTO FROM b")]
    [InlineData("P", "COPY (SELECT 1) TO STDOUT")]
    [InlineData("LPSMU", "ALTER TABLE Products RENAME TO Goods")]
    [InlineData("S", "ALTER TABLE Products SWITCH TO Goods")]
    [InlineData("P", "DROP INDEX ix")]
    [InlineData("P", "DROP TABLE Products CASCADE")]
    [InlineData("P", "TRUNCATE Products, Orders CASCADE")]
    [InlineData("P", "TRUNCATE Products RESTART IDENTITY CASCADE")]
    [InlineData("P", "COMMIT PREPARED 'x'")]
    [InlineData("LPSMU", "CREATE FUNCTION f () RETURNS int AS 'a'")]
    [InlineData("LPSMU", "LOAD x")]
    [InlineData("P", "DELETE FROM a_name_that_is_too_long_for_postgres_and_is_cut_after_63_characters")]
    public void Targets_that_are_not_found_are_said_to_be_unknown(string dialects, string sql)
        => Dialects.Each(dialects, sql, static facts => Assert.True(facts.HasUnknownTargets));

    [Fact]
    public void A_table_whose_trigger_is_made_is_among_the_targets()
        => Dialects.Each(
            Dialects.All,
            "CREATE TRIGGER tr AFTER INSERT ON Products BEGIN UPDATE Orders SET a = 1; END",
            static facts => Assert.Superset(new HashSet<string> { "Products", "Orders" }, facts.Targets.ToHashSet()));

    [Fact]
    public void Names_are_compared_without_regard_to_case()
        => Dialects.Each(Dialects.All, "DELETE FROM Products", static facts =>
        {
            Assert.Contains("PRODUCTS", facts.Targets);
            Assert.Contains("products", facts.Names);
        });
}
