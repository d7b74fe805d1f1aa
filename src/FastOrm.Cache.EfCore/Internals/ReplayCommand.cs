using System.Data.Common;
using System.Diagnostics;
using FastOrm.Cache.EfCore.Plans;
using FastOrm.Cache.EfCore.Rows;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.EfCore.Internals;

/// <summary>The one place through which every command of a remembered query goes: replayed, waited for, or run and recorded.</summary>
internal sealed partial class ReplayCommand(ReplayConnection connection) : IRelationalCommand
{
    private PendingCommand? _pending;
    private IRelationalCommand? _inner;

    public string CommandText => _pending!.CommandText;

    public string LogCommandText => _pending!.LogCommandText;

    public IReadOnlyList<IRelationalParameter> Parameters => _pending!.Command.Parameters;

    public void PopulateFrom(IRelationalCommandTemplate commandTemplate)
        => _pending = commandTemplate as PendingCommand ?? new PendingCommand(commandTemplate, isBuffered: true);

    public RelationalDataReader ExecuteReader(RelationalCommandParameterObject parameterObject)
    {
        var pending = _pending!;
        var isHit = IsHit(pending, parameterObject.ReaderColumns);
        if (isHit && !pending.Parameters!.Cache.ChecksHits)
        {
            return Replay(pending, pending.Rows!, RememberOutcome.Hit);
        }

        if (!isHit && !IsPartly(pending) && IsPlain(pending, parameterObject.ReaderColumns))
        {
            return ExecutePlain(pending, parameterObject);
        }

        var load = isHit
            ? ServeAsync(async: false, pending, parameterObject, pending.Rows!, RememberOutcome.Hit, CancellationToken.None)
            : LoadAsync(async: false, pending, parameterObject, CancellationToken.None);
        Debug.Assert(load.IsCompleted, "A synchronous load awaits nothing that is not complete.");
        return load.IsCompleted ? load.Result : load.AsTask().GetAwaiter().GetResult();
    }

    public Task<RelationalDataReader> ExecuteReaderAsync(
        RelationalCommandParameterObject parameterObject, CancellationToken cancellationToken = default)
    {
        var pending = _pending!;
        if (cancellationToken.IsCancellationRequested)
        {
            // As it is without us: opening a connection gives up with the one exception, a command with the other.
            return connection.IsOpen || connection.IsNpgsql
                ? Task.FromException<RelationalDataReader>(new OperationCanceledException(cancellationToken))
                : Task.FromCanceled<RelationalDataReader>(cancellationToken);
        }

        if (IsHit(pending, parameterObject.ReaderColumns))
        {
            return pending.Parameters!.Cache.ChecksHits
                ? ServeAsync(async: true, pending, parameterObject, pending.Rows!, RememberOutcome.Hit, cancellationToken).AsTask()
                : Task.FromResult<RelationalDataReader>(Replay(pending, pending.Rows!, RememberOutcome.Hit));
        }

        return !IsPartly(pending) && IsPlain(pending, parameterObject.ReaderColumns)
            ? ExecutePlainAsync(pending, parameterObject, cancellationToken)
            : LoadAsync(async: true, pending, parameterObject, cancellationToken).AsTask();
    }

    public int ExecuteNonQuery(RelationalCommandParameterObject parameterObject)
        => Inner(_pending!).ExecuteNonQuery(ReplayConnection.Unwrap(parameterObject));

    public Task<int> ExecuteNonQueryAsync(
        RelationalCommandParameterObject parameterObject, CancellationToken cancellationToken = default)
        => Inner(_pending!).ExecuteNonQueryAsync(ReplayConnection.Unwrap(parameterObject), cancellationToken);

    public object? ExecuteScalar(RelationalCommandParameterObject parameterObject)
        => Inner(_pending!).ExecuteScalar(ReplayConnection.Unwrap(parameterObject));

    public Task<object?> ExecuteScalarAsync(
        RelationalCommandParameterObject parameterObject, CancellationToken cancellationToken = default)
        => Inner(_pending!).ExecuteScalarAsync(ReplayConnection.Unwrap(parameterObject), cancellationToken);

    public DbCommand CreateDbCommand(
        RelationalCommandParameterObject parameterObject, Guid commandId, DbCommandMethod commandMethod)
        => _pending!.CreateDbCommand(parameterObject, commandId, commandMethod);

    /// <summary>Gives back the context's own command when EF Core gives back this one.</summary>
    public void ReturnInner()
    {
        DropInner();
        _pending = null;
    }

    private void DropInner()
    {
        if (_inner is { } command)
        {
            _inner = null;
            connection.ReturnInner(command);
        }
    }

    /// <summary>Whether there are rows, with exactly the columns that EF Core will read.</summary>
    private static bool IsHit(PendingCommand pending, IReadOnlyList<ReaderColumn?>? columns)
    {
        if (pending.Rows is not { } rows)
        {
            return false;
        }

        var slot = pending.Slot!;
        if (rows.IsKnownTo(slot.Id))
        {
            return true;
        }

        // The SQL was found to be the same before the columns were known.
        if (columns is null || Codecs(slot, columns) is not { } codecs || !rows.HasColumnsOf(codecs, slot.ColumnNames))
        {
            return false;
        }

        rows.AlsoKnownTo(slot.Id);
        return true;
    }

    // The query was compiled for EF Core's buffer, and reads from another reader only what the columns translate.
    private static RelationalDataReader Streamed(
        PendingCommand pending, RelationalDataReader reader, RelationalCommandParameterObject execution)
        => pending.IsBuffered || execution.ReaderColumns is null ? reader : new StreamedDataReader(reader, execution);

    // Those who do not want the database to be asked, or not for all, are never simply passed on to it.
    private static bool IsPartly(PendingCommand pending)
        => pending.Parameters is { IsCacheOnly: true } or { Batch: not null } or { Explanation: not null };

    private static bool IsPlain(PendingCommand pending, IReadOnlyList<ReaderColumn?>? columns)
    {
        if (pending.Slot is not { } slot || columns is null)
        {
            return true;
        }

        if (Codecs(slot, columns) is not null)
        {
            return false;
        }

        pending.Parameters!.Bypass(BypassReasons.Column);
        return true;
    }

    private static ColumnCodec?[]? Codecs(CommandSlot slot, IReadOnlyList<ReaderColumn?> columns)
    {
        if (slot.Codecs is null && slot.UnsupportedColumn is null)
        {
            slot.ColumnNames = ColumnPlaces.AskedNames(columns);
            slot.Codecs = RowRecorder.Codecs(columns, out var unsupported);
            slot.UnsupportedColumn = unsupported;
        }

        return slot.Codecs;
    }

    private RelationalDataReader ExecutePlain(PendingCommand pending, RelationalCommandParameterObject execution)
        => Streamed(pending, Inner(pending).ExecuteReader(connection.On(execution, pending.Values, pending.IsBuffered)), execution);

    private async Task<RelationalDataReader> ExecutePlainAsync(
        PendingCommand pending, RelationalCommandParameterObject execution, CancellationToken cancellationToken)
    {
        var real = connection.On(execution, pending.Values, pending.IsBuffered);
        var reader = await Inner(pending).ExecuteReaderAsync(real, cancellationToken).ConfigureAwait(false);
        return Streamed(pending, reader, execution);
    }

    private ReplayDataReader Replay(PendingCommand pending, RowSet rows, RememberOutcome outcome)
    {
        if (!pending.Parameters!.FoundNothing)
        {
            Report(pending, rows, outcome);
        }

        return new ReplayDataReader(rows, connection);
    }

    private static void Report(PendingCommand pending, RowSet rows, RememberOutcome outcome)
    {
        if (outcome == RememberOutcome.Hit)
        {
            rows.CountHit();
        }

        if (pending.Slot!.Index == 0)
        {
            pending.Parameters!.Main = rows;
        }

        pending.Parameters!.Report(outcome);
    }

    private IRelationalCommand Inner(PendingCommand pending)
    {
        if (_inner is null)
        {
            _inner = connection.RentInner();
            _inner.PopulateFrom(pending.Command);
        }

        return _inner;
    }
}
