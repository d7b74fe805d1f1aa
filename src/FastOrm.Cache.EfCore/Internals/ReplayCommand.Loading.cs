using System.Runtime.ExceptionServices;
using FastOrm.Cache.Coherence;
using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.EfCore.Plans;
using FastOrm.Cache.EfCore.Rows;
using FastOrm.Cache.Engine;
using FastOrm.Cache.Memory;
using FastOrm.Cache.Stamps;
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
            return Replay(pending, part, RememberOutcome.RemoteHit);
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
            if (!await cache.VerifyAsync(async, cancellationToken).ConfigureAwait(false))
            {
                return await LoadAloneAsync(async, pending, execution, cancellationToken).ConfigureAwait(false);
            }

            parameters.Seen(anew: true);
            IRelationalCommandTemplate? command = pending.Command;
            if (parameters.Find(pending.Key, slot, ref command) is { } certain)
            {
                return Replay(pending, certain, RememberOutcome.Hit);
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
                return Replay(pending, stale, RememberOutcome.Stale);
            }

            var outcome = await load.WaitAsync(async, takesOffers: failed is null, cancellationToken).ConfigureAwait(false);
            if (outcome.End == LoadEnd.Offered)
            {
                if (parameters.FindStale(pending.Key, slot, pending.Command, load.Offered) is { } offered)
                {
                    return Replay(pending, offered, RememberOutcome.Stale);
                }

                outcome = await load.WaitAsync(async, takesOffers: false, cancellationToken).ConfigureAwait(false);
            }

            switch (outcome.End)
            {
                case LoadEnd.Loaded when outcome.Value is RowSet rows && Accepts(rows):
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
                return Replay(pending, stored, RememberOutcome.Hit);
            }

            var look = await LookAsync(async, pending, load.Seen, cancellationToken).ConfigureAwait(false);
            if (TryTake(pending, load, look, out var taken))
            {
                load.Finish(LoadOutcome.Loaded(taken));
                return Replay(pending, taken, RememberOutcome.RemoteHit);
            }

            if (look is { Entry: null } unknown && cache.LoadLease is { } leaseTime)
            {
                (look, lease) = await cache.LeaseAsync(async, unknown, load.Seen, leaseTime, cancellationToken).ConfigureAwait(false);
                if (TryTake(pending, load, look, out taken))
                {
                    load.Finish(LoadOutcome.Loaded(taken));
                    return Replay(pending, taken, RememberOutcome.RemoteHit);
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
        var command = Inner(pending);
        var real = connection.On(execution, parameters.Sent, isBuffered: false);
        var toOpen = parameters.Session.StringToOpen();
        var reader = async
            ? await command.ExecuteReaderAsync(real, cancellationToken).ConfigureAwait(false)
            : command.ExecuteReader(real);
        var goesOn = false;
        try
        {
            if (toOpen is not null)
            {
                parameters.Session.NoteOpened(parameters.Database, toOpen, connection.DbConnection);
            }

            var recording = await RowRecorder.RecordAsync(
                async,
                reader,
                execution.ReaderColumns!,
                slot.Codecs!,
                new ReadMode(
                    execution.DetailedErrorsEnabled, parameters.IsBuffered, parameters.Cache.MaxRows, parameters.Cache.MaxResultBytes),
                parameters.Identify(slot, pending.Command),
                cancellationToken).ConfigureAwait(false);
            if (OnRecorded is { } onRecorded)
            {
                recording = recording with { Rows = onRecorded(recording.Rows, slot) };
            }

            var rows = recording.Rows;
            rows.Parts = slot.Index == 0 && parameters.IsSplit && rows.IsShareable ? new SplitParts() : null;
            Report(pending, rows, RememberOutcome.Miss);
            goesOn = recording.StandsOnRow;
            return (recording, goesOn ? new StreamedDataReader(reader, execution, rows) : new ReplayDataReader(rows, connection));
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

    /// <summary>Stores the rows, if they may be stored.</summary>
    /// <param name="pending">The command.</param>
    /// <param name="recording">What it gave.</param>
    /// <param name="seen">The stamps that were read before.</param>
    /// <param name="look">Those of the tier; null if nothing is stored there.</param>
    /// <param name="start">When the load began.</param>
    /// <param name="storing">Completes when the tier has the rows, or they have been given up.</param>
    /// <returns>Whether they may be shared with those who wait.</returns>
    private static bool Store(
        PendingCommand pending, Recording recording, Dependency[] seen, RemoteLook? look, LoadStart start, out Task storing)
    {
        storing = Task.CompletedTask;
        var parameters = pending.Parameters!;
        var cache = parameters.Cache;
        var rows = recording.Rows;
        if (recording.End == RecordingEnd.Failed)
        {
            parameters.Failed();
            return false;
        }

        if (recording.End == RecordingEnd.TooLarge || rows.RowCount > cache.MaxRows || rows.Size > cache.MaxResultBytes)
        {
            parameters.NotStored(BypassReasons.TooLarge);
            return false;
        }

        if (!rows.IsShareable)
        {
            parameters.NotStored(BypassReasons.Column);
            return false;
        }

        if (parameters.Session.IsMoving(parameters.Database))
        {
            parameters.NotStored(BypassReasons.MovingConnection);
            return false;
        }

        if (pending.Identity is { } asked && !asked.IsSameCommand(rows.Identity))
        {
            parameters.NotStored(BypassReasons.Changed);
            return false;
        }

        var index = pending.Slot!.Index;
        if (index > 0 && !parameters.Main!.Parts!.IsMainStored)
        {
            return false;
        }

        var freshFor = cache.FreshFor(parameters.Ttl, rows.RowCount == 0, parameters.EmptyTtl);
        var narrow = parameters.Narrow(seen, rows);
        if (!Keep(pending, rows, narrow, start, freshFor, parameters.StaleFor))
        {
            // Whoever waits has joined before that write was completed, so the rows are new enough for them.
            parameters.NotStored(BypassReasons.Overtaken);
        }
        else if (look is not null)
        {
            storing = StoreRemotely(pending, rows, look, ReferenceEquals(narrow, seen) ? null : narrow, start, freshFor);
        }

        return true;
    }

    /// <summary>Keeps rows in memory, if that is where they are to be kept.</summary>
    /// <returns>Whether they may be kept: not if they were overtaken by a write.</returns>
    private static bool Keep(PendingCommand pending, RowSet rows, Dependency[] dependencies, LoadStart start, long freshFor, long staleFor)
    {
        var (parameters, index) = (pending.Parameters!, pending.Slot!.Index);
        if (!Keep(parameters, pending.Key, rows, dependencies, start, freshFor, staleFor))
        {
            return false;
        }

        if (index > 0)
        {
            parameters.Main!.Parts!.Stored(index, pending.Key, rows);
        }
        else if (rows.Parts is { } parts)
        {
            parts.IsMainStored = true;
        }

        return true;
    }

    private static bool Keep(
        RememberedParameters parameters,
        in LocalCacheKey key,
        RowSet rows,
        Dependency[] dependencies,
        LoadStart start,
        long freshFor,
        long staleFor)
    {
        var cache = parameters.Cache;
        freshFor = Math.Min(freshFor, Clock.Sum(cache.Clock.Now - start.At, EntryTerms.Milliseconds(parameters.LocalTtl)));
        var size = (int)Math.Min(int.MaxValue, rows.Size + (rows.Parts?.Size ?? 0) + RowKey.SizeOf(key));
        return parameters.UsesMemory
            ? cache.Store(key, rows, dependencies, start, freshFor, size, staleFor)
            : Dependency.AreCurrent(dependencies);
    }
}
