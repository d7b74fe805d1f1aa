using FastOrm.Cache.EfCore.Entities;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.EfCore;

/// <summary>Reads entities by their keys, from the cache where it has them.</summary>
/// <remarks>
/// The methods take a set of a context (<c>db.Products</c>), also after <c>AsNoTracking</c>, <c>AsTracking</c> or <c>IgnoreQueryFilters</c>.
/// As with <c>Find</c>, an entity that the context tracks is returned as it is, and what is found is tracked unless the set or the context says
/// otherwise. Every write that EF Core makes drops what it changes; nothing is to be invalidated by hand. That there is no such row is
/// remembered, too, for <see cref="FastOrmCacheOptions.EmptyTtl"/>, until one is inserted. Like a context, the methods are not for two
/// threads at once.
/// </remarks>
public static class EntityCacheExtensions
{
    /// <summary>Finds an entity by its primary key: tracked, in the cache, or in the database.</summary>
    /// <typeparam name="TEntity">The type of the entity.</typeparam>
    /// <param name="source">The set of a context.</param>
    /// <param name="key">The value of the primary key; of a composite one a tuple or an array of its values in their order.</param>
    /// <param name="ttl">
    /// How long the result may be served; <see langword="null"/> for the cache's <see cref="FastOrmCacheOptions.DefaultTtl"/>.
    /// </param>
    /// <param name="cancellationToken">Cancels the load.</param>
    /// <returns>The entity; <see langword="null"/> if there is none.</returns>
    /// <exception cref="ArgumentException">The key does not fit the entity type, or the time is zero or less.</exception>
    /// <exception cref="InvalidOperationException">
    /// The entity type has no primary key, the source is more than a set, or its context was not set up with <c>UseFastOrmCache</c>.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static ValueTask<TEntity?> FindOrCacheAsync<TEntity>(
        this IQueryable<TEntity> source, object key, TimeSpan? ttl = null, CancellationToken cancellationToken = default)
        where TEntity : class
        => FindOrCacheAsync(source, key, EntityTerms.Options(ttl), cancellationToken);

    /// <summary>Finds an entity by its primary key: tracked, in the cache, or in the database.</summary>
    /// <typeparam name="TEntity">The type of the entity.</typeparam>
    /// <param name="source">The set of a context.</param>
    /// <param name="key">The value of the primary key; of a composite one a tuple or an array of its values in their order.</param>
    /// <param name="options">How the result is remembered.</param>
    /// <param name="cancellationToken">Cancels the load.</param>
    /// <returns>The entity; <see langword="null"/> if there is none.</returns>
    /// <exception cref="ArgumentException">The key does not fit the entity type.</exception>
    /// <exception cref="InvalidOperationException">
    /// The entity type has no primary key, the source is more than a set, or its context was not set up with <c>UseFastOrmCache</c>.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static ValueTask<TEntity?> FindOrCacheAsync<TEntity>(
        this IQueryable<TEntity> source, object key, RememberOptions options, CancellationToken cancellationToken = default)
        where TEntity : class
    {
        ArgumentNullException.ThrowIfNull(options);
        var set = EntitySource<TEntity>.Of(source);
        var primary = EntityKey.Primary(set.Type);
        return EntityReader.FindAsync(set, primary, primary.Values(key), EntityTerms.Of(set.Type, options), cancellationToken);
    }

    /// <inheritdoc cref="FindOrCacheAsync{TEntity}(IQueryable{TEntity}, object, TimeSpan?, CancellationToken)"/>
    public static TEntity? FindOrCache<TEntity>(this IQueryable<TEntity> source, object key, TimeSpan? ttl = null)
        where TEntity : class
        => FindOrCache(source, key, EntityTerms.Options(ttl));

    /// <inheritdoc cref="FindOrCacheAsync{TEntity}(IQueryable{TEntity}, object, RememberOptions, CancellationToken)"/>
    public static TEntity? FindOrCache<TEntity>(this IQueryable<TEntity> source, object key, RememberOptions options)
        where TEntity : class
    {
        ArgumentNullException.ThrowIfNull(options);
        var set = EntitySource<TEntity>.Of(source);
        var primary = EntityKey.Primary(set.Type);
        return EntityReader.Find(set, primary, primary.Values(key), EntityTerms.Of(set.Type, options));
    }
}
