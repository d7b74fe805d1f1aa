#pragma warning disable EF9100 // Experimental EF Core members: only this folder names them.
using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using FastOrm.Cache.EfCore.Invalidation;
using FastOrm.Cache.EfCore.Keys;
using FastOrm.Cache.EfCore.Plans;
using FastOrm.Cache.EfCore.Policies;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Query;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Update;
using Microsoft.Extensions.DependencyInjection;
using FastOrm.Cache.Engine;

namespace FastOrm.Cache.EfCore.Internals;

/// <summary>
/// Sees every compilation, and every <c>SaveChanges</c> with the entries that EF Core is about to write. An interceptor would see
/// them before <c>DetectChanges</c>.
/// </summary>
/// <remarks>
/// Whatever stands between a query and EF Core, its compilation ends here, with all values extracted: so here the bulk writes are found,
/// and the marks and orders that have come all the way with their query.
/// </remarks>
internal sealed class ObservingDatabase(IDatabase inner, IServiceProvider services) : IDatabase
{
    private readonly Func<WriteObserver?> _writes = services.GetRequiredService<Func<WriteObserver?>>();

    public int SaveChanges(IList<IUpdateEntry> entries)
    {
        if (entries.Count == 0 || _writes() is not { } observer)
        {
            return inner.SaveChanges(entries);
        }

        var write = observer.Begin(entries);
        var failed = true;
        try
        {
            CacheEngine.Now(write.BeginAsync(async: false));
            var count = inner.SaveChanges(entries);
            failed = false;
            return count;
        }
        finally
        {
            write.End(failed);
        }
    }

    public async Task<int> SaveChangesAsync(IList<IUpdateEntry> entries, CancellationToken cancellationToken = default)
    {
        if (entries.Count == 0 || _writes() is not { } observer)
        {
            return await inner.SaveChangesAsync(entries, cancellationToken).ConfigureAwait(false);
        }

        var write = observer.Begin(entries);
        var failed = true;
        try
        {
            await write.BeginAsync(async: true).ConfigureAwait(false);
            var count = await inner.SaveChangesAsync(entries, cancellationToken).ConfigureAwait(false);
            failed = false;
            return count;
        }
        finally
        {
            write.End(failed);
        }
    }

    public Func<QueryContext, TResult> CompileQuery<TResult>(Expression query, bool async)
    {
        if (BulkWrites.Is<TResult>(query))
        {
            var compiled = Compile<TResult>(RememberNode.Strip(query), async);
            return BulkWrites.Observed(compiled, QueryFacts.Of(compiled)?.Written);
        }

        return EfInternals.Missing is not null ? Compile<TResult>(query, async)
            : RememberNode.IsMarked(query) ? CompileMarked<TResult>(query, async)
            : CompileUnmarked<TResult>(query, async);
    }

    public Expression<Func<QueryContext, TResult>> CompileQueryExpression<TResult>(Expression query, bool async)
        => inner.CompileQueryExpression<TResult>(query, async);

    // A method of its own: with an EF Core that lacks one of these types it is never compiled.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private Func<QueryContext, TResult> CompileMarked<TResult>(Expression query, bool async)
        => RememberNode.IsPast(RememberNode.FindCall(query)!)
            ? Compile<TResult>(RememberNode.Strip(query), async)
            : QueryCommands.TryCompile<TResult>(query) ?? MarkedQueries.Compile(
                services.GetRequiredService<RememberSession>(),
                query,
                async,
                stripped => Compile<TResult>(stripped, async));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Func<QueryContext, TResult> CompileUnmarked<TResult>(Expression query, bool async)
        => services.GetRequiredService<IDbContextOptions>().FindExtension<FastOrmCacheOptionsExtension>() is { } extension
            && QueryPolicy.Of(services.GetRequiredService<IModel>(), extension.Options.QueryRules) is { } policy
            && PolicyQueries.TryCompile<TResult>(
                policy, services.GetRequiredService<RememberSession>(), query, async, reads => Compile<TResult>(query, async, reads)) is { } compiled
            ? compiled
            : Compile<TResult>(query, async);

    private Func<QueryContext, TResult> Compile<TResult>(Expression query, bool async, QueryReads? reads = null)
        => QueryInstrumentation.Observe(() => inner.CompileQuery<TResult>(query, async), reads);
}
