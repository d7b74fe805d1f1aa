using System.Data.Common;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.Tests.Integration.Writes.Scopes.Model;

/// <summary>What goes wrong in a save, once.</summary>
internal enum FaultPlace
{
    Nowhere,
    BeforeCommand,
    AfterCommand,
    BeforeCommit,
    AfterCommit,
}

/// <summary>Carries out the next fault: by cancelling, if there is something to cancel, or else by throwing.</summary>
internal sealed class StoreFault : DbCommandInterceptor, IDbTransactionInterceptor
{
    private FaultPlace _place;
    private CancellationTokenSource? _cancel;

    public void Next(FaultPlace place, CancellationTokenSource? cancel = null) => (_place, _cancel) = (place, cancel);

    public override InterceptionResult<DbDataReader> ReaderExecuting(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result)
    {
        Reach(FaultPlace.BeforeCommand);
        return result;
    }

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command,
        CommandEventData eventData,
        InterceptionResult<DbDataReader> result,
        CancellationToken cancellationToken = default)
        => new(ReaderExecuting(command, eventData, result));

    public override DbDataReader ReaderExecuted(DbCommand command, CommandExecutedEventData eventData, DbDataReader result)
    {
        Reach(FaultPlace.AfterCommand);
        return result;
    }

    public override ValueTask<DbDataReader> ReaderExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
        => new(ReaderExecuted(command, eventData, result));

    public InterceptionResult TransactionCommitting(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result)
    {
        Reach(FaultPlace.BeforeCommit);
        return result;
    }

    public ValueTask<InterceptionResult> TransactionCommittingAsync(
        DbTransaction transaction,
        TransactionEventData eventData,
        InterceptionResult result,
        CancellationToken cancellationToken = default)
        => new(TransactionCommitting(transaction, eventData, result));

    public void TransactionCommitted(DbTransaction transaction, TransactionEndEventData eventData)
        => Reach(FaultPlace.AfterCommit);

    public Task TransactionCommittedAsync(
        DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        TransactionCommitted(transaction, eventData);
        return Task.CompletedTask;
    }

    private void Reach(FaultPlace place)
    {
        if (_place != place)
        {
            return;
        }

        _place = FaultPlace.Nowhere;
        if (_cancel is null)
        {
            throw new LostException();
        }

        _cancel.Cancel();
    }
}

internal sealed class LostException : Exception;

/// <summary>Tries again what was lost.</summary>
internal sealed class StoreStrategy(ExecutionStrategyDependencies dependencies)
    : ExecutionStrategy(dependencies, maxRetryCount: 3, maxRetryDelay: TimeSpan.Zero)
{
    protected override bool ShouldRetryOn(Exception exception) => exception is LostException;

    internal sealed class Factory(ExecutionStrategyDependencies dependencies) : IExecutionStrategyFactory
    {
        public IExecutionStrategy Create() => new StoreStrategy(dependencies);
    }
}
