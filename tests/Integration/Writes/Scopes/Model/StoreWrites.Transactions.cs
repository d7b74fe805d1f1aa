using System.Data.Common;
using System.Transactions;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.Tests.Integration.Writes.Scopes.Model;

/// <summary>Writes in transactions, and another request that reads before they end.</summary>
internal sealed partial class StoreWrites
{
    private IEnumerable<StoreWrite> Transactions() =>
    [
        new("transaction of saves", 4, TransactionOfSaves, IsSave: true),
        new("mixed transaction", 3, () => MixedTransaction(commit: true)),
        new("rollback", 2, () => MixedTransaction(commit: false)),
        new("shared connection", 3, SharedConnection, IsSave: true),
        new("raw commit", 3, () => RawTransaction(commit: true)),
        new("raw rollback", 2, () => RawTransaction(commit: false)),
        new("raw commit of EF's transaction", 2, RawCommitOfOwn),
        new("transaction by SQL", 2, TransactionBySql),
        new("TransactionScope", 3, AmbientTransaction),
    ];

    private void SaveSome(StoreContext db)
    {
        for (var i = _random.Next(2); i >= 0; i--)
        {
            var product = Any(db);
            if (_random.Next(3) == 0)
            {
                Move(product);
            }
            else
            {
                ChangeOne(db, product);
            }

            db.SaveChanges();
        }
    }

    /// <summary>Saves and statements.</summary>
    private void WriteSome(StoreContext db)
    {
        for (var i = _random.Next(3); i >= 0; i--)
        {
            switch (_random.Next(4))
            {
                case 0:
                    Insert(db);
                    db.SaveChanges();
                    break;
                case 1:
                    SaveSome(db);
                    break;
                default:
                    AnyStatement(db);
                    break;
            }

            db.ChangeTracker.Clear();
        }

        _readAsAnother();
    }

    private void TransactionOfSaves() => _database.Run(db =>
    {
        using var transaction = db.Database.BeginTransaction();
        SaveSome(db);
        if (_random.Next(3) == 0)
        {
            transaction.CreateSavepoint("here");
            SaveSome(db);
            transaction.RollbackToSavepoint("here");
            db.ChangeTracker.Clear();
        }

        _readAsAnother();
        SaveSome(db);
        transaction.Commit();
    });

    private void MixedTransaction(bool commit) => _database.Run(db =>
    {
        using var transaction = db.Database.BeginTransaction();
        WriteSome(db);
        if (_random.Next(3) == 0)
        {
            transaction.CreateSavepoint("here");
            WriteSome(db);
            transaction.RollbackToSavepoint("here");
            WriteSome(db);
        }

        if (commit)
        {
            transaction.Commit();
        }
        else if (_random.Next(2) == 0)
        {
            transaction.Rollback();
        }
    });

    /// <summary>Two contexts in the transaction of the first, of which the second has been told or not.</summary>
    private void SharedConnection()
    {
        using var connection = _database.Connect();
        using var first = _database.NewOn(connection);
        using var second = _database.NewOn(connection);
        using var transaction = first.Database.BeginTransaction();
        SaveSome(first);
        if (_random.Next(2) == 0)
        {
            second.Database.UseTransaction(transaction.GetDbTransaction());
        }

        SaveSome(second);
        _readAsAnother();
        transaction.Commit();
    }

    /// <summary>The application ends what it has begun: EF Core sees nothing of it.</summary>
    private void RawTransaction(bool commit)
    {
        using var connection = _database.Connect();
        using var db = _database.NewOn(connection);
        using var transaction = connection.BeginTransaction();
        db.Database.UseTransaction(transaction);
        WriteSome(db);
        if (_random.Next(2) == 0)
        {
            db.Database.UseTransaction(null);
            _readAsAnother();
        }

        End(transaction, commit);
        _readAsAnother();
    }

    private static void End(DbTransaction transaction, bool commit)
    {
        if (commit)
        {
            transaction.Commit();
        }
        else
        {
            transaction.Rollback();
        }
    }

    private void RawCommitOfOwn() => _database.Run(db =>
    {
        using var transaction = db.Database.BeginTransaction();
        WriteSome(db);
        End(transaction.GetDbTransaction(), commit: _random.Next(3) > 0);
        _readAsAnother();
    });

    private void TransactionBySql() => _database.Run(db =>
    {
        db.Database.OpenConnection();
        db.Database.ExecuteSqlRaw("BEGIN");
        WriteSome(db);
        db.Database.ExecuteSqlRaw(_random.Next(3) > 0 ? "COMMIT" : "ROLLBACK");
        _readAsAnother();
    });

    /// <summary>Several contexts in one, which SQLite does not take part in.</summary>
    private void AmbientTransaction()
    {
        using var scope = new TransactionScope();
        for (var i = _random.Next(3); i >= 0; i--)
        {
            _database.Run(WriteSome);
        }

        if (_random.Next(3) > 0)
        {
            scope.Complete();
        }
    }
}
