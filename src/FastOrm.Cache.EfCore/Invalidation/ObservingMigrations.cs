using System.Data;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.EfCore.Invalidation;

/// <summary>Sees migrations and <c>EnsureCreated</c>: after them nothing that is remembered of the database is certain.</summary>
internal sealed class ObservingMigrations(IMigrationCommandExecutor inner, Func<WriteObserver?> writes) : IMigrationCommandExecutor
{
    public void ExecuteNonQuery(IEnumerable<MigrationCommand> migrationCommands, IRelationalConnection connection)
    {
        var write = writes()?.Begin(tables: null);
        try
        {
            inner.ExecuteNonQuery(migrationCommands, connection);
        }
        finally
        {
            write?.End(failed: false);
        }
    }

    public int ExecuteNonQuery(
        IReadOnlyList<MigrationCommand> migrationCommands,
        IRelationalConnection connection,
        MigrationExecutionState executionState,
        bool commitTransaction,
        IsolationLevel? isolationLevel = null)
    {
        var write = writes()?.Begin(tables: null);
        try
        {
            return inner.ExecuteNonQuery(migrationCommands, connection, executionState, commitTransaction, isolationLevel);
        }
        finally
        {
            write?.End(failed: false);
        }
    }

    public async Task ExecuteNonQueryAsync(
        IEnumerable<MigrationCommand> migrationCommands, IRelationalConnection connection, CancellationToken cancellationToken = default)
    {
        var write = writes()?.Begin(tables: null);
        try
        {
            await inner.ExecuteNonQueryAsync(migrationCommands, connection, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            write?.End(failed: false);
        }
    }

    public async Task<int> ExecuteNonQueryAsync(
        IReadOnlyList<MigrationCommand> migrationCommands,
        IRelationalConnection connection,
        MigrationExecutionState executionState,
        bool commitTransaction,
        IsolationLevel? isolationLevel = null,
        CancellationToken cancellationToken = default)
    {
        var write = writes()?.Begin(tables: null);
        try
        {
            return await inner.ExecuteNonQueryAsync(
                migrationCommands, connection, executionState, commitTransaction, isolationLevel, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            write?.End(failed: false);
        }
    }
}
