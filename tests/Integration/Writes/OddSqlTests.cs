using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Writes;

/// <summary>Texts that are unusual, and that the databases run: what they change is seen.</summary>
public sealed class OddSqlTests
{
    public static TheoryData<string> OnSqlite =>
    [
        "UPDATE main.[Tags] SET Name = 'new'",
        "UPDATE 'Tags' SET Name = 'new'",
        "UPDATE `Tags` SET Name = 'new'",
        "update/**/Tags/* ; */set Name='new'--",
        "UPDATE Tags SET Name = 'a;b' || ';new' WHERE Id = 1;;",
        "SELECT 1; UPDATE Tags SET Name = 'new'",
        "SELECT ';UPDATE'; UPDATE \"Tags\" SET Name = 'new'",
        "WITH Tags2 AS (SELECT 1 AS Id) UPDATE Tags SET Name = 'new' WHERE Id IN (SELECT Id FROM Tags2)",
        """
        WITH RECURSIVE Tags2(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM Tags2 WHERE n < 3)
        UPDATE Tags SET Name = 'new' || (SELECT max(n) FROM Tags2)
        """,
        "WITH Tags(Id) AS (SELECT 1) DELETE FROM Tags WHERE Id IN (SELECT Id FROM Tags)",
        "UPDATE OR REPLACE Tags SET Name = 'new'",
        "INSERT OR REPLACE INTO Tags (Id, Name) VALUES (1, 'new')",
        "INSERT INTO Tags (Id, Name) SELECT 1, 'new' WHERE true ON CONFLICT DO UPDATE SET Name = excluded.Name",
        """
        CREATE TEMP VIEW v AS SELECT * FROM Tags;
        CREATE TEMP TRIGGER t INSTEAD OF UPDATE ON v BEGIN UPDATE Tags SET Name = 'new'; END;
        UPDATE v SET Name = 'x'
        """,
        """
        ALTER TABLE Tags RENAME COLUMN Name TO Nome;
        UPDATE Tags SET Nome = 'new';
        ALTER TABLE Tags RENAME COLUMN Nome TO Name
        """,
        "BEGIN; UPDATE Tags SET Name = 'new'; COMMIT",
        "SAVEPOINT a; UPDATE Tags SET Name = 'new'; RELEASE a",
        "CREATE INDEX i ON Tags (Name); UPDATE Tags INDEXED BY i SET Name = 'new' WHERE Name = 'tag 1'",
        "EXPLAIN SELECT 1; UPDATE Tags SET Name = 'new'",
        "PRAGMA user_version; UPDATE Tags SET Name = 'new'",
        "UPDATE Tags SET Name = \"new\" || 'x' FROM (SELECT 1 AS \"new\") AS s",
        "/* /* */ UPDATE Tags SET Name = 'new' /* */",
        "-- x\r\nUPDATE Tags SET Name = 'new'",
        "\uFEFFUPDATE Tags SET Name = 'new'",
    ];

    public static TheoryData<string> OnPostgreSql =>
    [
        """UPDATE public."Tags" SET "Name" = E'a\'; --' WHERE "Id" = 1""",
        """UPDATE ONLY ("Tags") SET "Name" = 'new'""",
        """UPDATE "Tags" * SET "Name" = 'new'""",
        """/* /* nested */ */ UPDATE "Tags" AS t SET "Name" = $q$ it's $q$""",
        """SELECT $$ $1 $$; UPDATE "Tags" SET "Name" = $_1$'$_1$""",
        """
        WITH x AS (DELETE FROM "Tags" RETURNING *)
        INSERT INTO "Tags" ("Id", "Name") SELECT "Id" + 100, "Name" FROM x
        """,
        """WITH "Tags" AS (SELECT 1 AS "Id") DELETE FROM "Tags" WHERE "Id" IN (SELECT "Id" FROM "Tags")""",
        """EXPLAIN (ANALYZE, COSTS OFF) UPDATE "Tags" SET "Name" = 'new'""",
        """PREPARE p AS UPDATE "Tags" SET "Name" = 'new'; EXECUTE p; DEALLOCATE p""",
        """UPDATE U&"T\0061gs" SET "Name" = 'new'""",
        """CREATE VIEW v AS SELECT * FROM "Tags"; UPDATE v SET "Name" = 'new'""",
        """DECLARE c CURSOR WITH HOLD FOR SELECT * FROM "Tags"; CLOSE c; UPDATE "Tags" SET "Name" = 'new'""",
        """
        BEGIN; DECLARE c CURSOR FOR SELECT * FROM "Tags" FOR UPDATE; MOVE c;
        UPDATE "Tags" SET "Name" = 'new' WHERE CURRENT OF c; COMMIT
        """,
        """SELECT 1 AS a INTO TEMP z; UPDATE "Tags" SET "Name" = 'new'""",
        """ALTER TABLE "Tags" RENAME TO "T2"; UPDATE "T2" SET "Name" = 'new'; ALTER TABLE "T2" RENAME TO "Tags" """,
        """MERGE INTO "Tags" t USING (VALUES (1)) v(id) ON t."Id" = v.id WHEN MATCHED THEN DELETE""",
        """SET LOCAL statement_timeout = 0; UPDATE "Tags" SET "Name" = 'new'""",
        "UPDATE \"Tags\" SET \"Name\" = 'a'\n'b'",
        """
        CREATE FUNCTION w(t "Tags") RETURNS int AS 'UPDATE "Tags" SET "Name" = ''new''; SELECT 1' LANGUAGE sql;
        SELECT (t).w FROM "Tags" t
        """,
    ];

    [Theory]
    [MemberData(nameof(OnSqlite))]
    public void What_SQLite_runs_is_seen(string sql) => AssertSeen(Provider.Sqlite, sql);

    [Theory]
    [MemberData(nameof(OnPostgreSql))]
    public void What_PostgreSQL_runs_is_seen(string sql) => AssertSeen(Provider.PostgreSql, sql);

    private static void AssertSeen(Provider provider, string sql)
    {
        using var shop = new TestShop(provider: provider);

        shop.AssertDiesWith(
            static db => db.Tags.OrderBy(static t => t.Id).Select(static t => t.Id + t.Name).Remember().ToList().Text(),
            db => db.Database.ExecuteSqlRaw(sql));
    }
}
