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
        => pending.Parameters is { Cache.ChecksHits: true, FoundNothing: false }
            ? CheckAsync(async, pending, execution, rows, outcome, cancellationToken)
            : new ValueTask<RelationalDataReader>(Replay(pending, rows, outcome));

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
        if (parameters.Check.HasFlag(HitCheck.Verify)
            && await RereadAsync(async, pending, execution, cancellationToken).ConfigureAwait(false) is { } reread)
        {
            var isWrong = await new HitJudge(parameters).IsWrongAsync(
                async, pending.Key, rows, reread, parameters.Source, slot.Index == 0 && parameters.Facts.IsTotallyOrdered, cancellationToken).ConfigureAwait(false);
            if (isWrong && slot.Index == 0)
            {
                parameters.Main = null; // What belongs to these rows is not what belongs to those of the database.
            }

            if (isWrong || isDry)
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

    /// <summary>What the database has where there was a hit; null, and counted, if that cannot be found out.</summary>
    private async ValueTask<RowSet?> RereadAsync(
        bool async, PendingCommand pending, RelationalCommandParameterObject execution, CancellationToken cancellationToken)
    {
        var (parameters, slot) = (pending.Parameters!, pending.Slot!);
        var counters = parameters.Cache.Counters;
        try
        {
            if (execution.ReaderColumns is { } columns && Codecs(slot, columns) is not null)
            {
                var recording = await ReadAllAsync(
                    async, pending, pending, execution, parameters.Identify(slot, pending.Command), cancellationToken).ConfigureAwait(false);
                if (recording.End == RecordingEnd.LastRow)
                {
                    return recording.Rows;
                }
            }
        }
        catch (Exception exception) when (exception is not OutOfMemoryException && !cancellationToken.IsCancellationRequested)
        {
            // Nobody has asked the database: the hit is served.
        }

        counters.VerifyFailures.Increment();
        return null;
    }

    /// <summary>Compares hits of several keys with what one command gives for them, and puts what is right in the place of what is wrong.</summary>
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
        var chosen = MayReread(parameters) ? served.FindAll(_ => cache.IsToBeVerified()) : [];
        if (chosen.Count > 0)
        {
            var reread = new KeyRows[rows.Length];
            try
            {
                var recording = await RecordBatchAsync(async, pending, execution, chosen, cancellationToken).ConfigureAwait(false);
                if (recording.End == RecordingEnd.LastRow)
                {
                    Share(pending, recording.Rows, chosen, places, reread);
                }
            }
            catch (Exception exception) when (exception is not OutOfMemoryException && !cancellationToken.IsCancellationRequested)
            {
                // Nobody has asked the database: the hits are served.
            }

            foreach (var index in chosen)
            {
                if (reread[index].Set is not { } found)
                {
                    cache.Counters.VerifyFailures.Increment();
                }
                else if (await new HitJudge(parameters).IsWrongAsync(
                    async, batch.Entries[index], rows[index].Set!, found, parameters.SourceOf(batch, index), isOrdered: false, cancellationToken)
                    .ConfigureAwait(false))
                {
                    rows[index] = reread[index];
                }
            }
        }

        return !cache.DryRun;
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
