using System.Data.Common;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Writes;

/// <summary>Transactions that a context is in without having been told: begun by SQL, or by another context on the same connection.</summary>
public abstract class HiddenTransactionTests : IDisposable
{
    private readonly TestShop _shop;
    private readonly DbConnection _connection;

    protected HiddenTransactionTests(Provider provider)
    {
        _shop = new TestShop(provider: provider);
        _connection = _shop.Connect();
        _shop.Warm(Tag);
    }

    [Fact]
    public void A_context_on_a_connection_with_the_transaction_of_another_stores_nothing_that_may_be_rolled_back()
    {
        using var first = NewShared();
        using var second = NewShared();
        using (first.Database.BeginTransaction())
        {
            first.Add(new Tag { Id = 9, Name = "lost" });
            first.SaveChanges();

            // SQLite runs it in the transaction of the connection, of which the second context knows nothing.
            Assert.Equal(4, second.Tags.Remember().ToList().Count);
        }

        Assert.Equal(3, _shop.Count(db => db.Tags.Remember().ToList()).Result.Count);
    }

    [Fact]
    public void What_is_saved_on_a_connection_with_the_transaction_of_another_context_counts_after_its_commit()
    {
        using var first = NewShared();
        using var second = NewShared();
        using var transaction = first.Database.BeginTransaction();
        RenameTag(second);
        Assert.Equal("tag 1", _shop.Count(Tag).Result); // May be remembered until the commit.
        transaction.Commit();

        Assert.Equal("new", _shop.Count(Tag).Result);
    }

    [Fact]
    public void A_transaction_that_is_begun_by_SQL_is_a_transaction()
    {
        using var db = _shop.New();
        db.Database.OpenConnection();
        db.Database.ExecuteSqlRaw("BEGIN");
        RenameTag(db);
        Assert.Equal("new", Tag(db));
        Assert.Equal("tag 1", _shop.Count(Tag).Result); // May be remembered until the commit.
        db.Database.ExecuteSqlRaw("COMMIT");

        Assert.Equal("new", _shop.Count(Tag).Result);
    }

    [Fact]
    public void A_statement_that_returns_rows_counts_after_the_commit_of_the_transaction_that_is_begun_by_SQL()
    {
        using var db = _shop.New();
        db.Database.OpenConnection();
        db.Database.ExecuteSqlRaw("BEGIN");
        Assert.Single(db.Database.SqlQueryRaw<int>(
            """UPDATE "Tags" SET "Name" = 'new' WHERE "Id" = 1 RETURNING "Id" AS "Value" """).ToList());
        Assert.Equal("tag 1", _shop.Count(Tag).Result);
        Assert.Equal("tag 1", _shop.Count(Tag).Result); // Remembered until the commit.
        db.Database.ExecuteSqlRaw("COMMIT");

        Assert.Equal("new", _shop.Count(Tag).Result);
    }

    public void Dispose()
    {
        _connection.Dispose();
        _shop.Dispose();
    }

    private static string Tag(ShopContext db) => db.Tags.Where(t => t.Id == 1).Select(t => t.Name).Remember().Single();

    private static void RenameTag(ShopContext db)
    {
        db.Tags.Single(t => t.Id == 1).Name = "new";
        db.SaveChanges();
    }

    private ShopContext NewShared() => _shop.NewOn(_connection);
}

public sealed class HiddenTransactionTestsOnSqlite() : HiddenTransactionTests(Provider.Sqlite);

public sealed class HiddenTransactionTestsOnPostgreSql() : HiddenTransactionTests(Provider.PostgreSql);
