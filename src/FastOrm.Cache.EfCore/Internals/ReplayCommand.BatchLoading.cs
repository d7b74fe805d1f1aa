using FastOrm.Cache.Coherence;
using FastOrm.Cache.EfCore.Entities;
using FastOrm.Cache.EfCore.Rows;
using FastOrm.Cache.Engine;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.EfCore.Internals;

/// <content>What happens to the keys of a batch that memory does not have: the tier that nodes share, the loads of others, one command.</content>
internal sealed partial class ReplayCommand
{
    /// <returns>Whether everything was found: otherwise the database is to answer for all of them.</returns>
    private async ValueTask<bool> LoadBatchAsync(
        bool async,
        PendingCommand pending,
        RelationalCommandParameterObject execution,
        KeyRows[] rows,
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
                if (rows[index].AreKnown)
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
                        rows[index] = KeyRows.AllOf(stored);
                        batch.Served?.Add(index);
                        parameters.CountCertain();
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
                load.Finish(isComplete && rows[index].Set is { IsShareable: true } loaded ? LoadOutcome.Loaded(loaded) : LoadOutcome.NotShared);
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
                rows[index] = KeyRows.AllOf(shared);
                batch.HasJoined = true;
                parameters.Report(RememberOutcome.Joined);
            }
            else
            {
                again.Add(index);
            }
        }

        looks = await LookAsync(async, pending, rows, again, mayTake: true, cancellationToken).ConfigureAwait(false);
        again = again.FindAll(index => !rows[index].AreKnown);
        return again.Count == 0
            || await LoadFromDatabaseAsync(async, pending, execution, rows, again, places, looks, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<bool> LoadFromDatabaseAsync(
        bool async,
        PendingCommand pending,
        RelationalCommandParameterObject execution,
        KeyRows[] rows,
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

        parameters.Loaded(start, pending.Slot!, recording.Rows.Size, parameters.Counters.Sql is null ? CommandOf(pending, loading, out _) : null);
        Share(pending, recording.Rows, loading, places, rows);
        var stored = new List<(string, Envelope)>();
        parameters.Report(RememberOutcome.Miss, loading.Count);
        foreach (var index in loading)
        {
            if (rows[index].Set is { } some && Keep(pending, index, some, start) is { } freshFor && looks[index] is { } look
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

    private async ValueTask<Recording> RecordBatchAsync(
        bool async, PendingCommand pending, RelationalCommandParameterObject execution, List<int> loading, CancellationToken cancellationToken)
    {
        var command = CommandOf(pending, loading, out var values);
        return await ReadAllAsync(
            async,
            pending,
            new PendingCommand(command, isBuffered: false, values),
            execution,
            new CommandIdentity(pending.Slot!.Id, "", null), // Of none: each key gets its own.
            cancellationToken).ConfigureAwait(false);
    }

    private static IRelationalCommandTemplate CommandOf(PendingCommand pending, List<int> loading, out Dictionary<string, object?> values)
    {
        var batch = pending.Parameters!.Batch!;
        values = pending.Parameters.ValuesOf(batch, [.. loading.Select(index => batch.Keys[index])]);
        return pending.Slot!.MakeCommand(values);
    }

    // Gives each key its rows. One without rows has none, if each row is that of a key and the database can take nothing else for it.
    private static void Share(PendingCommand pending, RowSet loaded, List<int> loading, int[] places, KeyRows[] rows)
    {
        var (parameters, slot) = (pending.Parameters!, pending.Slot!);
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
                rows[index] = KeyRows.AllOf(loaded.Pick(parameters.IdentifySingle(batch, index, slot), [.. some]));
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

        var freshFor = cache.FreshFor(parameters.Ttl, rows.RowCount == 0, parameters.EmptyTtl);
        if (Keep(parameters, batch.Entries[index], rows, batch.Seen[index]!, start, freshFor, parameters.StaleFor))
        {
            return freshFor;
        }

        parameters.NotStored(BypassReasons.Overtaken);
        return null;
    }
}
