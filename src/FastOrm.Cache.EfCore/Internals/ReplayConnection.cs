using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.EfCore.Internals;

/// <summary>The connection of remembered queries: it rents out commands that may know their rows. All else is the context's own.</summary>
internal sealed class ReplayConnection(IRelationalConnection inner) : IRelationalConnection
{
    private ReplayCommand? _spare;

    [AllowNull]
    public DbConnection DbConnection
    {
        get => inner.DbConnection;
        set => inner.DbConnection = value;
    }

    public string? ConnectionString
    {
        get => inner.ConnectionString;
        set => inner.ConnectionString = value;
    }

    public DbContext Context => inner.Context;

    public Guid ConnectionId => inner.ConnectionId;

    public int? CommandTimeout
    {
        get => inner.CommandTimeout;
        set => inner.CommandTimeout = value;
    }

    public IDbContextTransaction? CurrentTransaction => inner.CurrentTransaction;

    /// <summary>Whether the context's own connection is open already.</summary>
    public bool IsOpen => OpenConnections.Find(inner) is not null;

    /// <summary>Whether the connection is that of Npgsql, which fails in ways of its own.</summary>
    public bool IsNpgsql => inner.Context.Database.ProviderName?.Contains("Npgsql", StringComparison.Ordinal) == true;

    /// <summary>The same execution on the context's own connection.</summary>
    public static RelationalCommandParameterObject Unwrap(
        RelationalCommandParameterObject execution, IReadOnlyDictionary<string, object?>? values = null)
        => execution.Connection is ReplayConnection replay ? replay.On(execution, values) : execution;

    /// <summary>The same execution on the context's own connection.</summary>
    /// <param name="execution">The execution.</param>
    /// <param name="values">The values of its parameters, if others are given.</param>
    /// <param name="isBuffered">Whether EF Core is to read all rows at once.</param>
    public RelationalCommandParameterObject On(
        RelationalCommandParameterObject execution, IReadOnlyDictionary<string, object?>? values = null, bool isBuffered = true)
        => new(
            inner,
            values ?? execution.ParameterValues,
            isBuffered ? execution.ReaderColumns : null,
            execution.Context,
            execution.Logger,
            execution.DetailedErrorsEnabled,
            execution.CommandSource);

    public IRelationalCommand RentCommand()
    {
        var command = _spare ?? new ReplayCommand(this);
        _spare = null;
        return command;
    }

    public void ReturnCommand(IRelationalCommand command)
    {
        if (command is ReplayCommand replay)
        {
            replay.ReturnInner();
            _spare = replay;
        }
        else
        {
            inner.ReturnCommand(command);
        }
    }

    public IRelationalCommand RentInner() => inner.RentCommand();

    public void ReturnInner(IRelationalCommand command) => inner.ReturnCommand(command);

    public void SetDbConnection(DbConnection? value, bool contextOwnsConnection) => inner.SetDbConnection(value, contextOwnsConnection);

    public bool Open(bool errorsExpected = false) => inner.Open(errorsExpected);

    public Task<bool> OpenAsync(CancellationToken cancellationToken, bool errorsExpected = false)
        => inner.OpenAsync(cancellationToken, errorsExpected);

    public bool Close() => inner.Close();

    public Task<bool> CloseAsync() => inner.CloseAsync();

    public IDbContextTransaction BeginTransaction() => inner.BeginTransaction();

    public IDbContextTransaction BeginTransaction(IsolationLevel isolationLevel) => inner.BeginTransaction(isolationLevel);

    public Task<IDbContextTransaction> BeginTransactionAsync(CancellationToken cancellationToken = default)
        => inner.BeginTransactionAsync(cancellationToken);

    public Task<IDbContextTransaction> BeginTransactionAsync(
        IsolationLevel isolationLevel, CancellationToken cancellationToken = default)
        => inner.BeginTransactionAsync(isolationLevel, cancellationToken);

    public IDbContextTransaction? UseTransaction(DbTransaction? transaction) => inner.UseTransaction(transaction);

    public IDbContextTransaction? UseTransaction(DbTransaction? transaction, Guid transactionId)
        => inner.UseTransaction(transaction, transactionId);

    public Task<IDbContextTransaction?> UseTransactionAsync(DbTransaction? transaction, CancellationToken cancellationToken = default)
        => inner.UseTransactionAsync(transaction, cancellationToken);

    public Task<IDbContextTransaction?> UseTransactionAsync(
        DbTransaction? transaction, Guid transactionId, CancellationToken cancellationToken = default)
        => inner.UseTransactionAsync(transaction, transactionId, cancellationToken);

    public void CommitTransaction() => inner.CommitTransaction();

    public Task CommitTransactionAsync(CancellationToken cancellationToken = default) => inner.CommitTransactionAsync(cancellationToken);

    public void RollbackTransaction() => inner.RollbackTransaction();

    public Task RollbackTransactionAsync(CancellationToken cancellationToken = default)
        => inner.RollbackTransactionAsync(cancellationToken);

    public void ResetState() => inner.ResetState();

    public Task ResetStateAsync(CancellationToken cancellationToken = default) => inner.ResetStateAsync(cancellationToken);

    public void Dispose() => inner.Dispose();

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
