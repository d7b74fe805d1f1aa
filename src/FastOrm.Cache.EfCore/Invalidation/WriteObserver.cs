using System.Data;
using System.Data.Common;
using System.Transactions;
using FastOrm.Cache.EfCore.Internals;
using FastOrm.Cache.EfCore.Keys;
using FastOrm.Cache.EfCore.Plans;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Update;
using Microsoft.Extensions.DependencyInjection;

namespace FastOrm.Cache.EfCore.Invalidation;

/// <summary>Turns what a context saves into new stamps: at once, or when its transaction has ended.</summary>
internal sealed class WriteObserver
{
    private readonly FastOrmCacheOptionsExtension _extension;
    private readonly IRelationalConnection _connection;
    private readonly DatabaseIdentities _databases;
    private (IEntityType? Type, WrittenTables? Tables) _last;

    private WriteObserver(FastOrmCacheOptionsExtension extension, IRelationalConnection connection, DbContext context)
    {
        _extension = extension;
        _connection = connection;
        _databases = new DatabaseIdentities(context, connection, extension);
    }

    /// <summary>A way to the observer of a context that makes it on first use; null for a provider without connections.</summary>
    public static Func<WriteObserver?> Find(IServiceProvider services)
    {
        WriteObserver? observer = null;
        return () =>
        {
            if (observer is null
                && services.GetService<IRelationalConnection>() is { } connection
                && services.GetRequiredService<IDbContextOptions>().FindExtension<FastOrmCacheOptionsExtension>() is { } extension)
            {
                observer = new WriteObserver(extension, connection, services.GetRequiredService<ICurrentDbContext>().Context);
            }

            return observer;
        };
    }

    /// <summary>Notes that entities are about to be saved.</summary>
    public Write Begin(IList<IUpdateEntry> entries) => new(this, _databases.Current, entries, tables: null);

    /// <summary>Notes that a statement is about to write to tables of which it is not known what rows; null for unknown tables.</summary>
    public Write Begin(IReadOnlyCollection<TableName>? tables) => new(this, _databases.Current, entries: null, tables);

    /// <summary>Notes that SQL of the application has been sent.</summary>
    /// <param name="context">The context that has sent it.</param>
    /// <param name="sql">Its text.</param>
    /// <param name="reader">The reader of its result: what it writes may be committed only when that is closed.</param>
    /// <param name="failed">Whether the caller gets an error. It may have been carried out all the same.</param>
    public void Executed(DbContext context, string sql, DbDataReader? reader, bool failed)
    {
        // What this thread has ended has ended.
        if (OpenConnections.Find(_connection) is { } open && OpenConnections.InTransaction(open) == false)
        {
            TransactionObserver.Settle(open);
        }

        var statements = _extension.Options.Statements.GetValue(
            context.Model, model => new StatementWrites(model, context.Database.ProviderName, _extension.Options));
        var statement = statements.Of(sql);
        var tables = RememberScope.Written ?? statement.Tables;
        if (tables is { Count: 0 })
        {
            return;
        }

        var writes = NewWrites(_databases.Current, Unknown(tables));
        if (!End(writes) && reader is { IsClosed: false })
        {
            new PendingWrites().Add(writes, reader, static reader => reader.IsClosed ? TransactionEnd.Ended : TransactionEnd.Unknown);
        }

        // Last, because the application may have told EF Core to throw it; and never in place of the database's own error.
        if (tables is null && !failed && statements.TakeReport(statement))
        {
            Log.UnknownWrite(context.GetService<IDiagnosticsLogger<DbLoggerCategory.Query>>(), statement.Reason!);
        }
    }

    private Writes NewWrites(DatabaseIdentity database, List<TableWrites>? tables)
        => new(_extension.Cache, database, tables, _extension.Options.InvalidateAgainAfter);

    // After the save, for then the keys are known that the database has made; EF Core accepts the changes later.
    private List<TableWrites>? Tables(IList<IUpdateEntry> entries, bool failed)
    {
        var tables = new List<TableWrites>(capacity: 1);
        for (var i = 0; i < entries.Count; i++)
        {
            var entry = entries[i];
            var written = WrittenOf(entry.EntityType);
            var isDelete = entry.EntityState == EntityState.Deleted;
            if (isDelete ? written.IsUnknownOnDelete : written.IsUnknown)
            {
                return null;
            }

            foreach (var row in written.Rows)
            {
                if (failed)
                {
                    TableWrites.Of(tables, row.Table).AddUnknownRows(); // Some of it may have been carried out, with keys that are not known.
                }
                else
                {
                    row.AddTo(TableWrites.Of(tables, row.Table), entry);
                }
            }

            if (isDelete)
            {
                foreach (var table in written.OnDelete)
                {
                    TableWrites.Of(tables, table).AddUnknownRows();
                }
            }
        }

        return tables;
    }

    // Most saves are of one type, or of few in a row.
    private WrittenTables WrittenOf(IEntityType type)
    {
        if (_last.Type != type)
        {
            _last = (type, WrittenTables.Of(type));
        }

        return _last.Tables!;
    }

    private static List<TableWrites>? Unknown(IReadOnlyCollection<TableName>? tables)
        => tables is null ? null : [.. tables.Select(TableWrites.OfUnknownRows)];

    // Whether a transaction is open, so that what was written counts only when that has ended.
    private bool End(Writes writes)
    {
        if (_connection.CurrentTransaction?.GetDbTransaction() is { } current)
        {
            TransactionObserver.Of(current).Add(writes, current, TransactionObserver.EndOf);
            return true;
        }

        var open = OpenConnections.Find(_connection);
        var ambient = Transaction.Current ?? (_connection as ITransactionEnlistmentManager)?.EnlistedTransaction;
        if (ambient is not null)
        {
            TransactionObserver.Of(ambient).Add(writes.Copy());
        }
        else if (open is not null && TransactionObserver.OpenOn(open) is { } transaction)
        {
            TransactionObserver.Of(transaction).Add(writes, transaction, TransactionObserver.EndOf);
            return true;
        }

        var isInTransaction = open is not null && OpenConnections.InTransaction(open) == true;
        if (!isInTransaction || ambient is not null)
        {
            writes.Invalidate(); // Also within an ambient transaction: a provider that does not take part in it has committed already.
        }

        if (isInTransaction)
        {
            TransactionObserver.Of(open!).Add(writes, open!, EndOf);
        }

        return isInTransaction;
    }

    // A closed connection has no transaction. In an open one the next may have begun since.
    internal static TransactionEnd EndOf(DbConnection connection)
    {
        try
        {
            return !OpenConnections.IsOpen(connection) ? TransactionEnd.Ended
                : OpenConnections.InTransaction(connection) != false ? TransactionEnd.Unknown
                : OpenConnections.TellsEndAfterCommit(connection) ? TransactionEnd.Ended
                : TransactionEnd.Ending;
        }
        catch (Exception exception) when (UnseenEnds.IsOfClosing(exception))
        {
            return TransactionEnd.Ended; // It is being closed by the thread that it belongs to.
        }
    }

    /// <summary>One write: a call of <c>SaveChanges</c>, or a statement.</summary>
    internal readonly struct Write(
        WriteObserver observer, DatabaseIdentity database, IList<IUpdateEntry>? entries, IReadOnlyCollection<TableName>? tables)
        : IDisposable
    {
        /// <param name="failed">Whether it has failed. What was sent may have been committed all the same.</param>
        public void End(bool failed)
            => observer.End(observer.NewWrites(database, entries is null ? Unknown(tables) : observer.Tables(entries, failed)));

        /// <summary>Ends a statement: of that it makes no difference whether it has failed.</summary>
        public void Dispose() => End(failed: false);
    }
}
