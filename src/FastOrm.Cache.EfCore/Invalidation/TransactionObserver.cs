using System.Data.Common;
using System.Runtime.CompilerServices;
using System.Transactions;
using FastOrm.Cache.EfCore.Internals;
using Microsoft.EntityFrameworkCore.Diagnostics;
using FastOrm.Cache.Engine;

namespace FastOrm.Cache.EfCore.Invalidation;

/// <summary>Sees how transactions end. Stateless but for the writes that hang on open transactions, and go with them.</summary>
internal sealed class TransactionObserver(Func<WriteObserver?> writes) : DbTransactionInterceptor
{
    private static readonly ConditionalWeakTable<DbTransaction, PendingWrites> Pending = [];
    private static readonly ConditionalWeakTable<DbConnection, PendingWrites> PendingOn = [];
    private static readonly ConditionalWeakTable<Transaction, PendingWrites> PendingAmbient = [];
    private static readonly ConditionalWeakTable<DbConnection, DbTransaction> Begun = [];
    private static readonly ConditionalWeakTable<DbTransaction, object> Running = [];

    public static PendingWrites Of(DbTransaction transaction) => Pending.GetValue(transaction, static _ => new PendingWrites());

    /// <summary>What was written on a connection in a transaction that is not known, as one that SQL has begun.</summary>
    public static PendingWrites Of(DbConnection connection) => PendingOn.GetValue(connection, static _ => new PendingWrites());

    /// <summary>The transaction of a connection has surely ended that is not known.</summary>
    public static void Settle(DbConnection connection)
    {
        if (PendingOn.TryGetValue(connection, out var pending))
        {
            pending.Settle(static () => TransactionEnd.Ended);
        }
    }

    public static PendingWrites Of(Transaction transaction)
        => PendingAmbient.GetValue(transaction, static transaction =>
        {
            var pending = new PendingWrites();
            transaction.TransactionCompleted += (_, completed) =>
            {
                switch (completed.Transaction?.TransactionInformation.Status)
                {
                    case TransactionStatus.Committed:
                        pending.Invalidate();
                        break;
                    case TransactionStatus.Aborted:
                        pending.Drop();
                        break;
                    default:
                        pending.InvalidateUnknown();
                        break;
                }
            };
            return pending;
        });

    /// <summary>Has what is written in an ambient transaction announced before it is committed.</summary>
    public static void Announce(Transaction transaction)
    {
        var pending = Of(transaction);
        if (!pending.TakesPart())
        {
            return;
        }

        try
        {
            // Any other way of taking part would make two phases of a commit that is one.
            transaction.EnlistVolatile(new Announcement(pending), EnlistmentOptions.EnlistDuringPrepareRequired);
        }
        catch (Exception error) when (error is TransactionException or InvalidOperationException)
        {
            // It has ended already.
        }
    }

    /// <summary>The transaction that EF Core, in whichever context, has begun on the connection last, and that is still open.</summary>
    public static DbTransaction? OpenOn(DbConnection connection)
        => Begun.TryGetValue(connection, out var transaction) && EndOf(transaction) == TransactionEnd.Open ? transaction : null;

    /// <summary>What can be seen of the transaction itself; whether it was committed cannot.</summary>
    public static TransactionEnd EndOf(DbTransaction transaction)
    {
        try
        {
            if (transaction.Connection is not { } connection)
            {
                return TransactionEnd.Ended;
            }

            if (OpenConnections.InTransaction(connection) == false)
            {
                return OpenConnections.TellsEndAfterCommit(connection) ? TransactionEnd.Ended : TransactionEnd.Ending;
            }

            // Of objects that are used again, EF Core tells when it begins a transaction, and the application does not.
            return OpenConnections.ReusesTransactions(connection) && !Running.TryGetValue(transaction, out _)
                ? TransactionEnd.Unknown
                : TransactionEnd.Open;
        }
        catch (Exception exception) when (UnseenEnds.IsOfClosing(exception))
        {
            return TransactionEnd.Ended; // Some providers dispose it with its end, perhaps on another thread.
        }
    }

    /// <summary>
    /// EF Core is about to dispose of a transaction of its own. Open until now, it is rolled back. If it has ended already, either EF
    /// Core has told us, and nothing is pending, or someone has ended it behind EF Core's back, and what it wrote may count.
    /// </summary>
    public static void Disposing(DbTransaction transaction)
    {
        if (EndOf(transaction) == TransactionEnd.Open)
        {
            RolledBack(transaction);
        }

        Running.Remove(transaction);
    }

    public override DbTransaction TransactionStarted(DbConnection connection, TransactionEndEventData eventData, DbTransaction result)
    {
        Begin(connection, result);
        return result;
    }

    public override ValueTask<DbTransaction> TransactionStartedAsync(
        DbConnection connection, TransactionEndEventData eventData, DbTransaction result, CancellationToken cancellationToken = default)
    {
        Begin(connection, result);
        return ValueTask.FromResult(result);
    }

    public override DbTransaction TransactionUsed(DbConnection connection, TransactionEventData eventData, DbTransaction result)
    {
        Use(connection, result);
        return result;
    }

    public override ValueTask<DbTransaction> TransactionUsedAsync(
        DbConnection connection, TransactionEventData eventData, DbTransaction result, CancellationToken cancellationToken = default)
    {
        Use(connection, result);
        return ValueTask.FromResult(result);
    }

    public override InterceptionResult TransactionCommitting(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result)
    {
        CacheEngine.Now(CommittingAsync(async: false, transaction));
        return result;
    }

    public override async ValueTask<InterceptionResult> TransactionCommittingAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        await CommittingAsync(async: true, transaction).ConfigureAwait(false);
        return result;
    }

    public override void TransactionCommitted(DbTransaction transaction, TransactionEndEventData eventData)
        => Committed(transaction);

    public override Task TransactionCommittedAsync(
        DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Committed(transaction);
        return Task.CompletedTask;
    }

    public override void TransactionRolledBack(DbTransaction transaction, TransactionEndEventData eventData)
        => RolledBack(transaction);

    public override Task TransactionRolledBackAsync(
        DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        RolledBack(transaction);
        return Task.CompletedTask;
    }

    // A commit that throws may have been carried out: the connection broke, or the answer was lost. Or it may be tried again, and
    // also a savepoint that fails comes here: so nothing is forgotten.
    public override void TransactionFailed(DbTransaction transaction, TransactionErrorEventData eventData)
        => Find(transaction)?.InvalidateUnknown();

    public override Task TransactionFailedAsync(
        DbTransaction transaction, TransactionErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        Find(transaction)?.InvalidateUnknown();
        return Task.CompletedTask;
    }

    public override void CreatedSavepoint(DbTransaction transaction, TransactionEventData eventData)
        => Of(transaction).SavepointCreated();

    public override Task CreatedSavepointAsync(
        DbTransaction transaction, TransactionEventData eventData, CancellationToken cancellationToken = default)
    {
        Of(transaction).SavepointCreated();
        return Task.CompletedTask;
    }

    public override void ReleasedSavepoint(DbTransaction transaction, TransactionEventData eventData)
        => Of(transaction).SavepointReleased();

    public override Task ReleasedSavepointAsync(
        DbTransaction transaction, TransactionEventData eventData, CancellationToken cancellationToken = default)
    {
        Of(transaction).SavepointReleased();
        return Task.CompletedTask;
    }

    public override void RolledBackToSavepoint(DbTransaction transaction, TransactionEventData eventData)
        => Of(transaction).RolledBackToSavepoint();

    public override Task RolledBackToSavepointAsync(
        DbTransaction transaction, TransactionEventData eventData, CancellationToken cancellationToken = default)
    {
        Of(transaction).RolledBackToSavepoint();
        return Task.CompletedTask;
    }

    private async ValueTask CommittingAsync(bool async, DbTransaction transaction)
    {
        if (Find(transaction) is { } pending)
        {
            await pending.MarkAsync(async).ConfigureAwait(false);
        }

        if (writes()?.Saving is { } saving)
        {
            await saving.CommittingAsync(async).ConfigureAwait(false);
        }
    }

    private static void Begin(DbConnection connection, DbTransaction transaction)
    {
        Committed(transaction); // Perhaps one has ended unseen whose object is used again.
        Begun.AddOrUpdate(connection, transaction);
        Running.AddOrUpdate(transaction, transaction);
    }

    private static void Use(DbConnection connection, DbTransaction transaction)
    {
        if (OpenConnections.ReusesTransactions(connection))
        {
            Find(transaction)?.Invalidate(); // The same, or it is shared, and will be invalidated once more.
        }
    }

    private static void Committed(DbTransaction transaction)
    {
        Find(transaction)?.Invalidate();
        RolledBack(transaction);
    }

    private static void RolledBack(DbTransaction transaction)
    {
        Running.Remove(transaction);
        Find(transaction)?.Drop();
    }

    private static PendingWrites? Find(DbTransaction transaction)
        => Pending.TryGetValue(transaction, out var pending) ? pending : null;

    /// <summary>Comes before the commit of an ambient transaction.</summary>
    private sealed class Announcement(PendingWrites pending) : IEnlistmentNotification
    {
        public void Prepare(PreparingEnlistment preparingEnlistment)
        {
            CacheEngine.Now(pending.MarkAsync(async: false));
            preparingEnlistment.Done();
        }

        public void Commit(Enlistment enlistment) => enlistment.Done();

        public void Rollback(Enlistment enlistment) => enlistment.Done();

        public void InDoubt(Enlistment enlistment) => enlistment.Done();
    }
}
