using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using FastOrm.Cache.Coherence;
using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.EfCore.Plans;
using FastOrm.Cache.EfCore.Rows;
using FastOrm.Cache.EfCore.Rows.Codec;
using FastOrm.Cache.Engine;
using FastOrm.Cache.Stamps;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.EfCore.Internals;

/// <content>Rows in the tier that nodes share.</content>
internal sealed partial class ReplayCommand
{
    /// <summary>Asks the tier for the rows, and for the stamps under which they may be stored there.</summary>
    private static ValueTask<RemoteLook?> LookAsync(bool async, PendingCommand pending, Dependency[] seen, CancellationToken cancellationToken)
    {
        var parameters = pending.Parameters!;
        return parameters.UsesRemote && pending.Slot!.Index == 0
            ? parameters.Cache.LookAsync(async, ((RowKey)pending.Key.Identity).RemoteKey, seen, cancellationToken)
            : default; // The parts of a split query come with its main rows.
    }

    /// <summary>Looks where the caller wants to be certain, and in the tier that nodes share, but not in the database.</summary>
    private async ValueTask<RelationalDataReader> FindOnlyAsync(
        bool async, PendingCommand pending, RelationalCommandParameterObject execution, CancellationToken cancellationToken)
    {
        var (parameters, slot) = (pending.Parameters!, pending.Slot!);
        var cache = parameters.Cache;
        if (execution.ReaderColumns is { } columns && Codecs(slot, columns) is not null)
        {
            if (TryTakePart(pending, out var part))
            {
                return await ServeAsync(async, pending, execution, part, RememberOutcome.RemoteHit, cancellationToken).ConfigureAwait(false);
            }

            var isCertain = !parameters.Verifies || await cache.VerifyReadAsync(async, reads: 1, cancellationToken).ConfigureAwait(false);
            IRelationalCommandTemplate? command = pending.Command;
            if (isCertain && parameters.Verifies && parameters.Find(pending.Key, slot, ref command) is { } certain)
            {
                return await ServeAsync(async, pending, execution, certain, RememberOutcome.Hit, cancellationToken).ConfigureAwait(false);
            }

            var seen = parameters.Seen(anew: true);
            if (isCertain
                && TryTake(
                    pending,
                    new Load(pending.Key, seen, isSecond: false, TimeSpan.Zero, TimeProvider.System),
                    await LookAsync(async, pending, seen, cancellationToken).ConfigureAwait(false),
                    out var rows))
            {
                return await ServeAsync(async, pending, execution, rows, RememberOutcome.RemoteHit, cancellationToken).ConfigureAwait(false);
            }
        }

        parameters.Report(RememberOutcome.Miss);
        return Replay(pending, parameters.Nothing(slot).Rows!, RememberOutcome.Miss);
    }

    /// <summary>Takes rows of the tier into memory; if their time is over, they are offered to those who wait for the load of the caller.</summary>
    private static bool TryTake(PendingCommand pending, Load load, RemoteLook? look, [NotNullWhen(true)] out RowSet? rows)
    {
        rows = null;
        if (look?.Entry is not { Kind: EnvelopeKind.Rows } entry)
        {
            return false;
        }

        var (parameters, slot) = (pending.Parameters!, pending.Slot!);
        var cache = parameters.Cache;
        var age = cache.AgeOf(entry);
        var isFresh = age < entry.FreshFor && age < parameters.MaxAge;
        if (!isFresh && parameters.StaleFor == 0)
        {
            return false;
        }

        if (TryDecode(parameters, slot, parameters.Identify(slot, pending.Command), entry) is not { } decoded)
        {
            return false;
        }

        rows = decoded;
        var start = cache.StartedAt(cache.Clock.Now - age);
        var dependencies = DependenciesOf(look, load.Seen, parameters.Narrow(load.Seen, rows));

        if (!isFresh)
        {
            load.Offer(CacheEngine.NewEntry(
                pending.Key, rows, dependencies, start, Clock.Sum(start.At, entry.FreshFor), entry.StaleFor, staleIfError: 0, size: 0));
            rows = null;
            return false;
        }

        Keep(pending, rows, dependencies, start, entry.FreshFor, entry.StaleFor);
        return true;
    }

    // What was stored with other stamps depends on those. A node of another version of the application may have stored it, which knows the
    // rows by other stamps: then it depends on ours, too, because those are all that our own writes change before the tier has heard of them.
    private static Dependency[] DependenciesOf(RemoteLook look, Dependency[] seen, Dependency[] own)
        => ReferenceEquals(look.Dependencies, seen) ? own : Dependency.Both(look.Dependencies, own);

    private static RowSet? TryDecode(RememberedParameters parameters, CommandSlot slot, CommandIdentity identity, Envelope entry)
    {
        if (RowBundle.TryRead(entry.Payload, out var parts) is not { } main
            || RowCodec.TryDecode(main.Span, identity, slot.Codecs!, slot.ColumnNames) is not { } rows)
        {
            if (parameters.Explanation is null)
            {
                parameters.Cache.Counters.Bypass(RemoteBypasses.NotReadable);
            }

            return null;
        }

        rows.Parts = parameters.IsSplit ? new SplitParts(parts, entry.Payload.Length) : null;
        return rows;
    }

    /// <summary>Takes a part of a split query that came with its main rows.</summary>
    private static bool TryTakePart(PendingCommand pending, [NotNullWhen(true)] out RowSet? rows)
    {
        rows = null;
        var (parameters, slot) = (pending.Parameters!, pending.Slot!);
        if (slot.Index == 0 || parameters.Main?.Parts?.Remote(slot.Index) is not { } bytes)
        {
            return false;
        }

        rows = RowCodec.TryDecode(bytes.Span, parameters.Identify(slot, pending.Command), slot.Codecs!, slot.ColumnNames);
        if (rows is null)
        {
            parameters.Cache.Counters.Bypass(RemoteBypasses.NotReadable);
        }

        return rows is not null;
    }

    /// <summary>Stores rows in the tier, without making the caller wait.</summary>
    /// <param name="pending">The command.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="look">The stamps under which they were loaded.</param>
    /// <param name="narrow">What they depend on, if that is less.</param>
    /// <param name="start">When the load began.</param>
    /// <param name="freshFor">Their time to live in milliseconds.</param>
    /// <returns>Completes when they are stored or have been given up; never for a split query that is not read to its end.</returns>
    private static Task StoreRemotely(
        PendingCommand pending, RowSet rows, RemoteLook look, Dependency[]? narrow, LoadStart start, long freshFor)
    {
        var cache = pending.Parameters!.Cache;
        if (rows.Parts is not { } parts)
        {
            return StoreAsync([]);
        }

        // Its parts are still to come: when all are known, they are stored together.
        var stored = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        parts.WhenComplete(known => _ = StoreAllAsync(known));
        return stored.Task;

        async Task StoreAllAsync(IReadOnlyList<(int Command, RowSet Rows)> known)
        {
            try
            {
                await StoreAsync(known).ConfigureAwait(false);
            }
            finally
            {
                stored.SetResult();
            }
        }

        Task StoreAsync(IReadOnlyList<(int Command, RowSet Rows)> known)
        {
            return EnvelopeOf(pending.Parameters, rows, known, look, start, freshFor) is not { } entry ? Task.CompletedTask
                : narrow is null ? cache.Remote!.StoreAsync((look.Key, entry))
                : cache.Remote!.StoreNarrowedAsync(look.Key, entry, RemoteLink.SlotsOf(narrow));
        }
    }

    // Null if they cannot be written.
    private static Envelope? EnvelopeOf(
        RememberedParameters parameters,
        RowSet rows,
        IReadOnlyList<(int Command, RowSet Rows)> parts,
        RemoteLook look,
        LoadStart start,
        long freshFor)
    {
        var payload = new ArrayBufferWriter<byte>();
        if (!RowBundle.TryWrite(rows, parts, payload, parameters.Cache.CompressRowsFrom))
        {
            parameters.Cache.Counters.Bypass(RemoteBypasses.NotWritable);
            return null;
        }

        return new Envelope(
            EnvelopeKind.Rows,
            look.Era,
            parameters.Cache.ToldTime(start),
            freshFor,
            parameters.StaleFor,
            StaleIfError: 0,
            LocalFor: Clock.Never, // That is part of the query's own options.
            look.Slots,
            look.Stamps,
            Identity: default,
            payload.WrittenMemory);
    }
}
