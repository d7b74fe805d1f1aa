using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace FastOrm.Cache.EfCore.Invalidation;

/// <summary>
/// Sees the commands whose SQL the application has written. What EF Core itself writes is seen before it is SQL: entities in
/// <see cref="Internals.ObservingDatabase"/>, bulk statements in <see cref="Internals.BulkWrites"/>.
/// </summary>
/// <remarks>A command that failed, was cancelled or timed out may have been carried out all the same.</remarks>
internal sealed class CommandObserver : DbCommandInterceptor
{
    public override int NonQueryExecuted(DbCommand command, CommandExecutedEventData eventData, int result)
    {
        Executed(command, eventData);
        return result;
    }

    public override ValueTask<int> NonQueryExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        Executed(command, eventData);
        return ValueTask.FromResult(result);
    }

    public override object? ScalarExecuted(DbCommand command, CommandExecutedEventData eventData, object? result)
    {
        Executed(command, eventData);
        return result;
    }

    public override ValueTask<object?> ScalarExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, object? result, CancellationToken cancellationToken = default)
    {
        Executed(command, eventData);
        return ValueTask.FromResult(result);
    }

    public override DbDataReader ReaderExecuted(DbCommand command, CommandExecutedEventData eventData, DbDataReader result)
    {
        Executed(command, eventData, result);
        return result;
    }

    public override ValueTask<DbDataReader> ReaderExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
    {
        Executed(command, eventData, result);
        return ValueTask.FromResult(result);
    }

    public override void CommandFailed(DbCommand command, CommandErrorEventData eventData) => Executed(command, eventData);

    public override Task CommandFailedAsync(
        DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        Executed(command, eventData);
        return Task.CompletedTask;
    }

    public override void CommandCanceled(DbCommand command, CommandEndEventData eventData) => Executed(command, eventData);

    public override Task CommandCanceledAsync(
        DbCommand command, CommandEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Executed(command, eventData);
        return Task.CompletedTask;
    }

    private static void Executed(DbCommand command, CommandEventData eventData, DbDataReader? reader = null)
    {
        if (IsOfApplication(eventData.CommandSource) && eventData.Context is { } context
            && context.GetService<Func<WriteObserver?>>()() is { } observer)
        {
            observer.Executed(context, command.CommandText, eventData.CommandSource == CommandSource.Migrations, reader);
        }
    }

    private static bool IsOfApplication(CommandSource source)
        => source is not (CommandSource.SaveChanges or CommandSource.ExecuteUpdate or CommandSource.ExecuteDelete
                or CommandSource.ValueGenerator or CommandSource.Scaffolding)
            && (source != CommandSource.LinqQuery || StatementWrites.AreInQueries);
}
