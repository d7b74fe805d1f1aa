using FastOrm.Cache.Coherence;
using FastOrm.Cache.EfCore.Keys;
using FastOrm.Cache.EfCore.Rows;
using FastOrm.Cache.EfCore.Rows.Codec;
using FastOrm.Cache.Engine;
using FastOrm.Cache.Stamps;

namespace FastOrm.Cache.EfCore.Internals;

/// <content>What the tier that nodes share has of the keys of a batch.</content>
internal sealed partial class ReplayCommand
{
    /// <summary>Reads the stamps, and asks the tier that nodes share for the rows and for its own stamps, in one round trip.</summary>
    private static async ValueTask<RemoteLook?[]> LookAsync(
        bool async, PendingCommand pending, KeyRows[] rows, List<int> missing, bool mayTake, CancellationToken cancellationToken)
    {
        var parameters = pending.Parameters!;
        var batch = parameters.Batch!;
        var looks = new RemoteLook?[rows.Length];
        if (missing.Count == 0)
        {
            return looks;
        }

        parameters.ReadStamps(batch, missing);
        if (!parameters.UsesRemote)
        {
            return looks;
        }

        var (keys, seen) = (new string[missing.Count], new Dependency[missing.Count][]);
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = ((RowKey)batch.Entries[missing[i]].Identity).RemoteKey;
            seen[i] = batch.Seen[missing[i]]!;
        }

        var found = await parameters.Cache.LookAsync(async, keys, seen, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < found.Length; i++)
        {
            looks[missing[i]] = found[i];
        }

        if (mayTake)
        {
            TakeTogether(pending, rows, missing, looks);
            foreach (var index in missing)
            {
                rows[index] = rows[index].AreKnown ? rows[index] : KeyRows.AllOf(Take(pending, index, looks[index]));
            }
        }

        return looks;
    }

    /// <summary>
    /// Takes the rows of several keys as one result. Not where they are kept in memory: there the last entry would keep those of all others alive;
    /// nor where hits are checked, each by itself.
    /// </summary>
    private static void TakeTogether(PendingCommand pending, KeyRows[] rows, List<int> asked, RemoteLook?[] looks)
    {
        var (parameters, slot) = (pending.Parameters!, pending.Slot!);
        var batch = parameters.Batch!;
        if (parameters.UsesMemory
            || batch.Served is not null
            || slot.ColumnNames is not null
            || RowForm.Of(parameters.SqlOfSingle(batch), slot.Codecs!, isKept: true) is not { } form)
        {
            return;
        }

        var block = new RowBlock(form, slot.Codecs!, asked.Count);
        var (taken, now) = (0, parameters.Cache.UtcNow);
        var key = QueryKey.Rent();
        try
        {
            foreach (var index in asked)
            {
                key.Values.Clear();
                if (FreshEntry(parameters, looks[index], now) is { } entry
                    && RowBundle.TryRead(entry.Payload, out _) is { } main
                    && parameters.TryWriteSingle(batch, index, key.Values)
                    && block.TryAdd(main.Span, key.Values.Span, out var count))
                {
                    rows[index] = new KeyRows(RowSet.None, block.RowCount - count, count);
                    taken++;
                }
            }
        }
        finally
        {
            key.Return();
        }

        if (taken == 0)
        {
            return;
        }

        var all = block.Build(new CommandIdentity(slot.Id, form.Sql, null)); // Of no single command: nobody looks for them.
        foreach (var index in asked)
        {
            if (rows[index].AreKnown)
            {
                rows[index] = rows[index] with { Set = all };
            }
        }

        parameters.CountCertain(taken);
        parameters.Report(RememberOutcome.RemoteHit, taken);
    }

    private static RowSet? Take(PendingCommand pending, int index, RemoteLook? look)
    {
        var (parameters, slot) = (pending.Parameters!, pending.Slot!);
        var (batch, cache) = (parameters.Batch!, parameters.Cache);
        if (FreshEntry(parameters, look, cache.UtcNow) is not { } entry
            || TryDecode(parameters, slot, parameters.IdentifySingle(batch, index, slot), entry) is not { } rows)
        {
            return null;
        }

        var seen = batch.Seen[index]!;
        var start = cache.StartedAt(cache.Clock.Now - cache.AgeOf(entry));
        Keep(parameters, batch.Entries[index], rows, DependenciesOf(look!, seen, seen), start, entry.FreshFor, entry.StaleFor);
        batch.Served?.Add(index);
        parameters.CountCertain();
        parameters.Report(RememberOutcome.RemoteHit);
        return rows;
    }

    private static Envelope? FreshEntry(RememberedParameters parameters, RemoteLook? look, long utcNow)
        => look?.Entry is { Kind: EnvelopeKind.Rows } entry
            && CacheEngine.AgeOf(entry, utcNow) is var age && age < entry.FreshFor && age < parameters.MaxAge
                ? entry
                : null;
}
