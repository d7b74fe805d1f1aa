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
    private readonly DbContext _context;
    private Dictionary<(Guid Command, string Sql), Writes>? _sent;
    private (IEntityType? Type, WrittenTables? Tables) _last;

    private WriteObserver(FastOrmCacheOptionsExtension extension, IRelationalConnection connection, DbContext context)
    {
        _extension = extension;
        _connection = connection;
        _context = context;
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

    /// <summary>What is being saved in a transaction that EF Core has begun for it; null for nothing.</summary>
    public EntitiesWrite? Saving { get; set; }

    /// <summary>Whether commits are announced to other nodes.</summary>
    public bool MarksCommits => _extension.Cache.Remote is { MarksCommits: true };

    /// <summary>The context.</summary>
    public DbContext Context => _context;

    /// <summary>Notes that entities are about to be saved.</summary>
    public EntitiesWrite Begin(IList<IUpdateEntry> entries) => new(this, _databases.Current, entries);

    /// <summary>Notes that a statement is about to write to tables of which it is not known what rows; null for unknown tables.</summary>
    public StatementWrite Begin(IReadOnlyCollection<TableName>? tables, InvalidationCause cause)
        => new(this, NewWrites(_databases.Current, Unknown(tables), cause));

    /// <summary>
    /// Whether a transaction is open in which a write would take part: then it is announced before that is committed. Where nobody knows,
    /// there is none.
    /// </summary>
    public bool IsInTransaction()
        => _connection.CurrentTransaction is not null
            || (Transaction.Current ?? (_connection as ITransactionEnlistmentManager)?.EnlistedTransaction) is not null
            || (OpenConnections.Find(_connection) is { } open
                && (TransactionObserver.OpenOn(open) is not null || OpenConnections.InTransaction(open) == true));

    /// <summary>Announces SQL of the application that is about to be sent, if it commits by itself.</summary>
    /// <param name="async">Whether the caller awaits it.</param>
    /// <param name="command">The command.</param>
    /// <param name="sql">The text.</param>
    public async ValueTask ExecutingAsync(bool async, Guid command, string sql)
    {
        if (!MarksCommits || IsInTransaction() || TablesOf(sql, out _, out _) is { Count: 0 })
        {
            return;
        }

        var writes = NewWrites(_databases.Current, Unknown(TablesOf(sql, out _, out _)), InvalidationCause.Sql);
        (_sent ??= [])[(command, sql)] = writes;
        await writes.MarkAsync(async).ConfigureAwait(false);
    }

    /// <summary>Notes that SQL of the application has been sent.</summary>
    /// <param name="command">The command.</param>
    /// <param name="sql">Its text.</param>
    /// <param name="reader">The reader of its result: what it writes may be committed only when that is closed.</param>
    /// <param name="outcome">What has come of it. It may have been carried out although it has failed.</param>
    public void Executed(Guid command, string sql, DbDataReader? reader, WriteOutcome outcome)
    {
        // What this thread has ended has ended.
        if (OpenConnections.Find(_connection) is { } open && OpenConnections.InTransaction(open) == false)
        {
            TransactionObserver.Settle(open);
        }

        var tables = TablesOf(sql, out var statements, out var statement);
        Writes? announced = null;
        _ = _sent?.Remove((command, sql), out announced);
        if (tables is { Count: 0 })
        {
            announced?.Invalidate();
            return;
        }

        if (outcome == WriteOutcome.Unknown)
        {
            announced?.Abandon();
        }

        var writes = NewWrites(_databases.Current, Unknown(tables), InvalidationCause.Sql);
        if (reader is not { IsClosed: false })
        {
            writes.TakeMarker(announced);
        }

        if (!End(writes) && reader is { IsClosed: false })
        {
            writes.TakeMarker(announced);
            new PendingWrites().Add(writes, reader, static reader => reader.IsClosed ? TransactionEnd.Ended : TransactionEnd.Unknown);
        }

        announced?.Abandon(); // Unless one of the two has taken it.

        // Last, because the application may have told EF Core to throw it; and never in place of the database's own error.
        if (tables is null && outcome == WriteOutcome.Done && statements.TakeReport(statement))
        {
            Log.UnknownWrite(_context.GetService<IDiagnosticsLogger<DbLoggerCategory.Query>>(), statement.Reason!);
        }
    }

    private IReadOnlyCollection<TableName>? TablesOf(string sql, out StatementWrites statements, out StatementWrites.Statement statement)
    {
        statements = _extension.Options.Statements.GetValue(
            _context.Model, model => new StatementWrites(model, _context.Database.ProviderName, _extension.Options));
        statement = statements.Of(sql);
        return RememberScope.Written ?? statement.Tables;
    }

    public Writes NewWrites(DatabaseIdentity database, List<TableWrites>? tables, InvalidationCause cause)
        => new(_extension.Cache, database, tables, cause, _extension.Options.InvalidateAgainAfter);

    // After the save, for then the keys are known that the database has made; EF Core accepts the changes later.
    public List<TableWrites>? Tables(IList<IUpdateEntry> entries, bool failed)
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
    public bool End(Writes writes)
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
            if (MarksCommits)
            {
                TransactionObserver.Announce(ambient);
            }
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
}
