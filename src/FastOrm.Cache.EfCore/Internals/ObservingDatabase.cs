#pragma warning disable EF9100 // Experimental EF Core members: only this folder names them.
using System.Linq.Expressions;
using FastOrm.Cache.EfCore.Invalidation;
using Microsoft.EntityFrameworkCore.Query;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Update;

namespace FastOrm.Cache.EfCore.Internals;

/// <summary>
/// Sees every compilation, and every <c>SaveChanges</c> with the entries that EF Core is about to write. An interceptor would see
/// them before <c>DetectChanges</c>.
/// </summary>
internal sealed class ObservingDatabase(IDatabase inner, Func<WriteObserver?> writes) : IDatabase
{
    public int SaveChanges(IList<IUpdateEntry> entries)
    {
        if (writes() is not { } observer)
        {
            return inner.SaveChanges(entries);
        }

        var write = observer.Begin(entries);
        try
        {
            return inner.SaveChanges(entries);
        }
        finally
        {
            // Also after an exception: what was sent may have been committed.
            write.End();
        }
    }

    public async Task<int> SaveChangesAsync(IList<IUpdateEntry> entries, CancellationToken cancellationToken = default)
    {
        if (writes() is not { } observer)
        {
            return await inner.SaveChangesAsync(entries, cancellationToken).ConfigureAwait(false);
        }

        var write = observer.Begin(entries);
        try
        {
            return await inner.SaveChangesAsync(entries, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            write.End();
        }
    }

    public Func<QueryContext, TResult> CompileQuery<TResult>(Expression query, bool async)
        => QueryInstrumentation.Observe(() => inner.CompileQuery<TResult>(query, async));

    public Expression<Func<QueryContext, TResult>> CompileQueryExpression<TResult>(Expression query, bool async)
        => inner.CompileQueryExpression<TResult>(query, async);
}
