using FastOrm.Cache.EfCore.Keys;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Update;

namespace FastOrm.Cache.EfCore.Invalidation;

/// <summary>One call of <c>SaveChanges</c>.</summary>
/// <remarks>
/// Where commits are announced to other nodes, it is made in a transaction also if it is one command: only then is there a moment at which the
/// keys are known that the database has made, and nothing is committed yet.
/// </remarks>
internal sealed class EntitiesWrite(WriteObserver observer, DatabaseIdentity database, IList<IUpdateEntry> entries)
{
    private Writes? _announced;
    private (DatabaseFacade Context, AutoTransactionBehavior Behavior)? _before;

    /// <summary>Comes before the save.</summary>
    public ValueTask BeginAsync(bool async)
    {
        if (!observer.MarksCommits || observer.IsInTransaction())
        {
            return default;
        }

        var context = observer.Context.Database;
        if (context.AutoTransactionBehavior == AutoTransactionBehavior.Never)
        {
            return AnnounceAsync(async, observer.Tables(entries, failed: true)); // No keys are known that the database makes.
        }

        _before = (context, context.AutoTransactionBehavior); // A context that is disposed of meanwhile does not give it any more.
        context.AutoTransactionBehavior = AutoTransactionBehavior.Always;
        observer.Saving = this;
        return default;
    }

    /// <summary>Comes before the commit of the transaction that EF Core has begun for it.</summary>
    public ValueTask CommittingAsync(bool async) => AnnounceAsync(async, observer.Tables(entries, failed: false));

    /// <param name="failed">Whether it has failed. What was sent may have been committed all the same.</param>
    public void End(bool failed)
    {
        if (_before is { } before)
        {
            (observer.Saving, before.Context.AutoTransactionBehavior) = (null, before.Behavior);
        }

        if (failed)
        {
            _announced?.Abandon();
        }

        var writes = observer.NewWrites(database, observer.Tables(entries, failed), InvalidationCause.SaveChanges);
        writes.TakeMarker(_announced);
        observer.End(writes);
    }

    private async ValueTask AnnounceAsync(bool async, List<TableWrites>? tables)
    {
        _announced = observer.NewWrites(database, tables, InvalidationCause.SaveChanges);
        await _announced.MarkAsync(async).ConfigureAwait(false);
    }
}
