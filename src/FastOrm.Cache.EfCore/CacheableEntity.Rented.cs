using FastOrm.Cache.EfCore.Entities;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.EfCore;

/// <content>The same without a context: one is rented for the call. What is found is not tracked.</content>
public abstract partial class CacheableEntity<TSelf>
{
    /// <inheritdoc cref="FindOrCacheAsync(DbContext, object, TimeSpan?, CancellationToken)"/>
    public static ValueTask<TSelf?> FindOrCacheAsync(object key, TimeSpan? ttl = null, CancellationToken cancellationToken = default)
        => new(RentAsync(db => FindOrCacheAsync(db, key, ttl, cancellationToken).AsTask(), cancellationToken));

    /// <inheritdoc cref="FindCachedAsync(DbContext, object, CancellationToken)"/>
    public static ValueTask<TSelf?> FindCachedAsync(object key, CancellationToken cancellationToken = default)
        => new(RentAsync(db => FindCachedAsync(db, key, cancellationToken).AsTask(), cancellationToken));

    /// <inheritdoc cref="FindManyOrCacheAsync{TKey}(DbContext, IEnumerable{TKey}, TimeSpan?, CancellationToken)"/>
    public static ValueTask<IReadOnlyList<TSelf>> FindManyOrCacheAsync<TKey>(
        IEnumerable<TKey> keys, TimeSpan? ttl = null, CancellationToken cancellationToken = default)
        => new(RentAsync(db => FindManyOrCacheAsync(db, keys, ttl, cancellationToken).AsTask(), cancellationToken));

    /// <summary>What a query of these entities gives, from the cache.</summary>
    /// <typeparam name="TResult">The type of the result.</typeparam>
    /// <param name="ttl">How long the result may be served; <see langword="null"/> for the type's policy, else the cache's default.</param>
    /// <param name="read">
    /// Runs the query: <c>users => users.Where(…).CountAsync()</c>. When its task has ended the context is disposed of. So there is
    /// no <c>CacheFor</c> without a context: nothing tells when a query that it would return has been used.
    /// </param>
    /// <param name="tags">Tags by which the result can be flushed, beside those of the type's policy.</param>
    /// <returns>The result.</returns>
    /// <exception cref="ArgumentException">The time is zero or less, or a tag is null, empty or white space.</exception>
    /// <exception cref="InvalidOperationException">No context is registered whose model has the type, or several are.</exception>
    public static Task<TResult> CacheForAsync<TResult>(
        TimeSpan? ttl, Func<IQueryable<TSelf>, Task<TResult>> read, params string[] tags)
    {
        ArgumentNullException.ThrowIfNull(read);
        return RentAsync(db => read(CacheFor(db, ttl, tags)), CancellationToken.None);
    }

    /// <inheritdoc cref="RememberAsync{TResult}(DbContext, string, TimeSpan?, Func{IQueryable{TSelf}, IQueryable{TResult}}, CancellationToken)"/>
    public static Task<List<TResult>> RememberAsync<TResult>(
        string name, TimeSpan? ttl, Func<IQueryable<TSelf>, IQueryable<TResult>> query, CancellationToken cancellationToken = default)
        => RentAsync(db => RememberAsync(db, name, ttl, query, cancellationToken), cancellationToken);

    /// <inheritdoc cref="RememberAsync{TResult}(DbContext, string, Func{IQueryable{TSelf}, IQueryable{TResult}}, CancellationToken)"/>
    public static Task<List<TResult>> RememberAsync<TResult>(
        string name, Func<IQueryable<TSelf>, IQueryable<TResult>> query, CancellationToken cancellationToken = default)
        => RememberAsync(name, null, query, cancellationToken);

    /// <inheritdoc cref="ForgetCacheAsync(DbContext, object)"/>
    public static Task ForgetCacheAsync(object key) => RentAsync(db => ForgetCacheAsync(db, key));

    /// <inheritdoc cref="ForgetNamedAsync(DbContext, string[])"/>
    public static Task ForgetNamedAsync(params string[] names) => RentAsync(db => ForgetNamedAsync(db, names));

    /// <inheritdoc cref="FlushCacheAsync(DbContext, string[])"/>
    public static Task FlushCacheAsync(params string[] tags) => RentAsync(db => FlushCacheAsync(db, tags));

    /// <inheritdoc cref="CacheInstanceAsync(DbContext, TimeSpan?, CancellationToken)"/>
    /// <remarks>Changes that another context has not saved cannot be seen: it is the row of the database that is stored.</remarks>
    public Task<bool> CacheInstanceAsync(TimeSpan? ttl = null, CancellationToken cancellationToken = default)
        => RentAsync(db => CacheInstanceAsync(db, ttl, cancellationToken), cancellationToken);

    /// <inheritdoc cref="ForgetInstanceCacheAsync(DbContext)"/>
    public Task ForgetInstanceCacheAsync() => RentAsync(ForgetInstanceCacheAsync);

    private static async Task<TResult> RentAsync<TResult>(Func<DbContext, Task<TResult>> call, CancellationToken cancellationToken)
    {
        var db = await EntityContexts.Find(typeof(TSelf)).CreateAsync(cancellationToken).ConfigureAwait(false);
        await using (db.ConfigureAwait(false))
        {
            db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
            return await call(db).ConfigureAwait(false);
        }
    }

    private static Task RentAsync(Func<DbContext, Task> call)
        => RentAsync(
            async db =>
            {
                await call(db).ConfigureAwait(false);
                return true;
            },
            CancellationToken.None);
}
