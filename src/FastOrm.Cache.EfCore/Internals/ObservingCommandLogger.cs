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

    public override DbDataReader CommandReaderExecuted(
        IRelationalConnection connection, DbCommand command, string logCommandText, DbContext? context, Guid commandId, Guid connectionId,
        DbDataReader methodResult, DateTimeOffset startTime, TimeSpan duration, CommandSource commandSource)
    {
        Executed(context, command, logCommandText, commandSource, methodResult);
        return base.CommandReaderExecuted(
            connection, command, logCommandText, context, commandId, connectionId, methodResult, startTime, duration, commandSource);
    }

    public override ValueTask<DbDataReader> CommandReaderExecutedAsync(
        IRelationalConnection connection, DbCommand command, string logCommandText, DbContext? context, Guid commandId, Guid connectionId,
        DbDataReader methodResult, DateTimeOffset startTime, TimeSpan duration, CommandSource commandSource,
        CancellationToken cancellationToken = default)
    {
        Executed(context, command, logCommandText, commandSource, methodResult);
        return base.CommandReaderExecutedAsync(
            connection, command, logCommandText, context, commandId, connectionId, methodResult, startTime, duration, commandSource,
            cancellationToken);
    }

    public override object? CommandScalarExecuted(
        IRelationalConnection connection, DbCommand command, string logCommandText, DbContext? context, Guid commandId, Guid connectionId,
        object? methodResult, DateTimeOffset startTime, TimeSpan duration, CommandSource commandSource)
    {
        Executed(context, command, logCommandText, commandSource);
        return base.CommandScalarExecuted(
            connection, command, logCommandText, context, commandId, connectionId, methodResult, startTime, duration, commandSource);
    }

    public override ValueTask<object?> CommandScalarExecutedAsync(
        IRelationalConnection connection, DbCommand command, string logCommandText, DbContext? context, Guid commandId, Guid connectionId,
        object? methodResult, DateTimeOffset startTime, TimeSpan duration, CommandSource commandSource,
        CancellationToken cancellationToken = default)
    {
        Executed(context, command, logCommandText, commandSource);
        return base.CommandScalarExecutedAsync(
            connection, command, logCommandText, context, commandId, connectionId, methodResult, startTime, duration, commandSource,
            cancellationToken);
    }

    public override int CommandNonQueryExecuted(
        IRelationalConnection connection, DbCommand command, string logCommandText, DbContext? context, Guid commandId, Guid connectionId,
        int methodResult, DateTimeOffset startTime, TimeSpan duration, CommandSource commandSource)
    {
        Executed(context, command, logCommandText, commandSource);
        return base.CommandNonQueryExecuted(
            connection, command, logCommandText, context, commandId, connectionId, methodResult, startTime, duration, commandSource);
    }

    public override ValueTask<int> CommandNonQueryExecutedAsync(
        IRelationalConnection connection, DbCommand command, string logCommandText, DbContext? context, Guid commandId, Guid connectionId,
        int methodResult, DateTimeOffset startTime, TimeSpan duration, CommandSource commandSource,
        CancellationToken cancellationToken = default)
    {
        Executed(context, command, logCommandText, commandSource);
        return base.CommandNonQueryExecutedAsync(
            connection, command, logCommandText, context, commandId, connectionId, methodResult, startTime, duration, commandSource,
            cancellationToken);
    }

    public override void CommandError(
        IRelationalConnection connection, DbCommand command, string logCommandText, DbContext? context, DbCommandMethod executeMethod,
        Guid commandId, Guid connectionId, Exception exception, DateTimeOffset startTime, TimeSpan duration, CommandSource commandSource)
    {
        Executed(context, command, logCommandText, commandSource, failed: true);
        base.CommandError(
            connection, command, logCommandText, context, executeMethod, commandId, connectionId, exception, startTime, duration,
            commandSource);
    }

    public override Task CommandErrorAsync(
        IRelationalConnection connection, DbCommand command, string logCommandText, DbContext? context, DbCommandMethod executeMethod,
        Guid commandId, Guid connectionId, Exception exception, DateTimeOffset startTime, TimeSpan duration, CommandSource commandSource,
        CancellationToken cancellationToken = default)
    {
        Executed(context, command, logCommandText, commandSource, failed: true);
        return base.CommandErrorAsync(
            connection, command, logCommandText, context, executeMethod, commandId, connectionId, exception, startTime, duration,
            commandSource, cancellationToken);
    }

    public override void CommandCanceled(
        IRelationalConnection connection, DbCommand command, string logCommandText, DbContext? context, DbCommandMethod executeMethod,
        Guid commandId, Guid connectionId, DateTimeOffset startTime, TimeSpan duration, CommandSource commandSource)
    {
        Executed(context, command, logCommandText, commandSource, failed: true);
        base.CommandCanceled(
            connection, command, logCommandText, context, executeMethod, commandId, connectionId, startTime, duration, commandSource);
    }

    public override Task CommandCanceledAsync(
        IRelationalConnection connection, DbCommand command, string logCommandText, DbContext? context, DbCommandMethod executeMethod,
        Guid commandId, Guid connectionId, DateTimeOffset startTime, TimeSpan duration, CommandSource commandSource,
        CancellationToken cancellationToken = default)
    {
        Executed(context, command, logCommandText, commandSource, failed: true);
        return base.CommandCanceledAsync(
            connection, command, logCommandText, context, executeMethod, commandId, connectionId, startTime, duration, commandSource,
            cancellationToken);
    }

    private void Executed(
        DbContext? context, DbCommand command, string logText, CommandSource source, DbDataReader? reader = null, bool failed = false)
    {
        if (context is null)
        {
            return;
        }

        if (source == CommandSource.LinqQuery && RememberScope.Written is null)
        {
            foreach (var sql in WritingQueries.SqlOf(logText))
            {
                writes()?.Executed(context, sql, reader, failed);
            }
        }
        else if (IsOfApplication(source))
        {
            writes()?.Executed(context, command.CommandText, reader, failed);
        }
    }

    private static bool IsOfApplication(CommandSource source)
        => source is not (CommandSource.SaveChanges or CommandSource.ExecuteUpdate or CommandSource.ExecuteDelete
            or CommandSource.ValueGenerator or CommandSource.Migrations or CommandSource.Scaffolding);
}
