using System.Data;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.EfCore.Invalidation;

/// <summary>Sees migrations and <c>EnsureCreated</c>: after them nothing that is remembered of the database is certain.</summary>
internal sealed class ObservingMigrations(IMigrationCommandExecutor inner, Func<WriteObserver?> writes) : IMigrationCommandExecutor
{
    public void ExecuteNonQuery(IEnumerable<MigrationCommand> migrationCommands, IRelationalConnection connection)
    {
        using var write = writes()?.Begin(tables: null);
        inner.ExecuteNonQuery(migrationCommands, connection);
    }

    public int ExecuteNonQuery(
        IReadOnlyList<MigrationCommand> migrationCommands,
        IRelationalConnection connection,
        MigrationExecutionState executionState,
        bool commitTransaction,
        IsolationLevel? isolationLevel = null)
    {
        using var write = writes()?.Begin(tables: null);
        return inner.ExecuteNonQuery(migrationCommands, connection, executionState, commitTransaction, isolationLevel);
    }

    public async Task ExecuteNonQueryAsync(
        IEnumerable<MigrationCommand> migrationCommands, IRelationalConnection connection, CancellationToken cancellationToken = default)
    {
        using var write = writes()?.Begin(tables: null);
        await inner.ExecuteNonQueryAsync(migrationCommands, connection, cancellationToken).ConfigureAwait(false);
    }

    public async Task<int> ExecuteNonQueryAsync(
        IReadOnlyList<MigrationCommand> migrationCommands,
        IRelationalConnection connection,
        MigrationExecutionState executionState,
        bool commitTransaction,
        IsolationLevel? isolationLevel = null,
        CancellationToken cancellationToken = default)
    {
        using var write = writes()?.Begin(tables: null);
        return await inner.ExecuteNonQueryAsync(
            migrationCommands, connection, executionState, commitTransaction, isolationLevel, cancellationToken).ConfigureAwait(false);
    }
}
