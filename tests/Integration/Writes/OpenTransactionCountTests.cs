using FastOrm.Cache.EfCore;
using FastOrm.Cache.EfCore.Invalidation;
using FastOrm.Cache.Engine;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Writes;

/// <summary>
/// Every look-up asks whether a transaction has ended. That costs the same however much was written in it, and afterwards nothing.
/// </summary>
public abstract class OpenTransactionCountTests : IDisposable
{
    private readonly TestShop _shop;

    protected OpenTransactionCountTests(Provider provider)
    {
        _shop = new TestShop(provider: provider);
        _shop.Warm(Tag);
    }

    private int Waiting => UnseenEnds.Of((CacheEngine)_shop.Cache).Count;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_transaction_is_waited_for_once_whatever_is_sent_in_it(bool commit)
    {
        using var db = _shop.New();
        using (var transaction = db.Database.BeginTransaction())
        {
            Write(db, 50);
            Assert.Equal(1, Waiting);
            if (commit)
            {
                transaction.Commit();
            }
            else
            {
                transaction.Rollback();
            }
        }

        AssertEnded(commit);
    }

    [Fact]
    public void A_transaction_that_is_begun_by_SQL_is_waited_for_once_whatever_is_sent_in_it()
    {
        using var db = _shop.New();
        db.Database.OpenConnection();
        db.Database.ExecuteSqlRaw("BEGIN");
        Write(db, 50);
        Assert.Equal(1, Waiting);
        db.Database.ExecuteSqlRaw("COMMIT");

        AssertEnded(isCommitted: true);
    }

    [Fact]
    public void A_transaction_of_the_application_is_waited_for_once_whatever_is_sent_in_it()
    {
        using var connection = _shop.Connect();
        using var db = _shop.NewOn(connection);
        using (var transaction = connection.BeginTransaction())
        {
            db.Database.UseTransaction(transaction);
            Write(db, 50);
            Assert.Equal(1, Waiting);
            transaction.Commit();
        }

        AssertEnded(isCommitted: true);
    }

    [Fact]
    public void Savepoints_are_not_waited_for()
    {
        using var db = _shop.New();
        using (var transaction = db.Database.BeginTransaction())
        {
            for (var i = 0; i < 20; i++)
            {
                transaction.CreateSavepoint("a");
                Write(db, 1);
                transaction.RollbackToSavepoint("a");
            }

            Assert.InRange(Waiting, 0, 1);
            Write(db, 1);
            transaction.Commit();
        }

        AssertEnded(isCommitted: true);
    }

    [Fact]
    public void Statements_without_a_transaction_are_not_waited_for()
    {
        _shop.Run(db => Write(db, 20));

        AssertEnded(isCommitted: true);
    }

    public void Dispose() => _shop.Dispose();

    private static string Tag(ShopContext db) => db.Tags.Where(t => t.Id == 1).Select(t => t.Name).Remember().Single();

    private static void Write(ShopContext db, int times)
    {
        for (var i = 1; i <= times; i++)
        {
            db.Database.ExecuteSql($"""UPDATE "Tags" SET "Name" = 'new' WHERE "Id" = 1""");
            Assert.Single(db.Tags.FromSqlRaw(
                """UPDATE "Tags" SET "Name" = 'new' WHERE "Id" = 1 RETURNING *""").AsNoTracking().ToList());
            db.Tags.ExecuteUpdate(static set => set.SetProperty(static t => t.Name, static t => t.Name));
            db.Categories.Single(static c => c.Id == 1).Name += "x";
            db.SaveChanges();
        }
    }

    private void AssertEnded(bool isCommitted)
    {
        Assert.Equal(isCommitted ? "new" : "tag 1", _shop.Count(Tag).Result); // A look-up finds what EF Core has not told.
        Assert.Equal(0, Waiting);
    }
}

public sealed class SqliteOpenTransactionCountTests() : OpenTransactionCountTests(Provider.Sqlite);

public sealed class PostgresOpenTransactionCountTests() : OpenTransactionCountTests(Provider.PostgreSql);
