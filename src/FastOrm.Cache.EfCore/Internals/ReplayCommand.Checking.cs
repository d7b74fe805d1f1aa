using FastOrm.Cache.EfCore.Rows;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.EfCore.Internals;

/// <content>Hits that are more than their rows: compared with what the database gives, or answered by it.</content>
internal sealed partial class ReplayCommand
{
    /// <summary>Gives the rows that were found, or what the database has in their place.</summary>
    private ValueTask<RelationalDataReader> ServeAsync(
        bool async,
        PendingCommand pending,
        RelationalCommandParameterObject execution,
        RowSet rows,
        RememberOutcome outcome,
        CancellationToken cancellationToken)
    {
        var isFound = !pending.Parameters!.FoundNothing;
        if (isFound && pending.Slot!.Index == 0 && outcome is (RememberOutcome.Hit or RememberOutcome.RemoteHit))
        {
            pending.Parameters.CountCertain(); // The parts of a split query are as certain as its main rows, and not asked for by themselves.
        }

        return isFound && pending.Parameters.Cache.ChecksHits
            ? CheckAsync(async, pending, execution, rows, outcome, cancellationToken)
            : new ValueTask<RelationalDataReader>(Replay(pending, rows, outcome));
    }

    private async ValueTask<RelationalDataReader> CheckAsync(
        bool async,
        PendingCommand pending,
        RelationalCommandParameterObject execution,
        RowSet rows,
        RememberOutcome outcome,
        CancellationToken cancellationToken)
    {
        var (parameters, slot) = (pending.Parameters!, pending.Slot!);
        if (slot.Index == 0)
        {
            parameters.Check = CheckOf(parameters, isVerifiable: outcome is RememberOutcome.Hit or RememberOutcome.RemoteHit);
        }

        Report(pending, rows, outcome);
        var isDry = parameters.Check.HasFlag(HitCheck.DryRun);
        if (parameters.Check.HasFlag(HitCheck.Verify))
        {
            var reread = execution.ReaderColumns is { } columns && Codecs(slot, columns) is not null
                ? await RereadAsync(
                    () => ReadAllAsync(async, pending, pending, execution, parameters.Identify(slot, pending.Command), cancellationToken),
                    cancellationToken).ConfigureAwait(false)
                : null;
            var isWrong = await new HitJudge(parameters).IsWrongAsync(
                async, pending.Key, rows, reread, parameters.Source, slot.Index == 0 && parameters.Facts.IsTotallyOrdered, cancellationToken).ConfigureAwait(false);
            if (isWrong && slot.Index == 0)
            {
                parameters.Main = null; // What belongs to these rows is not what belongs to those of the database.
            }

            if (reread is not null && (isWrong || isDry))
            {
                return new ReplayDataReader(reread, connection);
            }
        }

        return !isDry ? new ReplayDataReader(rows, connection)
            : parameters.IsCacheOnly ? new ReplayDataReader(RowSet.None, connection)
            : await PastAsync(async, pending, execution, cancellationToken).ConfigureAwait(false);
    }

    private static HitCheck CheckOf(RememberedParameters parameters, bool isVerifiable)
        => (parameters.Cache.DryRun ? HitCheck.DryRun : HitCheck.None)
            | (isVerifiable && MayReread(parameters) && parameters.Cache.IsToBeVerified() ? HitCheck.Verify : HitCheck.None);

    // Beside an open reader a second command would fail, or see what that one sees.
    private static bool MayReread(RememberedParameters parameters)
        => !parameters.IsCacheOnly && parameters.Cache.VerifiesHits && !parameters.Session.HasOpenReader();

    /// <summary>What the database has where there was a hit; null if that cannot be found out.</summary>
    private static async ValueTask<RowSet?> RereadAsync(Func<ValueTask<Recording>> read, CancellationToken cancellationToken)
    {
        try
        {
            var recording = await read().ConfigureAwait(false);
            return recording.End == RecordingEnd.LastRow ? recording.Rows : null;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException && !cancellationToken.IsCancellationRequested)
        {
            return null; // Nobody has asked the database: the hit is served.
        }
    }

    /// <summary>Compares hits of several keys with what one command gives for them, and puts what the database has in the place of what is wrong.</summary>
    /// <returns>Whether the rows answer; otherwise the database is to answer for all of them.</returns>
    private async ValueTask<bool> CheckBatchAsync(
        bool async,
        PendingCommand pending,
        RelationalCommandParameterObject execution,
        List<int> served,
        KeyRows[] rows,
        int[] places,
        CancellationToken cancellationToken)
    {
        var parameters = pending.Parameters!;
        var (batch, cache) = (parameters.Batch!, parameters.Cache);
        var isDry = cache.DryRun;
        if (isDry && batch.HasJoined)
        {
            return false;
        }

        var verified = MayReread(parameters) ? served.FindAll(_ => cache.IsToBeVerified()) : [];
        var asked = isDry ? served : verified; // What was loaded now is what the database has.
        if (asked.Count == 0)
        {
            return true;
        }

        var reread = new KeyRows[rows.Length];
        if (await RereadAsync(() => RecordBatchAsync(async, pending, execution, asked, cancellationToken), cancellationToken)
            .ConfigureAwait(false) is { } read)
        {
            Share(pending, read, asked, places, reread);
        }

        foreach (var index in verified)
        {
            if (await new HitJudge(parameters).IsWrongAsync(
                async, batch.Entries[index], rows[index].Set!, reread[index].Set, parameters.SourceOf(batch, index), isOrdered: false, cancellationToken)
                .ConfigureAwait(false))
            {
                rows[index] = reread[index];
            }
        }

        if (isDry)
        {
            asked.ForEach(index => rows[index] = reread[index]);
        }

        return !isDry || asked.TrueForAll(index => rows[index].AreKnown);
    }

    private async ValueTask<RelationalDataReader> PastAsync(
        bool async, PendingCommand pending, RelationalCommandParameterObject execution, CancellationToken cancellationToken)
        => async
            ? await ExecutePlainAsync(pending, execution, cancellationToken).ConfigureAwait(false)
            : ExecutePlain(pending, execution);
}

/// <summary>What a hit is besides its rows.</summary>
[Flags]
internal enum HitCheck : byte
{
    None = 0,

    /// <summary>It is compared with what the database gives.</summary>
    Verify = 1,

    /// <summary>It is counted, and the database answers.</summary>
    DryRun = 2,
}
