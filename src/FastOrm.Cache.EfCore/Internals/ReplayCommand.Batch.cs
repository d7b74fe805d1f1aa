using FastOrm.Cache.EfCore.Entities;
using FastOrm.Cache.EfCore.Rows;
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
        (batch.Rows, batch.Served, batch.HasJoined) = (null, cache.ChecksHits ? [] : null, false);
        if (execution.ReaderColumns is not { } columns || batch.Query.PlacesOf(columns) is not { } places)
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

        var rows = new KeyRows[batch.Keys.Count];
        var mayServe = !parameters.IsFresh
            && (!parameters.Verifies || await cache.VerifyReadAsync(async, batch.Keys.Count, cancellationToken).ConfigureAwait(false));
        var missing = new List<int>();
        var now = cache.Clock.Now;
        for (var i = 0; i < rows.Length; i++)
        {
            if (mayServe && Find(pending, i, now) is { } found)
            {
                rows[i] = KeyRows.AllOf(found);
                found.CountHit();
                batch.Served?.Add(i);
            }
            else
            {
                missing.Add(i);
            }
        }

        parameters.CountCertain(rows.Length - missing.Count);
        parameters.Report(RememberOutcome.Hit, rows.Length - missing.Count);

        if (missing.Count > 0
            && !await LoadBatchAsync(async, pending, execution, rows, missing, places, joins: mayServe, cancellationToken).ConfigureAwait(false))
        {
            return await RunPlainAsync(async, pending, execution, cancellationToken).ConfigureAwait(false);
        }

        if (batch.Served is { } served && !await CheckBatchAsync(async, pending, execution, served, rows, places, cancellationToken).ConfigureAwait(false))
        {
            return await RunPlainAsync(async, pending, execution, cancellationToken).ConfigureAwait(false);
        }

        DropRowsOfOtherKeys(batch, rows, places);
        batch.Rows = rows;
        return new ReplayDataReader(RowSet.None, connection, rows);
    }

    // Texts that differ may be equal to the database, so that one row is found by two keys. Side by side, EF Core would take it for one entity.
    private static void DropRowsOfOtherKeys(EntityBatch batch, KeyRows[] rows, int[] places)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            var stored = BatchQuery.Stored(batch.Key, batch.Keys[i]);
            if (BatchQuery.AreExact(stored))
            {
                return; // The values of all keys are of the same types.
            }

            if (rows[i] is { Count: > 0, Set: { } found, First: var row } && !ValuesComparer.Instance.Equals(stored, KeyOf(found, row, places)))
            {
                rows[i] = default;
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
            || !rows.Identity.IsSameCommand(parameters.IdentifySingle(parameters.Batch!, index, slot)))
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
        return batch.Query.CompareLayouts(parameters.IdentifySingle(batch, index, slot).Sql, slot.NumberedSqlOf(command));
    }
}
