using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using FastOrm.Cache.EfCore.Internals;
using FastOrm.Cache.EfCore.Invalidation;
using Microsoft.Data.Sqlite;

namespace FastOrm.Cache.Tests.Integration.Writes;

/// <summary>Every look-up asks the connections of others whether their transactions have ended: also while those are being closed.</summary>
public sealed class UnseenEndTests
{
    [Fact]
    public void A_closed_connection_of_SQLite_is_in_no_transaction()
    {
        using var connection = new SqliteConnection("Data Source=:memory:");
        Assert.False(OpenConnections.InTransaction(connection));

        connection.Open();
        Assert.False(OpenConnections.InTransaction(connection));
        using (connection.BeginTransaction())
        {
            Assert.True(OpenConnections.InTransaction(connection));
        }

        connection.Close();
        Assert.False(OpenConnections.InTransaction(connection));
    }

    [Fact]
    public void A_connection_that_is_closed_while_it_is_asked_has_ended_its_transaction()
    {
        foreach (var exception in new Exception[]
        {
            new ArgumentNullException("SafeHandle"), new ObjectDisposedException("connection"), new InvalidOperationException("closed"),
        })
        {
            using var connection = new ClosingConnection(exception);
            using var transaction = new ClosingTransaction(exception);
            Assert.Equal(TransactionEnd.Ended, WriteObserver.EndOf(connection));
            Assert.Equal(TransactionEnd.Ended, TransactionObserver.EndOf(transaction));
        }
    }

    private sealed class ClosingTransaction(Exception exception) : DbTransaction
    {
        public override IsolationLevel IsolationLevel => IsolationLevel.Serializable;

        protected override DbConnection DbConnection => throw exception;

        public override void Commit()
        {
        }

        public override void Rollback()
        {
        }
    }

    private sealed class ClosingConnection(Exception exception) : DbConnection
    {
        [AllowNull]
        public override string ConnectionString { get; set; } = "";

        public override string Database => "";

        public override string DataSource => "";

        public override string ServerVersion => "";

        public override ConnectionState State => throw exception;

        public override void ChangeDatabase(string databaseName) => throw new NotSupportedException();

        public override void Close()
        {
        }

        public override void Open() => throw new NotSupportedException();

        protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => throw new NotSupportedException();

        protected override DbCommand CreateDbCommand() => throw new NotSupportedException();
    }
}
