using FastOrm.Cache.Coherence;
using FastOrm.Cache.EfCore.Entities;
using FastOrm.Cache.EfCore.Rows;
using FastOrm.Cache.Engine;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.EfCore.Internals;

/// <content>Several entities by their keys: each from where it is, the rest by one command.</content>
internal sealed partial class ReplayCommand
{
    private async ValueTask<RelationalDataReader> ReadBatchAsync(
        bool async, PendingCommand pending, RelationalCommandParameterObject execution, CancellationToken cancellationToken)
    {
        var (parameters, slot) = (pending.Parameters!, pending.Slot!);
        var (batch, cache) = (parameters.Batch!, parameters.Cache);
        batch.Rows = null;
        if (execution.ReaderColumns is not { } columns || batch.Query.PlacesOf(batch.Key, columns) is not { } places)
        {
            return await RunPlainAsync(async, pending, execution, cancellationToken).ConfigureAwait(false);
        }

        if ((Codecs(slot, columns) is null ? BypassReasons.Column
            : parameters.Session.HasOpenReader() ? BypassReasons.OpenReader
            : parameters.TryKeyBatch(batch) ? null : BypassReasons.NotKeyable) is { } reason)
        {
            parameters.Bypass(reason);
            return await RunPlainAsync(async, pending, execution, cancellationToken).ConfigureAwait(false);
        }

        if (parameters.IsFresh && parameters.UsesRemote)
        {
            await parameters.SupersedeAsync(async, batch).ConfigureAwait(false);
        }

        var rows = new RowSet?[batch.Keys.Count];
        var mayServe = !parameters.IsFresh
            && (!parameters.Verifies || await cache.VerifyAsync(async, cancellationToken).ConfigureAwait(false));
        var missing = new List<int>();
        var now = cache.Clock.Now;
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = mayServe ? Find(pending, i, now) : null;
            rows[i]?.CountHit();
            if (rows[i] is null)
            {
                missing.Add(i);
            }
            else if (cache.ChecksHits)
            {
                batch.Served.Add(i);
            }
        }

        parameters.Report(RememberOutcome.Hit, rows.Length - missing.Count);

        if (missing.Count > 0
            && !await LoadBatchAsync(async, pending, execution, rows, missing, places, joins: mayServe, cancellationToken).ConfigureAwait(false))
        {
            return await RunPlainAsync(async, pending, execution, cancellationToken).ConfigureAwait(false);
        }

        if (cache.ChecksHits && !await CheckBatchAsync(async, pending, execution, rows, places, cancellationToken).ConfigureAwait(false))
        {
            return await RunPlainAsync(async, pending, execution, cancellationToken).ConfigureAwait(false);
        }

        DropRowsOfOtherKeys(batch, rows, places);
        batch.Rows = rows;
        return new ReplayDataReader(RowSet.None, connection, rows);
    }

    // Texts that differ may be equal to the database, so that one row is found by two keys. Side by side, EF Core would take it for one entity.
    private static void DropRowsOfOtherKeys(EntityBatch batch, RowSet?[] rows, int[] places)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            var stored = BatchQuery.Stored(batch.Key, batch.Keys[i]);
            if (BatchQuery.AreExact(stored))
            {
                return; // The values of all keys are of the same types.
            }

            if (rows[i] is { RowCount: > 0 } found && !ValuesComparer.Instance.Equals(stored, KeyOf(found, row: 0, places)))
            {
                rows[i] = null;
            }
        }
    }

    private static object[] KeyOf(RowSet rows, int row, int[] places) => Array.ConvertAll(places, place => rows.Columns[place]!.GetValue(row));

    // Whatever the database gives, as EF Core would read it.
    private async ValueTask<RelationalDataReader> RunPlainAsync(
        bool async, PendingCommand pending, RelationalCommandParameterObject execution, CancellationToken cancellationToken)
    {
        var plain = pending.Parameters!.PlainBatch(pending.Slot!);
        DropInner();
        var real = connection.On(execution, plain.Values, plain.IsBuffered);
        var reader = async
            ? await Inner(plain).ExecuteReaderAsync(real, cancellationToken).ConfigureAwait(false)
            : Inner(plain).ExecuteReader(real);
        return Streamed(plain, reader, execution);
    }

    /// <summary>The valid rows of one of the keys, if they are those that the command of the batch would give.</summary>
    private static RowSet? Find(PendingCommand pending, int index, long now)
    {
        var parameters = pending.Parameters!;
        return parameters.Cache.Find(parameters.Batch!.Entries[index], parameters.MaxAge, now)?.Value is RowSet rows && Accepts(pending, index, rows)
            ? rows
            : null;
    }

    private static bool Accepts(PendingCommand pending, int index, RowSet rows)
    {
        var (parameters, slot) = (pending.Parameters!, pending.Slot!);
        if (rows.IsKnownTo(slot.Id))
        {
            return true;
        }

        if (!HasLayout(pending, index)
            || !rows.HasColumnsOf(slot.Codecs!, slot.ColumnNames)
            || !rows.Identity.IsSameCommand(parameters.IdentifySingle(parameters.Batch!, index)))
        {
            return false;
        }

        rows.AlsoKnownTo(slot.Id);
        return true;
    }

    // Whether the rows of the batch are those of a single key one after the other.
    private static bool HasLayout(PendingCommand pending, int index)
    {
        var (parameters, slot) = (pending.Parameters!, pending.Slot!);
        var batch = parameters.Batch!;
        if (batch.Query.IsSameLayout is { } isSame)
        {
            return isSame;
        }

        var command = slot.MakeCommand(parameters.ValuesOf(batch, batch.Keys));
        return batch.Query.CompareLayouts(parameters.IdentifySingle(batch, index).Sql, slot.NumberedSqlOf(command));
    }

    /// <returns>Whether everything was found: otherwise the database is to answer for all of them.</returns>
    private async ValueTask<bool> LoadBatchAsync(
        bool async,
        PendingCommand pending,
        RelationalCommandParameterObject execution,
        RowSet?[] rows,
        List<int> missing,
        int[] places,
        bool joins,
        CancellationToken cancellationToken)
    {
        if (!HasLayout(pending, missing[0]))
        {
            return false;
        }

        var parameters = pending.Parameters!;
        var (batch, cache) = (parameters.Batch!, parameters.Cache);
        var own = new List<(int Index, Load Load)>();
        var loading = new List<int>();
        var others = new List<(int Index, Load Load)>();
        var looks = await LookAsync(async, pending, rows, missing, joins, cancellationToken).ConfigureAwait(false);
        var now = cache.Clock.Now;
        try
        {
            foreach (var index in missing)
            {
                if (rows[index] is not null)
                {
                    continue;
                }

                if (joins)
                {
                    var load = cache.Loads.Enter(batch.Entries[index], batch.Seen[index]!, out var leads);
                    if (!leads)
                    {
                        others.Add((index, load));
                        continue;
                    }

                    own.Add((index, load));

                    // The load before may have ended between the look-up and this turn.
                    if (Find(pending, index, now) is { } stored)
                    {
                        rows[index] = stored;
                        batch.Served.Add(index);
                        parameters.Report(RememberOutcome.Hit);
                        continue;
                    }
                }

                loading.Add(index);
            }

            var isComplete = loading.Count == 0
                || await LoadFromDatabaseAsync(async, pending, execution, rows, loading, places, looks, cancellationToken).ConfigureAwait(false);
            foreach (var (index, load) in own)
            {
                load.Finish(isComplete && rows[index] is { IsShareable: true } loaded ? LoadOutcome.Loaded(loaded) : LoadOutcome.NotShared);
            }

            if (!isComplete)
            {
                return false;
            }
        }
        catch (Exception exception)
        {
            parameters.Failed();
            var outcome = cancellationToken.IsCancellationRequested ? LoadOutcome.Cancelled : LoadOutcome.Failed(exception);
            own.ForEach(led => led.Load.Finish(outcome));
            throw;
        }
        finally
        {
            own.ForEach(led => cache.Loads.Leave(led.Load));
        }

        // Only after one's own are done: two batches may wait for each other.
        var again = new List<int>();
        var until = Clock.Sum(cache.Clock.Now, EntryTerms.Milliseconds(cache.Loads.MaxWait));
        foreach (var (index, load) in others)
        {
            var left = TimeSpan.FromMilliseconds(Math.Max(0, until - cache.Clock.Now)); // For all of them together.
            var outcome = await load.WaitAsync(async, takesOffers: false, left, cancellationToken).ConfigureAwait(false);
            if (outcome is { End: LoadEnd.Loaded, Value: RowSet shared } && Accepts(pending, index, shared))
            {
                rows[index] = shared;
                parameters.Report(RememberOutcome.Joined);
            }
            else
            {
                again.Add(index);
            }
        }

        looks = await LookAsync(async, pending, rows, again, mayTake: true, cancellationToken).ConfigureAwait(false);
        again = again.FindAll(index => rows[index] is null);
        return again.Count == 0
            || await LoadFromDatabaseAsync(async, pending, execution, rows, again, places, looks, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads the stamps, and asks the tier that nodes share for the rows and for its own stamps, in one round trip.</summary>
    private static async ValueTask<RemoteLook?[]> LookAsync(
        bool async, PendingCommand pending, RowSet?[] rows, List<int> missing, bool mayTake, CancellationToken cancellationToken)
    {
        var parameters = pending.Parameters!;
        var batch = parameters.Batch!;
        var looks = new RemoteLook?[rows.Length];
        foreach (var index in missing)
        {
            batch.Seen[index] = parameters.SeenOf(batch, index);
        }

        if (!parameters.UsesRemote || missing.Count == 0)
        {
            return looks;
        }

        var found = await parameters.Cache.LookAsync(
            async,
            [.. missing.Select(index => ((RowKey)batch.Entries[index].Identity).RemoteKey)],
            [.. missing.Select(index => batch.Seen[index]!)],
            cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < found.Length; i++)
        {
            var index = missing[i];
            looks[index] = found[i];
            rows[index] = mayTake ? Take(pending, index, found[i]) : null;
        }

        return looks;
    }

    private async ValueTask<bool> LoadFromDatabaseAsync(
        bool async,
        PendingCommand pending,
        RelationalCommandParameterObject execution,
        RowSet?[] rows,
        List<int> loading,
        int[] places,
        RemoteLook?[] looks,
        CancellationToken cancellationToken)
    {
        var parameters = pending.Parameters!;
        var cache = parameters.Cache;
        var start = cache.StartLoad();
        var recording = await RecordBatchAsync(async, pending, execution, loading, cancellationToken).ConfigureAwait(false);
        if (recording.End == RecordingEnd.TooLarge && loading.Count > 1)
        {
            // Too much for one entry, but each key has one of its own.
            var half = loading.Count / 2;
            return await LoadFromDatabaseAsync(
                    async, pending, execution, rows, loading[..half], places, looks, cancellationToken).ConfigureAwait(false)
                && await LoadFromDatabaseAsync(
                    async, pending, execution, rows, loading[half..], places, looks, cancellationToken).ConfigureAwait(false);
        }

        if (recording.End != RecordingEnd.LastRow)
        {
            return false; // They are more than is stored, or EF Core has to meet an error in them.
        }

        parameters.Loaded(start, pending.Slot!, recording.Rows.Size);
        Share(parameters, recording.Rows, loading, places, rows);
        var stored = new List<(string, Envelope)>();
        parameters.Report(RememberOutcome.Miss, loading.Count);
        foreach (var index in loading)
        {
            if (rows[index] is { } some && Keep(pending, index, some, start) is { } freshFor && looks[index] is { } look
                && EnvelopeOf(parameters, some, [], look, start, freshFor) is { } entry)
            {
                stored.Add((look.Key, entry));
            }
        }

        if (stored.Count > 0)
        {
            _ = cache.Remote!.StoreAsync(stored);
        }

        return true;
    }

    private static RowSet? Take(PendingCommand pending, int index, RemoteLook? look)
    {
        var (parameters, slot) = (pending.Parameters!, pending.Slot!);
        var (batch, cache) = (parameters.Batch!, parameters.Cache);
        if (look?.Entry is not { Kind: EnvelopeKind.Rows } entry
            || cache.AgeOf(entry) is var age && (age >= entry.FreshFor || age >= parameters.MaxAge)
            || TryDecode(parameters, slot, parameters.IdentifySingle(batch, index), entry) is not { } rows)
        {
            return null;
        }

        rows.AlsoKnownTo(slot.Id);
        var seen = batch.Seen[index]!;
        Keep(parameters, batch.Entries[index], rows, DependenciesOf(look, seen, seen), cache.StartedAt(cache.Clock.Now - age), entry.FreshFor, entry.StaleFor);
        batch.Served.Add(index);
        parameters.FoundRemotely();
        parameters.Report(RememberOutcome.RemoteHit);
        return rows;
    }

    private async ValueTask<Recording> RecordBatchAsync(
        bool async,
        PendingCommand pending,
        RelationalCommandParameterObject execution,
        List<int> loading,
        CancellationToken cancellationToken)
    {
        var (parameters, slot) = (pending.Parameters!, pending.Slot!);
        var batch = parameters.Batch!;
        var values = parameters.ValuesOf(batch, [.. loading.Select(index => batch.Keys[index])]);
        var command = new PendingCommand(slot.MakeCommand(values), isBuffered: false, values);
        return await ReadAllAsync(async, pending, command, execution, new CommandIdentity(slot.Id, "", null), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Runs a command on the context's own connection and reads all of its rows.</summary>
    /// <param name="async">Whether the caller awaits it.</param>
    /// <param name="pending">The command that EF Core executes.</param>
    /// <param name="command">The one that is run for it.</param>
    /// <param name="execution">The execution.</param>
    /// <param name="identity">What the command is.</param>
    /// <param name="cancellationToken">The caller's.</param>
    private async ValueTask<Recording> ReadAllAsync(
        bool async,
        PendingCommand pending,
        PendingCommand command,
        RelationalCommandParameterObject execution,
        CommandIdentity identity,
        CancellationToken cancellationToken)
    {
        var (parameters, slot) = (pending.Parameters!, pending.Slot!);
        DropInner();
        var toOpen = parameters.Session.StringToOpen();
        var real = connection.On(execution, command.Values, isBuffered: false);
        var reader = async
            ? await Inner(command).ExecuteReaderAsync(real, cancellationToken).ConfigureAwait(false)
            : Inner(command).ExecuteReader(real);
        try
        {
            if (toOpen is not null)
            {
                parameters.Session.NoteOpened(parameters.Database, toOpen, connection.DbConnection);
            }

            var mode = new ReadMode(
                execution.DetailedErrorsEnabled, parameters.IsBuffered, parameters.Cache.MaxRows, parameters.Cache.MaxResultBytes);
            return await RowRecorder.RecordAsync(
                async, reader, execution.ReaderColumns!, slot.Codecs!, mode, identity, cancellationToken)
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

    // Gives each key its rows. One without rows has none, if each row is that of a key and the database can take nothing else for it.
    private static void Share(RememberedParameters parameters, RowSet loaded, List<int> loading, int[] places, RowSet?[] rows)
    {
        var batch = parameters.Batch!;
        var byValues = new Dictionary<object[], (int Index, List<int> Rows)>(ValuesComparer.Instance);
        foreach (var index in loading)
        {
            byValues.TryAdd(BatchQuery.Stored(batch.Key, batch.Keys[index]), (index, []));
        }

        var isClear = true;
        for (var row = 0; row < loaded.RowCount; row++)
        {
            var isAsked = byValues.TryGetValue(KeyOf(loaded, row, places), out var found);
            found.Rows?.Add(row);
            isClear &= isAsked;
        }

        foreach (var (values, (index, some)) in byValues)
        {
            if (some.Count > 0 || (isClear && BatchQuery.AreExact(values)))
            {
                rows[index] = loaded.Pick(parameters.IdentifySingle(batch, index), [.. some]);
            }
        }
    }

    // Null if nothing was kept.
    private static long? Keep(PendingCommand pending, int index, RowSet rows, LoadStart start)
    {
        var parameters = pending.Parameters!;
        var (batch, cache) = (parameters.Batch!, parameters.Cache);
        if (!rows.IsShareable)
        {
            parameters.NotStored(BypassReasons.Column);
            return null;
        }

        if (parameters.Session.IsMoving(parameters.Database))
        {
            parameters.NotStored(BypassReasons.MovingConnection);
            return null;
        }

        rows.AlsoKnownTo(pending.Slot!.Id);
        var freshFor = cache.FreshFor(parameters.Ttl, rows.RowCount == 0, parameters.EmptyTtl);
        if (Keep(parameters, batch.Entries[index], rows, batch.Seen[index]!, start, freshFor, parameters.StaleFor))
        {
            return freshFor;
        }

        parameters.NotStored(BypassReasons.Overtaken);
        return null;
    }
}
