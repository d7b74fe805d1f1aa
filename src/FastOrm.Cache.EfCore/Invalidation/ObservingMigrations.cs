using System.Data;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.EfCore.Invalidation;

/// <summary>Sees migrations and <c>EnsureCreated</c>: after them nothing that is remembered of the database is certain.</summary>
internal sealed class ObservingMigrations(IMigrationCommandExecutor inner, Func<WriteObserver?> writes) : IMigrationCommandExecutor
{
    public void ExecuteNonQuery(IEnumerable<MigrationCommand> migrationCommands, IRelationalConnection connection)
        => Run(() =>
        {
            inner.ExecuteNonQuery(migrationCommands, connection);
            return 0;
        });

    public int ExecuteNonQuery(
        IReadOnlyList<MigrationCommand> migrationCommands,
        IRelationalConnection connection,
        MigrationExecutionState executionState,
        bool commitTransaction,
        IsolationLevel? isolationLevel = null)
        => Run(() => inner.ExecuteNonQuery(migrationCommands, connection, executionState, commitTransaction, isolationLevel));

    public Task ExecuteNonQueryAsync(
        IEnumerable<MigrationCommand> migrationCommands, IRelationalConnection connection, CancellationToken cancellationToken = default)
        => RunAsync(async () =>
        {
            await inner.ExecuteNonQueryAsync(migrationCommands, connection, cancellationToken).ConfigureAwait(false);
            return 0;
        });

    public Task<int> ExecuteNonQueryAsync(
        IReadOnlyList<MigrationCommand> migrationCommands,
        IRelationalConnection connection,
        MigrationExecutionState executionState,
        bool commitTransaction,
        IsolationLevel? isolationLevel = null,
        CancellationToken cancellationToken = default)
        => RunAsync(() => inner.ExecuteNonQueryAsync(
            migrationCommands, connection, executionState, commitTransaction, isolationLevel, cancellationToken));

    private int Run(Func<int> migrate)
        => writes()?.Begin(tables: null, InvalidationCause.Migration) is { } write ? write.Run(migrate) : migrate();

    private Task<int> RunAsync(Func<Task<int>> migrate)
        => writes()?.Begin(tables: null, InvalidationCause.Migration) is { } write ? write.RunAsync(migrate) : migrate();
}
