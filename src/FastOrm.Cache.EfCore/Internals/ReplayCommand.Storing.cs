using FastOrm.Cache.Coherence;
using FastOrm.Cache.EfCore.Rows;
using FastOrm.Cache.Engine;
using FastOrm.Cache.Memory;
using FastOrm.Cache.Stamps;

namespace FastOrm.Cache.EfCore.Internals;

/// <content>What becomes of rows that were loaded: whether they may be stored, and where.</content>
internal sealed partial class ReplayCommand
{
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
        rows.Dependencies = dependencies;
        freshFor = Math.Min(freshFor, Clock.Sum(cache.Clock.Now - start.At, EntryTerms.Milliseconds(parameters.LocalTtl)));
        var size = (int)Math.Min(int.MaxValue, rows.Size + (rows.Parts?.Size ?? 0) + RowKey.SizeOf(key));
        return parameters.UsesMemory
            ? cache.Store(key, rows, dependencies, start, freshFor, size, staleFor)
            : Dependency.AreCurrent(dependencies);
    }
}
