using System.Runtime.ExceptionServices;
using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.EfCore.Plans;
using FastOrm.Cache.EfCore.Rows;
using FastOrm.Cache.Engine;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.EfCore.Internals;

/// <content>What happens on a miss: waiting for the load of another caller, or loading, recording and storing.</content>
internal sealed partial class ReplayCommand
{
    /// <summary>Lets a test look at what is recorded, and put rows in its place as another process would read them; otherwise null.</summary>
    internal static Func<RowSet, CommandSlot, RowSet>? OnRecorded { get; set; }

    /// <summary>Waits for the rows or loads them; at most one load of a key runs at a time.</summary>
    private async ValueTask<RelationalDataReader> LoadAsync(
        bool async, PendingCommand pending, RelationalCommandParameterObject execution, CancellationToken cancellationToken)
    {
        var parameters = pending.Parameters!;
        var slot = pending.Slot!;
        var cache = parameters.Cache;
        if (parameters.Explanation is not null)
        {
            return await ExplainAsync(async, pending, execution, cancellationToken).ConfigureAwait(false);
        }

        if (parameters.Batch is not null)
        {
            return await ReadBatchAsync(async, pending, execution, cancellationToken).ConfigureAwait(false);
        }

        if (parameters.IsCacheOnly)
        {
            return await FindOnlyAsync(async, pending, execution, cancellationToken).ConfigureAwait(false);
        }

        if (parameters.Session.HasOpenReader())
        {
            // What it reads may be older than the last write: for this caller only.
            parameters.NotStored(BypassReasons.OpenReader);
            return (await RecordAsync(async, pending, execution, cancellationToken).ConfigureAwait(false)).Reader;
        }

        if (TryTakePart(pending, out var part))
        {
            var freshForPart = cache.FreshFor(parameters.Ttl, isEmpty: false);
            Keep(pending, part, parameters.Seen(anew: false), cache.StartedAt(cache.Clock.Now), freshForPart, parameters.StaleFor);
            return await ServeAsync(async, pending, execution, part, RememberOutcome.RemoteHit, cancellationToken).ConfigureAwait(false);
        }

        if (parameters.IsFresh)
        {
            // Now means now: a load that is under way may have begun before what the caller knows of.
            if (slot.Index == 0 && parameters.UsesRemote)
            {
                await parameters.SupersedeAsync(async).ConfigureAwait(false);
            }

            return await LoadAloneAsync(async, pending, execution, cancellationToken).ConfigureAwait(false);
        }

        if (parameters.Verifies && slot.Index == 0)
        {
            if (!await cache.VerifyReadAsync(async, reads: 1, cancellationToken).ConfigureAwait(false))
            {
                return await LoadAloneAsync(async, pending, execution, cancellationToken).ConfigureAwait(false);
            }

            parameters.Seen(anew: true);
            IRelationalCommandTemplate? command = pending.Command;
            if (parameters.Find(pending.Key, slot, ref command) is { } certain)
            {
                return await ServeAsync(async, pending, execution, certain, RememberOutcome.Hit, cancellationToken).ConfigureAwait(false);
            }
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

            if (failed is null && parameters.FindStale(pending.Key, slot, pending.Command, load.Offered) is { } stale)
            {
                return await ServeAsync(async, pending, execution, stale, RememberOutcome.Stale, cancellationToken).ConfigureAwait(false);
            }

            if (cache.DryRun)
            {
                parameters.Report(RememberOutcome.Joined); // Without waiting, as it is without the cache.
                return await PastAsync(async, pending, execution, cancellationToken).ConfigureAwait(false);
            }

            var outcome = await load.WaitAsync(async, takesOffers: failed is null, cancellationToken).ConfigureAwait(false);
            if (outcome.End == LoadEnd.Offered)
            {
                if (parameters.FindStale(pending.Key, slot, pending.Command, load.Offered) is { } offered)
                {
                    return await ServeAsync(async, pending, execution, offered, RememberOutcome.Stale, cancellationToken).ConfigureAwait(false);
                }

                outcome = await load.WaitAsync(async, takesOffers: false, cancellationToken).ConfigureAwait(false);
            }

            switch (outcome.End)
            {
                case LoadEnd.Loaded when outcome.Value is RowSet rows && Accepts(rows):
                    return await ServeAsync(async, pending, execution, rows, RememberOutcome.Joined, cancellationToken).ConfigureAwait(false);
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

        bool Accepts(RowSet rows)
        {
            IRelationalCommandTemplate? command = pending.Command;
            return parameters.IsOfCommand(rows, slot, ref command);
        }
    }

    private async ValueTask<RelationalDataReader> LoadAloneAsync(
        bool async, PendingCommand pending, RelationalCommandParameterObject execution, CancellationToken cancellationToken)
    {
        var seen = pending.Parameters!.Seen(anew: false);
        var look = await LookAsync(async, pending, seen, cancellationToken).ConfigureAwait(false);
        var start = pending.Parameters.Cache.StartLoad();
        var (recording, reader) = await RecordAsync(async, pending, execution, cancellationToken).ConfigureAwait(false);
        pending.Parameters.Loaded(start, pending.Slot!, recording.Rows.Size, pending.Command);
        Store(pending, recording, seen, look, start, out _);
        return reader;
    }

    private async ValueTask<RelationalDataReader> LeadAsync(
        bool async, Load load, PendingCommand pending, RelationalCommandParameterObject execution, CancellationToken cancellationToken)
    {
        var parameters = pending.Parameters!;
        var cache = parameters.Cache;
        string? lease = null;
        var storing = Task.CompletedTask;
        try
        {
            // The load before may have ended between our look-up and our turn.
            IRelationalCommandTemplate? command = pending.Command;
            if (parameters.Find(pending.Key, pending.Slot!, ref command) is { } stored)
            {
                load.Finish(LoadOutcome.Loaded(stored));
                return await ServeAsync(async, pending, execution, stored, RememberOutcome.Hit, cancellationToken).ConfigureAwait(false);
            }

            var look = await LookAsync(async, pending, load.Seen, cancellationToken).ConfigureAwait(false);
            if (TryTake(pending, load, look, out var taken))
            {
                load.Finish(LoadOutcome.Loaded(taken));
                return await ServeAsync(async, pending, execution, taken, RememberOutcome.RemoteHit, cancellationToken).ConfigureAwait(false);
            }

            if (look is { Entry: null } unknown && cache.LoadLease is { } leaseTime && !cache.DryRun)
            {
                (look, lease) = await cache.LeaseAsync(async, unknown, load.Seen, leaseTime, cancellationToken).ConfigureAwait(false);
                if (TryTake(pending, load, look, out taken))
                {
                    load.Finish(LoadOutcome.Loaded(taken));
                    return await ServeAsync(async, pending, execution, taken, RememberOutcome.RemoteHit, cancellationToken).ConfigureAwait(false);
                }
            }

            var start = cache.StartLoad();
            var (recording, reader) = await RecordAsync(async, pending, execution, cancellationToken).ConfigureAwait(false);
            parameters.Loaded(start, pending.Slot!, recording.Rows.Size, pending.Command);
            var isShared = Store(pending, recording, load.Seen, look, start, out storing);
            load.Finish(isShared ? LoadOutcome.Loaded(recording.Rows) : LoadOutcome.NotShared);
            return reader;
        }
        catch (Exception exception)
        {
            parameters.Failed();
            load.Finish(cancellationToken.IsCancellationRequested ? LoadOutcome.Cancelled : LoadOutcome.Failed(exception));
            throw;
        }
        finally
        {
            cache.Loads.Leave(load);
            if (lease is not null)
            {
                // Those who wait for it look for what is stored.
                cache.Remote!.Release(((RowKey)pending.Key.Identity).RemoteKey, lease, after: storing);
            }
        }
    }

    /// <summary>Runs the command as EF Core would and records what it gives.</summary>
    private ValueTask<(Recording Recording, RelationalDataReader Reader)> RecordAsync(
        bool async, PendingCommand pending, RelationalCommandParameterObject execution, CancellationToken cancellationToken)
        => CacheActivities.Source.HasListeners()
            ? RecordTracedAsync(async, pending, execution, cancellationToken)
            : RecordNowAsync(async, pending, execution, cancellationToken);

    private async ValueTask<(Recording Recording, RelationalDataReader Reader)> RecordTracedAsync(
        bool async, PendingCommand pending, RelationalCommandParameterObject execution, CancellationToken cancellationToken)
    {
        using var activity = CacheActivities.Load(pending.Parameters!.Cache.Name, CacheActivities.Query);
        activity?.SetTag("db.query.summary", pending.Parameters.Counters.Identity.Label);
        try
        {
            return await RecordNowAsync(async, pending, execution, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (CacheActivities.Failed(activity, exception))
        {
            throw;
        }
    }

    private async ValueTask<(Recording Recording, RelationalDataReader Reader)> RecordNowAsync(
        bool async, PendingCommand pending, RelationalCommandParameterObject execution, CancellationToken cancellationToken)
    {
        var slot = pending.Slot!;
        var parameters = pending.Parameters!;
        var (recording, rest) = await RunAsync(
            async, pending, pending, execution, parameters.Sent, () => parameters.Identify(slot, pending.Command), mayGoOn: true, cancellationToken)
            .ConfigureAwait(false);
        if (OnRecorded is { } onRecorded)
        {
            recording = recording with { Rows = onRecorded(recording.Rows, slot) };
        }

        var rows = recording.Rows;
        rows.Parts = slot.Index == 0 && parameters.IsSplit && rows.IsShareable ? new SplitParts() : null;
        Report(pending, rows, RememberOutcome.Miss);
        return (recording, rest is not null ? new StreamedDataReader(rest, execution, rows) : new ReplayDataReader(rows, connection));
    }

    /// <summary>Runs a command in the place of the one that EF Core has asked for, and reads all of its rows.</summary>
    private async ValueTask<Recording> ReadAllAsync(
        bool async,
        PendingCommand pending,
        PendingCommand command,
        RelationalCommandParameterObject execution,
        CommandIdentity identity,
        CancellationToken cancellationToken)
    {
        DropInner();
        var (recording, _) = await RunAsync(
            async, pending, command, execution, command.Values, () => identity, mayGoOn: false, cancellationToken).ConfigureAwait(false);
        return recording;
    }

    /// <summary>Runs a command on the context's own connection and records its rows.</summary>
    /// <param name="async">Whether the caller is asynchronous.</param>
    /// <param name="pending">Whose slot and parameters count.</param>
    /// <param name="command">What is run: the same, or for some of the keys of a batch.</param>
    /// <param name="execution">What EF Core gives for it.</param>
    /// <param name="values">The values from which it was made.</param>
    /// <param name="identify">Tells whose rows they are, when it has been sent.</param>
    /// <param name="mayGoOn">Whether EF Core reads the rest if the recording ends before the last row.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <returns>What was recorded, and the reader if there is a rest: whoever reads that disposes of it.</returns>
    private async ValueTask<(Recording Recording, RelationalDataReader? Reader)> RunAsync(
        bool async,
        PendingCommand pending,
        PendingCommand command,
        RelationalCommandParameterObject execution,
        IReadOnlyDictionary<string, object?>? values,
        Func<CommandIdentity> identify,
        bool mayGoOn,
        CancellationToken cancellationToken)
    {
        var parameters = pending.Parameters!;
        var inner = Inner(command);
        var real = connection.On(execution, values, isBuffered: false);
        var toOpen = parameters.Session.StringToOpen();
        var reader = async
            ? await inner.ExecuteReaderAsync(real, cancellationToken).ConfigureAwait(false)
            : inner.ExecuteReader(real);
        var goesOn = false;
        try
        {
            if (toOpen is not null)
            {
                parameters.Session.NoteOpened(parameters.Database, toOpen, connection.DbConnection);
            }

            var mode = new ReadMode(
                execution.DetailedErrorsEnabled, parameters.IsBuffered, parameters.Cache.MaxRows, parameters.Cache.MaxResultBytes);
            var recording = await RowRecorder.RecordAsync(
                async, reader, execution.ReaderColumns!, pending.Slot!.Codecs!, mode, identify(), cancellationToken).ConfigureAwait(false);
            goesOn = mayGoOn && recording.StandsOnRow;
            return (recording, goesOn ? reader : null);
        }
        finally
        {
            if (goesOn)
            {
                // EF Core reads the rest, and disposes of it.
            }
            else if (async)
            {
                await reader.DisposeAsync().ConfigureAwait(false);
            }
            else
            {
                reader.Dispose();
            }
        }
    }
}
