using System.Data.Common;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace FastOrm.Cache.Tests.Integration.Writes;

/// <summary>SQL that the application writes itself: what its text names is dropped, and where that does not tell, everything.</summary>
public abstract class RawSqlWriteTests : IDisposable
{
    private readonly LogCapture _log = new();

    protected RawSqlWriteTests(Provider provider)
        => Shop = new TestShop(provider: provider, configure: options => options.UseLoggerFactory(_log));

    protected TestShop Shop { get; }

    public static TheoryData<string> Updates =>
    [
        """UPDATE "Tags" SET "Name" = 'new' WHERE "Id" = 1""",
        """update "Tags" set "Name" = 'new'""",
        """DELETE FROM "Tags" WHERE "Id" = 1""",
        """INSERT INTO "Tags" ("Id", "Name") VALUES (9, 'new')""",
        """INSERT INTO "Tags" ("Id", "Name") VALUES (1, 'new') ON CONFLICT ("Id") DO UPDATE SET "Name" = 'new'""",
        """/* UPDATE "Products" */ UPDATE "Tags" SET "Name" = '"Products"' -- "Products" """,
        """WITH "Products" AS (SELECT 1 AS "Id") UPDATE "Tags" SET "Name" = 'new' WHERE "Id" IN (SELECT "Id" FROM "Products")""",
    ];

    public static TheoryData<string> Returning =>
    [
        """INSERT INTO "Tags" ("Id", "Name") VALUES (9, 'new') RETURNING "Id", "Name" """,
        """UPDATE "Tags" SET "Name" = 'new' RETURNING "Id", "Name" """,
        """DELETE FROM "Tags" WHERE "Id" = 1 RETURNING "Id", "Name" """,
    ];

    [Theory]
    [MemberData(nameof(Updates))]
    public void ExecuteSql_drops_the_tables_that_it_names_and_no_others(string sql)
        => AssertDropsTags(db => db.Database.ExecuteSqlRaw(sql));

    [Fact]
    public void ExecuteSql_with_values_drops_them()
    {
        var name = "new";
        AssertDropsTags(db => db.Database.ExecuteSql($"""UPDATE "Tags" SET "Name" = {name}"""));
    }

    [Fact]
    public async Task ExecuteSqlAsync_drops_them()
    {
        var tags = Shop.Warm(Tags);
        await using (var db = Shop.New())
        {
            await db.Database.ExecuteSqlRawAsync("""UPDATE "Tags" SET "Name" = 'new'""");
        }

        Shop.AssertFresh(Tags, tags);
    }

    [Theory]
    [MemberData(nameof(Returning))]
    public void FromSql_that_writes_drops_them(string sql)
        => AssertDropsTags(db => Assert.NotEmpty(db.Tags.FromSqlRaw(sql).AsNoTracking().ToList()));

    [Theory]
    [MemberData(nameof(Returning))]
    public void SqlQuery_that_writes_drops_them(string sql)
        => AssertDropsTags(db => Assert.NotEmpty(db.Database.SqlQueryRaw<TagRow>(sql).ToList()));

    [Fact]
    public async Task SqlQuery_that_writes_drops_them_also_when_it_is_read_asynchronously_and_not_to_its_end()
    {
        var tags = Shop.Warm(Tags);
        await using (var db = Shop.New())
        {
            await using var rows = db.Tags.FromSqlRaw("""UPDATE "Tags" SET "Name" = 'new' RETURNING *""").AsNoTracking().AsAsyncEnumerable().GetAsyncEnumerator();
            Assert.True(await rows.MoveNextAsync());
        }

        Shop.AssertFresh(Tags, tags);
    }

    [Fact]
    public void What_is_loaded_before_the_rows_of_a_statement_are_closed_is_not_kept_beyond_it()
    {
        var tags = Shop.Warm(Tags);
        using (var db = Shop.New())
        {
            // SQLite commits when the reader is closed, so whoever reads now sees the rows of before.
            using var rows = db.Tags.FromSqlRaw("""UPDATE "Tags" SET "Name" = 'new' RETURNING *""").AsNoTracking().AsEnumerable().GetEnumerator();
            Assert.True(rows.MoveNext());
            Shop.Count(Tags);
        }

        Shop.AssertFresh(Tags, tags);
    }

    [Theory]
    [InlineData("""SELECT * FROM "Tags" """)]
    [InlineData("""SELECT COUNT(*), MAX(LENGTH("Name")) FROM "Tags" WHERE COALESCE("Name", 'UPDATE') LIKE '%DELETE%'""")]
    [InlineData("BEGIN; COMMIT")]
    public void SQL_that_only_reads_drops_nothing(string sql)
    {
        var tags = Shop.Warm(Tags);
        var invalidations = Shop.Cache.Statistics.Invalidations;
        using (var db = Shop.New())
        {
            db.Database.ExecuteSqlRaw(sql);
            _ = db.Tags.FromSqlRaw("""SELECT * FROM "Tags" """).ToList();
            _ = db.Tags.FromSqlRaw("""SELECT * FROM "Tags" """).Where(static t => t.Id > 1).ToList();
        }

        Assert.Equal(invalidations, Shop.Cache.Statistics.Invalidations);
        Shop.AssertHit(Tags, tags);
    }

    [Fact]
    public void A_delete_drops_what_the_database_deletes_with_it()
        => Shop.AssertDiesWith(
            static db => db.Orders.SelectMany(static o => o.Lines).Remember().Count().ToString(),
            static db => db.Database.ExecuteSqlRaw("""DELETE FROM "Orders" WHERE "Id" = 1"""));

    [Fact]
    public void A_text_that_names_no_table_drops_everything_and_is_warned_of_once()
    {
        using (var db = Shop.New())
        {
            db.Database.ExecuteSqlRaw("CREATE TABLE elsewhere (id INT)");
        }

        _log.Clear();
        for (var i = 0; i < 2; i++)
        {
            var tags = Shop.Warm(Tags);
            Send("INSERT INTO elsewhere VALUES (1)");
            Assert.NotEqual(0, Shop.Count(Tags).Commands);
            Shop.AssertHit(Tags, tags);
        }

        Assert.Single(_log.Of(FastOrmCacheEventId.UnknownWrite));
    }

    [Fact]
    public void A_warning_that_is_thrown_comes_after_everything_was_dropped()
    {
        const string TaggedElsewhere = """CREATE TABLE elsewhere AS SELECT 1 AS id; UPDATE "Tags" SET "Name" = 'new'""";
        var tags = Shop.Warm(Tags);
        using var db = new ShopContext(Shop.Configure().ConfigureWarnings(static warnings
            => warnings.Throw(FastOrmCacheEventId.UnknownWrite)).Options);

        var error = Assert.Throws<InvalidOperationException>(() => db.Database.ExecuteSqlRaw(TaggedElsewhere));

        Assert.Contains(nameof(FastOrmCacheEventId.UnknownWrite), error.Message, StringComparison.Ordinal);
        Shop.AssertFresh(Tags, tags);
    }

    [Fact]
    public void A_warning_that_is_thrown_takes_the_place_of_no_error_of_the_database()
    {
        using var db = new ShopContext(Shop.Configure().ConfigureWarnings(static warnings
            => warnings.Throw(FastOrmCacheEventId.UnknownWrite)).Options);

        Assert.ThrowsAny<DbException>(() => db.Database.ExecuteSqlRaw("INSERT INTO nowhere VALUES (1)"));
    }

    [Fact]
    public void A_statement_whose_tables_are_stated_drops_those()
    {
        using (var db = Shop.New())
        {
            db.Database.ExecuteSqlRaw("CREATE TABLE elsewhere (id INT)");
        }

        _log.Clear();
        var (tags, products) = (Shop.Warm(Tags), Shop.Warm(Products));
        using (RememberScope.Writing("tags"))
        {
            Send("INSERT INTO elsewhere VALUES (1)");
        }

        Assert.NotEqual(0, Shop.Count(Tags).Commands);
        Shop.AssertHit(Products, products);
        using (RememberScope.Writing())
        {
            Send("INSERT INTO elsewhere VALUES (1)");
        }

        Shop.AssertHit(Tags, tags);
        Assert.Empty(_log.Of(FastOrmCacheEventId.UnknownWrite));
        Send("INSERT INTO elsewhere VALUES (1)");
        Assert.NotEqual(0, Shop.Count(Products).Commands);
    }

    [Fact]
    public void Tables_that_are_stated_are_dropped_also_where_the_text_seems_to_read_only()
    {
        var products = Shop.Warm(Products);
        foreach (var send in (Action<ShopContext>[])
        [
            static db => db.Database.ExecuteSqlRaw("SELECT 1"),
            static db => Assert.Single(db.Database.SqlQueryRaw<int>("""SELECT 1 AS "Value" """).ToList()),
            static db => Assert.Single(db.Categories.FromSqlRaw("""SELECT * FROM "Categories" WHERE "Id" = 1""").ToList()),
        ])
        {
            Shop.Warm(Tags);
            using (RememberScope.Writing("tags"))
            {
                Shop.Run(send);
            }

            Assert.NotEqual(0, Shop.Count(Tags).Commands);
            Shop.AssertHit(Products, products);
        }
    }

    [Fact]
    public void A_statement_that_fails_drops_what_it_names()
    {
        Shop.Warm(Tags);
        using (var db = Shop.New())
        {
            Assert.ThrowsAny<Exception>(() => db.Database.ExecuteSqlRaw("""INSERT INTO "Tags" ("Id", "Name") VALUES (1, 'twice')"""));
        }

        Assert.NotEqual(0, Shop.Count(Tags).Commands);
    }

    [Fact]
    public async Task A_statement_that_is_cancelled_drops_what_it_names()
    {
        Shop.Warm(Tags);
        using var cancellation = new CancellationTokenSource();
        await using (var db = new ShopContext(Shop.Configure(new Canceller(cancellation)).Options))
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => db.Database.ExecuteSqlRawAsync(
                """UPDATE "Tags" SET "Name" = 'new'""", cancellation.Token));
        }

        Assert.NotEqual(0, Shop.Count(Tags).Commands);
    }

    [Fact]
    public void In_a_transaction_it_counts_when_that_is_committed_and_not_when_it_is_rolled_back()
    {
        var tags = Shop.Warm(Tags);
        using var db = Shop.New();
        using (db.Database.BeginTransaction())
        {
            db.Database.ExecuteSqlRaw("""UPDATE "Tags" SET "Name" = 'lost'""");
        }

        Shop.AssertHit(Tags, tags);
        using (var transaction = db.Database.BeginTransaction())
        {
            db.Database.ExecuteSqlRaw("""UPDATE "Tags" SET "Name" = 'new'""");
            Shop.AssertHit(Tags, tags);
            transaction.Commit();
        }

        Shop.AssertFresh(Tags, tags);
    }

    [Fact]
    public void Tables_that_are_made_anew_drop_everything()
    {
        Shop.AssertDiesWith(Tags, static db =>
        {
            db.Database.EnsureDeleted();
            db.Database.EnsureCreated();
        });
        Shop.AssertDiesWith(Tags, static db =>
        {
            db.Add(new Tag { Id = 1, Name = "new" });
            db.SaveChanges();
        });
    }

    public void Dispose()
    {
        Shop.Dispose();
        _log.Dispose();
        GC.SuppressFinalize(this);
    }

    protected static string Tags(ShopContext db) => db.Tags.OrderBy(static t => t.Id).Remember().Select(static t => t.Id + t.Name).ToList().Text();

    protected static string Products(ShopContext db) => db.Products.Remember().Count().ToString();

    protected void Send(string sql)
    {
        using var db = Shop.New();
        db.Database.ExecuteSqlRaw(sql);
    }

    /// <summary>The write drops what reads tags, and nothing of the products.</summary>
    protected void AssertDropsTags(Action<ShopContext> write)
    {
        var products = Shop.Warm(Products);
        Shop.AssertDiesWith(Tags, write);
        Shop.AssertHit(Products, products);
        Assert.Empty(_log.Of(FastOrmCacheEventId.UnknownWrite));
    }

    protected sealed record TagRow(int Id, string Name);

    private sealed class Canceller(CancellationTokenSource cancellation) : DbCommandInterceptor
    {
        public override async ValueTask<int> NonQueryExecutedAsync(
            System.Data.Common.DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default)
        {
            await cancellation.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
            return result;
        }
    }
}

public sealed class SqliteRawSqlWriteTests() : RawSqlWriteTests(Provider.Sqlite)
{
    [Theory]
    [InlineData("PRAGMA foreign_keys = ON")]
    [InlineData("""PRAGMA table_info("Tags")""")]
    [InlineData("SAVEPOINT a; RELEASE a")]
    public void Settings_drop_nothing_that_is_remembered_for_longer(string sql)
    {
        Shop.Warm(Tags);
        Send(sql);

        Assert.InRange(Shop.Count(Tags).Commands, 0, 1);
    }

    [Fact]
    public void REPLACE_is_a_write() => AssertDropsTags(static db => db.Database.ExecuteSqlRaw("REPLACE INTO [Tags] (Id, Name) VALUES (1, 'new')"));
}

public sealed class PostgresRawSqlWriteTests() : RawSqlWriteTests(Provider.PostgreSql)
{
    [Fact]
    public void A_common_table_expression_that_writes_drops_its_table()
        => AssertDropsTags(static db => Assert.NotEmpty(db.Database.SqlQueryRaw<int>(
            """WITH changed AS (UPDATE "Tags" SET "Name" = 'new' RETURNING "Id") SELECT "Id" AS "Value" FROM changed""").ToList()));

    [Fact]
    public void TRUNCATE_and_MERGE_drop_their_tables()
    {
        AssertDropsTags(static db => db.Database.ExecuteSqlRaw(
            """
            MERGE INTO "Tags" AS t USING (SELECT 1 AS id) AS s ON t."Id" = s.id
            WHEN MATCHED THEN UPDATE SET "Name" = 'merged'
            """));
        Shop.AssertDiesWith(Tags, static db => db.Database.ExecuteSqlRaw("""TRUNCATE TABLE "Tags" CASCADE"""));
    }

    [Fact]
    public void A_statement_that_takes_too_long_drops_what_it_names()
        => AssertDropsTags(static db =>
        {
            db.Database.SetCommandTimeout(1);
            var error = Assert.ThrowsAny<Exception>(() => db.Database.ExecuteSqlRaw(
                """BEGIN; UPDATE "Tags" SET "Name" = 'new'; COMMIT; SELECT pg_sleep(60)"""));
            Assert.IsType<TimeoutException>(error.GetBaseException());
        });

    [Fact]
    public void A_query_of_LINQ_drops_nothing_whatever_function_EF_Core_makes_of_it_and_whatever_SQL_was_sent_before()
    {
        static string Images(ShopContext db)
            => db.Products.Where(static p => p.Image[0] == 1).Select(static p => p.Id).Remember().ToList().Text();

        AssertDropsTags(static db => Assert.NotEmpty(
            db.Tags.FromSqlRaw("""UPDATE "Tags" SET "Name" = 'new' RETURNING *""").AsNoTracking().ToList()));
        Shop.AssertSurvivesWith(Tags, static db => Assert.Single(db.Products.Where(static p => p.Image[0] == 1).ToList()));
        Assert.Contains(Shop.Sql.Texts, static sql => sql.Contains("get_byte(", StringComparison.Ordinal));
        Shop.Warm(Images);
    }

    [Fact]
    public void A_routine_drops_everything_unless_it_is_said_what_it_does()
    {
        Send("""CREATE FUNCTION rename_tags() RETURNS int AS $$ UPDATE "Tags" SET "Name" = "Name" || '!'; SELECT 1 $$ LANGUAGE sql""");
        Send("""CREATE PROCEDURE rename_all() AS $$ UPDATE "Tags" SET "Name" = "Name" || '?' $$ LANGUAGE sql""");
        Shop.AssertDiesWith(Tags, static db => db.Database.ExecuteSqlRaw("SELECT rename_tags()"));
        Shop.AssertDiesWith(Tags, static db => Assert.Single(db.Database.SqlQueryRaw<int>("""SELECT rename_tags() AS "Value" """).ToList()));
        Shop.AssertDiesWith(Tags, static db => Assert.Single(
            db.Database.SqlQueryRaw<int>("""SELECT rename_tags() AS "Value" """).Where(static i => i > 0).ToList()));
        Shop.AssertDiesWith(Tags, static db => db.Database.ExecuteSqlRaw("CALL rename_all()"));
        Shop.AssertDiesWith(Tags, static db => db.Database.ExecuteSqlRaw("""DO $$ BEGIN UPDATE "Tags" SET "Name" = 'done'; END $$"""));
    }
}
