#pragma warning disable EF1001 // Internal EF Core types: only this folder names them.
using System.Data.Common;
using System.Diagnostics;
using FastOrm.Cache.EfCore.Invalidation;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Diagnostics.Internal;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Logging;
using FastOrm.Cache.Engine;

namespace FastOrm.Cache.EfCore.Internals;

/// <summary>
/// Sees the commands whose SQL the application has written, where EF Core tells its log of each command. What EF Core writes itself is seen
/// before it is SQL: entities in <see cref="ObservingDatabase"/>, bulk statements in <see cref="BulkWrites"/>.
/// </summary>
/// <remarks>
/// An interceptor would see them too, but for one that is there EF Core makes an object for each event of each command, and most commands are
/// none of ours. So EF Core is only asked to tell of those that may be: when <see cref="ObservingSqlBuilder"/> says so, or when
/// queries hold SQL that may write. A command that failed, was cancelled or timed out may have been carried out all the same.
/// </remarks>
internal sealed class ObservingCommandLogger(
    ILoggerFactory loggerFactory,
    ILoggingOptions loggingOptions,
    DiagnosticSource diagnosticSource,
    LoggingDefinitions loggingDefinitions,
    IDbContextLogger contextLogger,
    IDbContextOptions contextOptions,
    Func<WriteObserver?> writes,
    IInterceptors? interceptors = null)
    : RelationalCommandDiagnosticsLogger(
        loggerFactory, loggingOptions, diagnosticSource, loggingDefinitions, contextLogger, contextOptions, interceptors)
{
    // EF Core asks on the thread that sends the command, before it knows whose it is.
    public override bool ShouldLogCommandExecute(DateTimeOffset now)
        => ObservingSqlBuilder.TakeSending() || WritingQueries.Exist || RememberScope.Written is not null || base.ShouldLogCommandExecute(now);

    public override InterceptionResult<DbDataReader> CommandReaderExecuting(
        IRelationalConnection connection, DbCommand command, string logCommandText, DbContext? context, Guid commandId, Guid connectionId,
        DateTimeOffset startTime, CommandSource commandSource)
    {
        var result = base.CommandReaderExecuting(
            connection, command, logCommandText, context, commandId, connectionId, startTime, commandSource);
        CacheEngine.Now(ExecutingAsync(async: false, context, commandId, command, logCommandText, commandSource));
        return result;
    }

    public override async ValueTask<InterceptionResult<DbDataReader>> CommandReaderExecutingAsync(
        IRelationalConnection connection, DbCommand command, string logCommandText, DbContext? context, Guid commandId, Guid connectionId,
        DateTimeOffset startTime, CommandSource commandSource, CancellationToken cancellationToken = default)
    {
        var result = await base.CommandReaderExecutingAsync(
            connection, command, logCommandText, context, commandId, connectionId, startTime, commandSource, cancellationToken)
            .ConfigureAwait(false);
        await ExecutingAsync(async: true, context, commandId, command, logCommandText, commandSource).ConfigureAwait(false);
        return result;
    }

    public override InterceptionResult<object> CommandScalarExecuting(
        IRelationalConnection connection, DbCommand command, string logCommandText, DbContext? context, Guid commandId, Guid connectionId,
        DateTimeOffset startTime, CommandSource commandSource)
    {
        var result = base.CommandScalarExecuting(
            connection, command, logCommandText, context, commandId, connectionId, startTime, commandSource);
        CacheEngine.Now(ExecutingAsync(async: false, context, commandId, command, logCommandText, commandSource));
        return result;
    }

    public override async ValueTask<InterceptionResult<object>> CommandScalarExecutingAsync(
        IRelationalConnection connection, DbCommand command, string logCommandText, DbContext? context, Guid commandId, Guid connectionId,
        DateTimeOffset startTime, CommandSource commandSource, CancellationToken cancellationToken = default)
    {
        var result = await base.CommandScalarExecutingAsync(
            connection, command, logCommandText, context, commandId, connectionId, startTime, commandSource, cancellationToken)
            .ConfigureAwait(false);
        await ExecutingAsync(async: true, context, commandId, command, logCommandText, commandSource).ConfigureAwait(false);
        return result;
    }

    public override InterceptionResult<int> CommandNonQueryExecuting(
        IRelationalConnection connection, DbCommand command, string logCommandText, DbContext? context, Guid commandId, Guid connectionId,
        DateTimeOffset startTime, CommandSource commandSource)
    {
        var result = base.CommandNonQueryExecuting(
            connection, command, logCommandText, context, commandId, connectionId, startTime, commandSource);
        CacheEngine.Now(ExecutingAsync(async: false, context, commandId, command, logCommandText, commandSource));
        return result;
    }

    public override async ValueTask<InterceptionResult<int>> CommandNonQueryExecutingAsync(
        IRelationalConnection connection, DbCommand command, string logCommandText, DbContext? context, Guid commandId, Guid connectionId,
        DateTimeOffset startTime, CommandSource commandSource, CancellationToken cancellationToken = default)
    {
        var result = await base.CommandNonQueryExecutingAsync(
            connection, command, logCommandText, context, commandId, connectionId, startTime, commandSource, cancellationToken)
            .ConfigureAwait(false);
        await ExecutingAsync(async: true, context, commandId, command, logCommandText, commandSource).ConfigureAwait(false);
        return result;
    }

    public override DbDataReader CommandReaderExecuted(
        IRelationalConnection connection, DbCommand command, string logCommandText, DbContext? context, Guid commandId, Guid connectionId,
        DbDataReader methodResult, DateTimeOffset startTime, TimeSpan duration, CommandSource commandSource)
    {
        Executed(context, commandId, command, logCommandText, commandSource, methodResult);
        return base.CommandReaderExecuted(
            connection, command, logCommandText, context, commandId, connectionId, methodResult, startTime, duration, commandSource);
    }

    public override ValueTask<DbDataReader> CommandReaderExecutedAsync(
        IRelationalConnection connection, DbCommand command, string logCommandText, DbContext? context, Guid commandId, Guid connectionId,
        DbDataReader methodResult, DateTimeOffset startTime, TimeSpan duration, CommandSource commandSource,
        CancellationToken cancellationToken = default)
    {
        Executed(context, commandId, command, logCommandText, commandSource, methodResult);
        return base.CommandReaderExecutedAsync(
            connection, command, logCommandText, context, commandId, connectionId, methodResult, startTime, duration, commandSource,
            cancellationToken);
    }

    public override object? CommandScalarExecuted(
        IRelationalConnection connection, DbCommand command, string logCommandText, DbContext? context, Guid commandId, Guid connectionId,
        object? methodResult, DateTimeOffset startTime, TimeSpan duration, CommandSource commandSource)
    {
        Executed(context, commandId, command, logCommandText, commandSource);
        return base.CommandScalarExecuted(
            connection, command, logCommandText, context, commandId, connectionId, methodResult, startTime, duration, commandSource);
    }

    public override ValueTask<object?> CommandScalarExecutedAsync(
        IRelationalConnection connection, DbCommand command, string logCommandText, DbContext? context, Guid commandId, Guid connectionId,
        object? methodResult, DateTimeOffset startTime, TimeSpan duration, CommandSource commandSource,
        CancellationToken cancellationToken = default)
    {
        Executed(context, commandId, command, logCommandText, commandSource);
        return base.CommandScalarExecutedAsync(
            connection, command, logCommandText, context, commandId, connectionId, methodResult, startTime, duration, commandSource,
            cancellationToken);
    }

    public override int CommandNonQueryExecuted(
        IRelationalConnection connection, DbCommand command, string logCommandText, DbContext? context, Guid commandId, Guid connectionId,
        int methodResult, DateTimeOffset startTime, TimeSpan duration, CommandSource commandSource)
    {
        Executed(context, commandId, command, logCommandText, commandSource);
        return base.CommandNonQueryExecuted(
            connection, command, logCommandText, context, commandId, connectionId, methodResult, startTime, duration, commandSource);
    }

    public override ValueTask<int> CommandNonQueryExecutedAsync(
        IRelationalConnection connection, DbCommand command, string logCommandText, DbContext? context, Guid commandId, Guid connectionId,
        int methodResult, DateTimeOffset startTime, TimeSpan duration, CommandSource commandSource,
        CancellationToken cancellationToken = default)
    {
        Executed(context, commandId, command, logCommandText, commandSource);
        return base.CommandNonQueryExecutedAsync(
            connection, command, logCommandText, context, commandId, connectionId, methodResult, startTime, duration, commandSource,
            cancellationToken);
    }

    public override void CommandError(
        IRelationalConnection connection, DbCommand command, string logCommandText, DbContext? context, DbCommandMethod executeMethod,
        Guid commandId, Guid connectionId, Exception exception, DateTimeOffset startTime, TimeSpan duration, CommandSource commandSource)
    {
        Executed(context, commandId, command, logCommandText, commandSource, outcome: WriteOutcomes.Of(exception));
        base.CommandError(
            connection, command, logCommandText, context, executeMethod, commandId, connectionId, exception, startTime, duration,
            commandSource);
    }

    public override Task CommandErrorAsync(
        IRelationalConnection connection, DbCommand command, string logCommandText, DbContext? context, DbCommandMethod executeMethod,
        Guid commandId, Guid connectionId, Exception exception, DateTimeOffset startTime, TimeSpan duration, CommandSource commandSource,
        CancellationToken cancellationToken = default)
    {
        Executed(context, commandId, command, logCommandText, commandSource, outcome: WriteOutcomes.Of(exception));
        return base.CommandErrorAsync(
            connection, command, logCommandText, context, executeMethod, commandId, connectionId, exception, startTime, duration,
            commandSource, cancellationToken);
    }

    public override void CommandCanceled(
        IRelationalConnection connection, DbCommand command, string logCommandText, DbContext? context, DbCommandMethod executeMethod,
        Guid commandId, Guid connectionId, DateTimeOffset startTime, TimeSpan duration, CommandSource commandSource)
    {
        Executed(context, commandId, command, logCommandText, commandSource, outcome: WriteOutcome.Unknown);
        base.CommandCanceled(
            connection, command, logCommandText, context, executeMethod, commandId, connectionId, startTime, duration, commandSource);
    }

    public override Task CommandCanceledAsync(
        IRelationalConnection connection, DbCommand command, string logCommandText, DbContext? context, DbCommandMethod executeMethod,
        Guid commandId, Guid connectionId, DateTimeOffset startTime, TimeSpan duration, CommandSource commandSource,
        CancellationToken cancellationToken = default)
    {
        Executed(context, commandId, command, logCommandText, commandSource, outcome: WriteOutcome.Unknown);
        return base.CommandCanceledAsync(
            connection, command, logCommandText, context, executeMethod, commandId, connectionId, startTime, duration, commandSource,
            cancellationToken);
    }

    private async ValueTask ExecutingAsync(
        bool async, DbContext? context, Guid commandId, DbCommand command, string logText, CommandSource source)
    {
        if (context is not null && SqlOf(command, logText, source) is { Length: > 0 } texts && writes() is { } observer)
        {
            foreach (var sql in texts)
            {
                await observer.ExecutingAsync(async, commandId, sql).ConfigureAwait(false);
            }
        }
    }

    private void Executed(
        DbContext? context,
        Guid commandId,
        DbCommand command,
        string logText,
        CommandSource source,
        DbDataReader? reader = null,
        WriteOutcome outcome = WriteOutcome.Done)
    {
        if (context is not null)
        {
            foreach (var sql in SqlOf(command, logText, source))
            {
                writes()?.Executed(commandId, sql, reader, outcome);
            }
        }
    }

    /// <summary>The SQL of the application that the command sends.</summary>
    private static string[] SqlOf(DbCommand command, string logText, CommandSource source)
        => source == CommandSource.LinqQuery && RememberScope.Written is null ? WritingQueries.SqlOf(logText)
            : IsOfApplication(source) ? [command.CommandText]
            : [];

    private static bool IsOfApplication(CommandSource source)
        => source is not (CommandSource.SaveChanges or CommandSource.ExecuteUpdate or CommandSource.ExecuteDelete
            or CommandSource.ValueGenerator or CommandSource.Migrations or CommandSource.Scaffolding);
}
