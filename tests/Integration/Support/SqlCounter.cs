using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace FastOrm.Cache.Tests.Integration.Support;

/// <summary>Counts the commands that reach the database, and can hold them up or make them fail.</summary>
public sealed class SqlCounter : DbCommandInterceptor
{
    private int _count;

    /// <summary>Commands that were sent.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The texts of the commands that were sent.</summary>
    public ConcurrentQueue<string> Texts { get; } = new();

    /// <summary>Runs before a reader command is sent.</summary>
    public Action<DbCommand>? BeforeRead { get; set; }

    /// <summary>Awaited after a reader command has been run, before its rows are read: the place between SELECT and store.</summary>
    public Func<CancellationToken, Task>? AfterRead { get; set; }

    public override InterceptionResult<DbDataReader> ReaderExecuting(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result)
    {
        Add(command);
        BeforeRead?.Invoke(command);
        return result;
    }

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        Add(command);
        BeforeRead?.Invoke(command);
        return ValueTask.FromResult(result);
    }

    public override DbDataReader ReaderExecuted(DbCommand command, CommandExecutedEventData eventData, DbDataReader result)
    {
        AfterRead?.Invoke(CancellationToken.None).GetAwaiter().GetResult();
        return result;
    }

    public override async ValueTask<DbDataReader> ReaderExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
    {
        if (AfterRead is { } wait)
        {
            await wait(cancellationToken);
        }

        return result;
    }

    public override InterceptionResult<int> NonQueryExecuting(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result)
    {
        Add(command);
        return result;
    }

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        Add(command);
        return ValueTask.FromResult(result);
    }

    public override InterceptionResult<object> ScalarExecuting(
        DbCommand command, CommandEventData eventData, InterceptionResult<object> result)
    {
        Add(command);
        return result;
    }

    public override ValueTask<InterceptionResult<object>> ScalarExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<object> result, CancellationToken cancellationToken = default)
    {
        Add(command);
        return ValueTask.FromResult(result);
    }

    private void Add(DbCommand command)
    {
        Interlocked.Increment(ref _count);
        Texts.Enqueue(command.CommandText);
    }
}
