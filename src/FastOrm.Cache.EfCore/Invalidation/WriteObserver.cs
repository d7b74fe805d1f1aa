using System.Data;
using System.Data.Common;
using System.Transactions;
using FastOrm.Cache.EfCore.Internals;
using FastOrm.Cache.EfCore.Keys;
using FastOrm.Cache.EfCore.Plans;
using Microsoft.EntityFrameworkCore;
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

    private WriteObserver(FastOrmCacheOptionsExtension extension, IRelationalConnection connection, DbContext context)
    {
        _extension = extension;
        _connection = connection;
        _databases = new DatabaseIdentities(context, connection, extension.Options.DatabaseName);
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

    /// <summary>Notes what is about to be written. Before the write, because afterwards EF Core has changed the states.</summary>
    public Write Begin(IList<IUpdateEntry> entries)
    {
        var tables = Tables(entries);
        return new Write(this, entries.Count == 0 ? null : new Writes(_extension.Cache, _databases.Current, tables));
    }

    /// <summary>Notes that something is about to be written whose tables are not looked for: everything of the database.</summary>
    public Write BeginUnknown() => new(this, new Writes(_extension.Cache, _databases.Current, Tables: null));

    private static HashSet<TableName>? Tables(IList<IUpdateEntry> entries)
    {
        var tables = new HashSet<TableName>();
        IEntityType? lastType = null;
        var lastState = EntityState.Detached;
        for (var i = 0; i < entries.Count; i++)
        {
            var (type, state) = (entries[i].EntityType, entries[i].EntityState);
            if (ReferenceEquals(type, lastType) && state == lastState)
            {
                continue; // Saved entries come in runs of one type.
            }

            (lastType, lastState) = (type, state);
            var written = WrittenTables.Of(type);
            if (state == EntityState.Deleted ? written.IsUnknownOnDelete : written.IsUnknown)
            {
                return null;
            }

            tables.UnionWith(state == EntityState.Deleted ? written.OnDelete : written.OnChange);
        }

        return tables;
    }

    private void End(Writes writes)
    {
        var open = OpenConnections.Find(_connection);
        var current = _connection.CurrentTransaction?.GetDbTransaction();
        if ((current ?? (open is null ? null : TransactionObserver.OpenOn(open))) is { } transaction)
        {
            TransactionObserver.Of(transaction).Add(writes);
            AwaitEnd(writes, transaction, TransactionObserver.EndOf);
            return;
        }

        if (open is not null && OpenConnections.InTransaction(open) == true)
        {
            AwaitEnd(writes, open, EndOf);
            return;
        }

        if ((Transaction.Current ?? (_connection as ITransactionEnlistmentManager)?.EnlistedTransaction) is { } ambient)
        {
            TransactionObserver.Of(ambient).Add(writes);
        }

        // Also within an ambient transaction: a provider that does not take part in it has committed already.
        writes.Invalidate();
    }

    private static void AwaitEnd<T>(Writes writes, T subject, Func<T, TransactionEnd> end)
        where T : class
    {
        var weak = new WeakReference<T>(subject);
        UnseenEnds.Of(writes.Cache).Add(writes, () => weak.TryGetTarget(out var target) ? end(target) : TransactionEnd.Ended);
    }

    // A closed connection has no transaction. In an open one the next may have begun since.
    internal static TransactionEnd EndOf(DbConnection connection)
    {
        try
        {
            return connection.State.HasFlag(ConnectionState.Open) && OpenConnections.InTransaction(connection) != false
                ? TransactionEnd.Unknown
                : TransactionEnd.Ended;
        }
        catch (Exception exception) when (UnseenEnds.IsOfClosing(exception))
        {
            return TransactionEnd.Ended; // It is being closed by the thread that it belongs to.
        }
    }

    /// <summary>One call of <c>SaveChanges</c>.</summary>
    internal readonly struct Write(WriteObserver observer, Writes? writes)
    {
        public void End()
        {
            if (writes is not null)
            {
                observer.End(writes);
            }
        }
    }
}
