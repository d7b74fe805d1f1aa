using System.Data.Common;
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using FastOrm.Cache.EfCore.Plans;
using FastOrm.Cache.EfCore.Rows;
using FastOrm.Cache.Engine;
using FastOrm.Cache.Stamps;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.EfCore.Internals;

/// <summary>The one place through which every command of a remembered query goes: replayed, waited for, or run and recorded.</summary>
internal sealed class ReplayCommand(ReplayConnection connection) : IRelationalCommand
{
    private PendingCommand? _pending;
    private IRelationalCommand? _inner;

    public string CommandText => _pending!.CommandText;

    public string LogCommandText => _pending!.LogCommandText;

    public IReadOnlyList<IRelationalParameter> Parameters => _pending!.Command.Parameters;

    public void PopulateFrom(IRelationalCommandTemplate commandTemplate)
        => _pending = commandTemplate as PendingCommand ?? new PendingCommand(commandTemplate);

    public RelationalDataReader ExecuteReader(RelationalCommandParameterObject parameterObject)
    {
        var pending = _pending!;
        if (IsHit(pending, parameterObject.ReaderColumns))
        {
            return Replay(pending, pending.Rows!, RememberOutcome.Hit);
        }

        if (IsPlain(pending, parameterObject.ReaderColumns))
        {
            return Inner(pending).ExecuteReader(connection.On(parameterObject, parameterObject.ReaderColumns));
        }

        var load = LoadAsync(async: false, pending, parameterObject, CancellationToken.None);
        Debug.Assert(load.IsCompleted, "A synchronous load awaits nothing that is not complete.");
        return load.IsCompleted ? load.Result : load.AsTask().GetAwaiter().GetResult();
    }

    public Task<RelationalDataReader> ExecuteReaderAsync(
        RelationalCommandParameterObject parameterObject, CancellationToken cancellationToken = default)
    {
        var pending = _pending!;
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<RelationalDataReader>(cancellationToken);
        }

        if (IsHit(pending, parameterObject.ReaderColumns))
        {
            return Task.FromResult<RelationalDataReader>(Replay(pending, pending.Rows!, RememberOutcome.Hit));
        }

        return IsPlain(pending, parameterObject.ReaderColumns)
            ? Inner(pending).ExecuteReaderAsync(connection.On(parameterObject, parameterObject.ReaderColumns), cancellationToken)
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
        if (_inner is { } command)
        {
            _inner = null;
            connection.ReturnInner(command);
        }

        _pending = null;
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
        if (columns is null || Codecs(slot, columns) is not { } codecs || !rows.HasColumnsOf(codecs))
        {
            return false;
        }

        rows.AlsoKnownTo(slot.Id);
        return true;
    }

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

        pending.Parameters!.Session.Bypass(BypassReasons.Column);
        return true;
    }

    private static ColumnCodec?[]? Codecs(CommandSlot slot, IReadOnlyList<ReaderColumn?> columns)
    {
        if (slot.Codecs is null && slot.UnsupportedColumn is null)
        {
            slot.Codecs = RowRecorder.Codecs(columns, out var unsupported);
            slot.UnsupportedColumn = unsupported;
        }

        return slot.Codecs;
    }

    private ReplayDataReader Replay(PendingCommand pending, RowSet rows, RememberOutcome outcome)
    {
        pending.Parameters!.Report(outcome);
        return new ReplayDataReader(rows, connection);
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

    /// <summary>Waits for the rows or loads them; at most one load of a key runs at a time.</summary>
    private async ValueTask<RelationalDataReader> LoadAsync(
        bool async, PendingCommand pending, RelationalCommandParameterObject execution, CancellationToken cancellationToken)
    {
        var parameters = pending.Parameters!;
        var slot = pending.Slot!;
        var cache = parameters.Session.Cache;
        if (parameters.Session.HasOpenReader())
        {
            // What it reads may be older than the last write: for this caller only.
            cache.Counters.Bypass(BypassReasons.OpenReader);
            var rows = await RecordAsync(async, pending, execution, cancellationToken).ConfigureAwait(false);
            return Replay(pending, rows, RememberOutcome.Miss);
        }

        if (parameters.IsFresh)
        {
            // Now means now: a load that is under way may have begun before what the caller knows of.
            return await LoadAloneAsync(async, pending, execution, cancellationToken).ConfigureAwait(false);
        }

        for (Load? failed = null; ;)
        {
            var seen = parameters.Seen(anew: failed is not null);
            bool leads;
            var load = failed is null
                ? cache.Loads.Enter(pending.Key, seen, out leads)
                : cache.Loads.Follow(failed, seen, out leads);
            if (leads)
            {
                return await LeadAsync(async, load, pending, execution, cancellationToken).ConfigureAwait(false);
            }

            var outcome = await load.WaitAsync(async, cancellationToken).ConfigureAwait(false);
            switch (outcome.End)
            {
                case LoadEnd.Loaded when outcome.Value is RowSet rows && Accepts(rows, pending):
                    return Replay(pending, rows, RememberOutcome.Joined);
                case LoadEnd.Failed when load.IsSecond:
                    ExceptionDispatchInfo.Throw(outcome.Error!);
                    break;
                case LoadEnd.Failed:
                    failed = load;
                    break;
                case LoadEnd.Cancelled:
                    failed = null;
                    parameters.Seen(anew: true);
                    break;
                default:
                    parameters.Seen(anew: true);
                    return await LoadAloneAsync(async, pending, execution, cancellationToken).ConfigureAwait(false);
            }
        }

        bool Accepts(RowSet rows, PendingCommand pending)
            => rows.IsKnownTo(slot.Id)
                || (rows.HasColumnsOf(slot.Codecs!) && rows.Identity.IsSameCommand(parameters.Identify(slot, pending.Command)));
    }

    private async ValueTask<RelationalDataReader> LoadAloneAsync(
        bool async, PendingCommand pending, RelationalCommandParameterObject execution, CancellationToken cancellationToken)
    {
        var seen = pending.Parameters!.Seen(anew: false);
        var start = pending.Parameters.Session.Cache.StartLoad();
        var rows = await RecordAsync(async, pending, execution, cancellationToken).ConfigureAwait(false);
        Store(pending, rows, seen, start);
        return Replay(pending, rows, RememberOutcome.Miss);
    }

    private async ValueTask<RelationalDataReader> LeadAsync(
        bool async, Load load, PendingCommand pending, RelationalCommandParameterObject execution, CancellationToken cancellationToken)
    {
        var parameters = pending.Parameters!;
        var cache = parameters.Session.Cache;
        try
        {
            // The load before may have ended between our look-up and our turn.
            IRelationalCommandTemplate? command = pending.Command;
            if (parameters.Find(pending.Key, pending.Slot!, ref command) is { } stored)
            {
                load.Finish(LoadOutcome.Loaded(stored));
                return Replay(pending, stored, RememberOutcome.Hit);
            }

            var start = cache.StartLoad();
            var rows = await RecordAsync(async, pending, execution, cancellationToken).ConfigureAwait(false);
            load.Finish(Store(pending, rows, load.Seen, start) ? LoadOutcome.Loaded(rows) : LoadOutcome.NotShared);
            return Replay(pending, rows, RememberOutcome.Miss);
        }
        catch (Exception exception)
        {
            cache.Counters.FailedLoads.Increment();
            load.Finish(cancellationToken.IsCancellationRequested ? LoadOutcome.Cancelled : LoadOutcome.Failed(exception));
            throw;
        }
        finally
        {
            cache.Loads.Leave(load);
        }
    }

    /// <summary>Runs the command as EF Core would and records what it gives, to the end.</summary>
    private async ValueTask<RowSet> RecordAsync(
        bool async, PendingCommand pending, RelationalCommandParameterObject execution, CancellationToken cancellationToken)
    {
        var slot = pending.Slot!;
        var parameters = pending.Parameters!;
        var command = Inner(pending);
        var real = connection.On(execution, execution.ReaderColumns);
        var reader = async
            ? await command.ExecuteReaderAsync(real, cancellationToken).ConfigureAwait(false)
            : command.ExecuteReader(real);
        try
        {
            return await RowRecorder.RecordAsync(
                async, reader, execution.ReaderColumns!, slot.Codecs!, parameters.Identify(slot, pending.Command), cancellationToken)
                .ConfigureAwait(false);
        }
        finally
        {
            if (async)
            {
                await reader.DisposeAsync().ConfigureAwait(false);
            }
            else
            {
                reader.Dispose();
            }
        }
    }

    /// <summary>Stores the rows, if they may be stored.</summary>
    /// <returns>Whether they may be shared with those who wait.</returns>
    private static bool Store(PendingCommand pending, RowSet rows, Dependency[] seen, LoadStart start)
    {
        var parameters = pending.Parameters!;
        var cache = parameters.Session.Cache;
        if (rows.RowCount > cache.MaxRows || rows.Size > cache.MaxResultBytes)
        {
            cache.Counters.Bypass(BypassReasons.TooLarge);
            return false;
        }

        if (!cache.Store(pending.Key, rows, seen, start, parameters.Ttl, rows.RowCount == 0, (int)rows.Size))
        {
            // Whoever waits has joined before that write was completed, so the rows are new enough for them.
            cache.Counters.Bypass(BypassReasons.Overtaken);
        }

        return true;
    }
}
