using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.EfCore.Plans;
using FastOrm.Cache.EfCore.Rows;
using FastOrm.Cache.Engine;
using FastOrm.Cache.Memory;
using FastOrm.Cache.Stamps;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace FastOrm.Cache.EfCore.Internals;

/// <summary>Judges a hit by what the database has given for the same command, and ends what is wrong.</summary>
/// <remarks>
/// A write through EF Core changes its stamps after its commit, so for a moment the database has what no stamp tells of yet. The caller gets
/// the rows of the database then as well, and nothing is lost with the entry; but only when some time has passed without any such news is it
/// known that nobody has told of the change, and said.
/// </remarks>
internal readonly struct HitJudge(RememberedParameters parameters)
{
    /// <summary>Longer than it takes from a commit to its news; with other nodes also the time in which a poll finds what was lost.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>Compares a hit with the rows of the database. If it is wrong it is dropped on all nodes, and in time counted and logged.</summary>
    /// <param name="async">Whether the caller awaits it.</param>
    /// <param name="key">The key of the entry.</param>
    /// <param name="rows">The hit.</param>
    /// <param name="reread">What the database has given after it was found; null if that is not known.</param>
    /// <param name="source">The hash by which the entry is dropped.</param>
    /// <param name="isOrdered">Whether the command settles the order of its rows; if not, any order is right.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <returns>Whether the rows of the database are to be given.</returns>
    public async ValueTask<bool> IsWrongAsync(
        bool async, LocalCacheKey key, RowSet rows, RowSet? reread, ulong source, bool isOrdered, CancellationToken cancellationToken)
    {
        var (cache, session) = (parameters.Cache, parameters.Session);
        switch (reread is null ? null : RowComparison.AreSame(rows, reread, isOrdered))
        {
            case null:
                cache.Counters.VerifyFailures.Increment();
                return false;
            case true:
                cache.Counters.Verified.Increment();
                return false;
        }

        session.UnseenEndsOf(cache).Resolve();
        var isCertain = cache.Remote is null || await cache.VerifyAsync(async, cancellationToken).ConfigureAwait(false);
        if (!isCertain || !Dependency.AreCurrent(rows.Dependencies))
        {
            cache.Counters.VerifyDiscards.Increment();
            return false;
        }

        var stamp = cache.Stamps.Tag(source);
        var told = cache.Invalidate(new InvalidationNote(InvalidationCause.WrongHit, keys: 1), stamp);
        Suspect(
            cache,
            session.Logger,
            Array.FindAll(rows.Dependencies, dependency => dependency.Slot != stamp.Slot),
            $"{((RowKey)key.Identity).RemoteKey}, which reads {TablesOf(parameters.Batch?.Query.Single!.Facts ?? parameters.Facts)}");
        if (async)
        {
            await told.ConfigureAwait(false);
        }
        else
        {
            told.GetAwaiter().GetResult();
        }

        return true;
    }

    // Apart, so that what waits does not hold the context of the hit.
    private static void Suspect(CacheEngine cache, IDiagnosticsLogger<DbLoggerCategory.Query> logger, Dependency[] others, string entry)
        => cache.Verdicts.Add(
            others,
            Grace + (cache.Remote is null ? TimeSpan.Zero : cache.PollInterval),
            isEarly => Log.WrongHit(logger, isEarly ? $"{entry}, and the cache was disposed of before news of a write could come" : entry));

    private static string TablesOf(QueryFacts facts)
        => string.Join(", ", facts.Tables.Select(static read => read.Table.Name)
            .Concat(facts.ReadsUnknown ? ["something whose tables only the database knows"] : []));
}
