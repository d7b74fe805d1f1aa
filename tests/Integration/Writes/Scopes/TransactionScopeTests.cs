using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using static FastOrm.Cache.Tests.Integration.Writes.Scopes.ItemQueries;

namespace FastOrm.Cache.Tests.Integration.Writes.Scopes;

/// <summary>In a transaction the scopes of all its writes are held until it ends.</summary>
public abstract class TransactionScopeTests(Provider provider) : IDisposable
{
    private readonly TestDatabase<ItemContext> _database = ItemContext.NewDatabase(provider);

    [Fact]
    public void After_the_commit_what_was_written_is_seen_and_the_rest_left_alone()
    {
        var other = _database.Warm(List(5));
        var point = _database.Warm(Point(7));
        var list = _database.Warm(List(3));
        _database.AssertDiesWith(List(4), db =>
        {
            using var transaction = db.Database.BeginTransaction();
            Move(db, 7, 4);
            Move(db, 8, 2);
            _database.AssertHit(List(3), list);
            _database.AssertHit(Point(7), point);
            transaction.Commit();
        });

        _database.AssertFresh(List(3), list);
        _database.AssertFresh(Point(7), point);
        _database.AssertHit(List(5), other);
    }

    [Fact]
    public void After_a_rollback_nothing_was_written()
    {
        _database.AssertSurvivesWith(List(3), db =>
        {
            using var transaction = db.Database.BeginTransaction();
            Move(db, 7, 4);
            transaction.Rollback();
        });
        _database.AssertSurvivesWith(Point(7), db =>
        {
            using var transaction = db.Database.BeginTransaction();
            Move(db, 7, 4);
        });
        _database.AssertExact(List(4));
    }

    [Fact]
    public void A_rollback_to_a_savepoint_drops_what_was_written_after_it_and_nothing_else()
    {
        var five = _database.Warm(List(5));
        _database.AssertDiesWith(List(4), db =>
        {
            using var transaction = db.Database.BeginTransaction();
            Move(db, 7, 4);
            transaction.CreateSavepoint("here");
            Move(db, 9, 2);
            transaction.RollbackToSavepoint("here");
            transaction.Commit();
        });

        _database.AssertExact(List(3));
        _database.AssertExact(List(2));
        _database.AssertHit(List(5), five);
    }

    [Fact]
    public void A_save_that_fails_in_a_transaction_and_is_mended_is_seen_after_the_commit()
        => _database.AssertDiesWith(List(4), db =>
        {
            using var transaction = db.Database.BeginTransaction();
            var item = db.Items.Single(i => i.Id == 7);
            item.ShelfId = 99;
            Assert.ThrowsAny<DbUpdateException>(() => db.SaveChanges());
            item.ShelfId = 4;
            db.SaveChanges();
            transaction.Commit();
        });

    [Fact]
    public void A_row_that_is_written_in_two_transactions_at_once_is_seen_after_each()
    {
        if (_database.Provider == Provider.Sqlite)
        {
            return; // One writer at a time.
        }

        using var first = _database.New();
        using var second = _database.New();
        using var one = first.Database.BeginTransaction();
        using var two = second.Database.BeginTransaction();
        Move(first, 7, 4);
        Move(second, 8, 3);
        var list = _database.Warm(List(3));
        one.Commit();
        _database.AssertFresh(List(3), list);
        list = _database.Count(List(3)).Result;
        two.Commit();
        _database.AssertFresh(List(3), list);
    }

    [Fact]
    public void A_transaction_that_the_application_commits_itself_is_seen()
    {
        var list = _database.Warm(List(3));
        using (var db = _database.New())
        {
            using var transaction = db.Database.BeginTransaction();
            Move(db, 7, 4);
            transaction.GetDbTransaction().Commit();
        }

        _database.AssertFresh(List(3), list);
        _database.AssertExact(List(4));
    }

    [Fact]
    public void In_a_transaction_its_own_writes_are_seen()
    {
        _database.Warm(List(4));
        _database.Warm(Point(7));
        using (var db = _database.New())
        {
            using var transaction = db.Database.BeginTransaction();
            Move(db, 7, 4);
            Assert.Contains("item 7 4", List(4)(db), StringComparison.Ordinal);
            Assert.Contains("item 7 4", Point(7)(db), StringComparison.Ordinal);
        }

        _database.AssertExact(List(4));
        _database.AssertExact(Point(7));
    }

    public void Dispose() => _database.Dispose();

    private static void Move(ItemContext db, int id, int shelf)
    {
        db.Items.Single(i => i.Id == id).ShelfId = shelf;
        db.SaveChanges();
    }
}

public sealed class SqliteTransactionScopeTests() : TransactionScopeTests(Provider.Sqlite);

public sealed class PostgresTransactionScopeTests() : TransactionScopeTests(Provider.PostgreSql);
