using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.EfCore.Invalidation;

/// <summary>Sees transactions being disposed without a commit, which is a rollback that raises no event.</summary>
/// <remarks>A provider with a transaction class of its own keeps it; there such a rollback invalidates as if it were a commit.</remarks>
internal sealed class ObservedTransactionFactory(
    IRelationalTransactionFactory inner, RelationalTransactionFactoryDependencies dependencies) : IRelationalTransactionFactory
{
    public RelationalTransaction Create(
        IRelationalConnection connection,
        DbTransaction transaction,
        Guid transactionId,
        IDiagnosticsLogger<DbLoggerCategory.Database.Transaction> logger,
        bool transactionOwned)
    {
        var created = inner.Create(connection, transaction, transactionId, logger, transactionOwned);
        return transactionOwned && created.GetType() == typeof(RelationalTransaction)
            ? new Observed(connection, transaction, transactionId, logger, dependencies.SqlGenerationHelper)
            : created;
    }

    private sealed class Observed(
        IRelationalConnection connection,
        DbTransaction transaction,
        Guid transactionId,
        IDiagnosticsLogger<DbLoggerCategory.Database.Transaction> logger,
        ISqlGenerationHelper helper)
        : RelationalTransaction(connection, transaction, transactionId, logger, transactionOwned: true, helper)
    {
        public override void Dispose()
        {
            TransactionObserver.Disposing(this.GetDbTransaction());
            base.Dispose();
        }

        public override ValueTask DisposeAsync()
        {
            TransactionObserver.Disposing(this.GetDbTransaction());
            return base.DisposeAsync();
        }
    }
}
