using System.Linq.Expressions;
using FastOrm.Cache.EfCore.Entities;
using FastOrm.Cache.Engine;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.EfCore;

/// <summary>Reads entities by their keys, from the cache where it has them.</summary>
/// <remarks>
/// The methods take a set of a context (<c>db.Products</c>), also after <c>AsNoTracking</c>, <c>AsNoTrackingWithIdentityResolution</c>,
/// <c>AsTracking</c> or <c>IgnoreQueryFilters</c>. As with <c>Find</c>, an entity that the context tracks is returned as it is (unless the set is
/// one that does not track), and what is found is tracked unless the set or the context says otherwise. Every write that EF Core makes drops what it changes; nothing is to be invalidated by hand. That there is no such row is
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
    /// How long the result may be served; <see langword="null"/> for the policy of the entity type, else the cache's
    /// <see cref="FastOrmCacheOptions.DefaultTtl"/>.
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

    /// <summary>Finds an entity by a unique index or an alternate key: in the cache, or in the database.</summary>
    /// <typeparam name="TEntity">The type of the entity.</typeparam>
    /// <typeparam name="TValue">The type of the property; of several an anonymous type.</typeparam>
    /// <param name="source">The set of a context.</param>
    /// <param name="properties">The properties: <c>x => x.Sku</c>, or <c>x => new { x.Country, x.Number }</c>.</param>
    /// <param name="value">The value, or as many values: <c>new { Country = "BE", Number = 7 }</c>.</param>
    /// <param name="ttl">
    /// How long the result may be served; <see langword="null"/> for the policy of the entity type, else the cache's
    /// <see cref="FastOrmCacheOptions.DefaultTtl"/>.
    /// </param>
    /// <param name="cancellationToken">Cancels the load.</param>
    /// <returns>The entity; <see langword="null"/> if there is none.</returns>
    /// <remarks>Of entities that the context tracks only those are looked for first that an alternate key leads to.</remarks>
    /// <exception cref="ArgumentException">The properties or values do not fit the entity type, or the time is zero or less.</exception>
    /// <exception cref="InvalidOperationException">
    /// The model has no unique index or key of these properties, the source is more than a set, or its context was not set up with
    /// <c>UseFastOrmCache</c>.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static ValueTask<TEntity?> FindOrCacheByAsync<TEntity, TValue>(
        this IQueryable<TEntity> source,
        Expression<Func<TEntity, TValue>> properties,
        TValue value,
        TimeSpan? ttl = null,
        CancellationToken cancellationToken = default)
        where TEntity : class
        => FindOrCacheByAsync(source, properties, value, EntityTerms.Options(ttl), cancellationToken);

    /// <summary>Finds an entity by a unique index or an alternate key: in the cache, or in the database.</summary>
    /// <typeparam name="TEntity">The type of the entity.</typeparam>
    /// <typeparam name="TValue">The type of the property; of several an anonymous type.</typeparam>
    /// <param name="source">The set of a context.</param>
    /// <param name="properties">The properties: <c>x => x.Sku</c>, or <c>x => new { x.Country, x.Number }</c>.</param>
    /// <param name="value">The value, or as many values: <c>new { Country = "BE", Number = 7 }</c>.</param>
    /// <param name="options">How the result is remembered.</param>
    /// <param name="cancellationToken">Cancels the load.</param>
    /// <returns>The entity; <see langword="null"/> if there is none.</returns>
    /// <remarks>Of entities that the context tracks only those are looked for first that an alternate key leads to.</remarks>
    /// <exception cref="ArgumentException">The properties or values do not fit the entity type.</exception>
    /// <exception cref="InvalidOperationException">
    /// The model has no unique index or key of these properties, the source is more than a set, or its context was not set up with
    /// <c>UseFastOrmCache</c>.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static ValueTask<TEntity?> FindOrCacheByAsync<TEntity, TValue>(
        this IQueryable<TEntity> source,
        Expression<Func<TEntity, TValue>> properties,
        TValue value,
        RememberOptions options,
        CancellationToken cancellationToken = default)
        where TEntity : class
    {
        ArgumentNullException.ThrowIfNull(options);
        var set = EntitySource<TEntity>.Of(source);
        var (key, values) = KeySelector.Read(set.Type, properties, value);
        return EntityReader.FindAsync(set, key, values, EntityTerms.Of(set.Type, options), cancellationToken);
    }

    /// <inheritdoc cref="FindOrCacheByAsync{TEntity, TValue}(IQueryable{TEntity}, Expression{Func{TEntity, TValue}}, TValue, TimeSpan?, CancellationToken)"/>
    public static TEntity? FindOrCacheBy<TEntity, TValue>(
        this IQueryable<TEntity> source, Expression<Func<TEntity, TValue>> properties, TValue value, TimeSpan? ttl = null)
        where TEntity : class
        => FindOrCacheBy(source, properties, value, EntityTerms.Options(ttl));

    /// <inheritdoc cref="FindOrCacheByAsync{TEntity, TValue}(IQueryable{TEntity}, Expression{Func{TEntity, TValue}}, TValue, RememberOptions, CancellationToken)"/>
    public static TEntity? FindOrCacheBy<TEntity, TValue>(
        this IQueryable<TEntity> source, Expression<Func<TEntity, TValue>> properties, TValue value, RememberOptions options)
        where TEntity : class
    {
        ArgumentNullException.ThrowIfNull(options);
        var set = EntitySource<TEntity>.Of(source);
        var (key, values) = KeySelector.Read(set.Type, properties, value);
        return EntityReader.Find(set, key, values, EntityTerms.Of(set.Type, options));
    }

    /// <summary>
    /// Finds entities by their primary keys: each that is tracked or in the cache from there, all others by one command (one for each thousand
    /// keys, or 32 of several values).
    /// </summary>
    /// <remarks>
    /// Each entity is an entry of its own, the same as with <c>FindOrCache</c>; so is the absence of one. Entities whose parts EF Core
    /// reads by split queries are asked for one by one. While the database is asked for some, what is stale is not served.
    /// </remarks>
    /// <typeparam name="TEntity">The type of the entity.</typeparam>
    /// <typeparam name="TKey">The type of the keys; for composite ones that of tuples or arrays.</typeparam>
    /// <param name="source">The set of a context.</param>
    /// <param name="keys">The keys, each once.</param>
    /// <param name="ttl">
    /// How long the results may be served; <see langword="null"/> for the policy of the entity type, else the cache's
    /// <see cref="FastOrmCacheOptions.DefaultTtl"/>.
    /// </param>
    /// <param name="cancellationToken">Cancels the load.</param>
    /// <returns>The entities that there are, in the order of their keys.</returns>
    /// <exception cref="ArgumentException">A key does not fit the entity type, or is given twice, or the time is zero or less.</exception>
    /// <exception cref="InvalidOperationException">
    /// The entity type has no primary key, the source is more than a set, or its context was not set up with <c>UseFastOrmCache</c>.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static ValueTask<IReadOnlyList<TEntity>> FindManyOrCacheAsync<TEntity, TKey>(
        this IQueryable<TEntity> source, IEnumerable<TKey> keys, TimeSpan? ttl = null, CancellationToken cancellationToken = default)
        where TEntity : class
        => FindMany(async: true, source, keys, EntityTerms.Options(ttl), cancellationToken);

    /// <summary>
    /// Finds entities by their primary keys: each that is tracked or in the cache from there, all others by one command (one for each thousand
    /// keys, or 32 of several values).
    /// </summary>
    /// <remarks>
    /// Each entity is an entry of its own, the same as with <c>FindOrCache</c>; so is the absence of one. Entities whose parts EF Core
    /// reads by split queries are asked for one by one. While the database is asked for some, what is stale is not served.
    /// </remarks>
    /// <typeparam name="TEntity">The type of the entity.</typeparam>
    /// <typeparam name="TKey">The type of the keys; for composite ones that of tuples or arrays.</typeparam>
    /// <param name="source">The set of a context.</param>
    /// <param name="keys">The keys, each once.</param>
    /// <param name="options">How the results are remembered.</param>
    /// <param name="cancellationToken">Cancels the load.</param>
    /// <returns>The entities that there are, in the order of their keys.</returns>
    /// <exception cref="ArgumentException">A key does not fit the entity type, or is given twice.</exception>
    /// <exception cref="InvalidOperationException">
    /// The entity type has no primary key, the source is more than a set, or its context was not set up with <c>UseFastOrmCache</c>.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static ValueTask<IReadOnlyList<TEntity>> FindManyOrCacheAsync<TEntity, TKey>(
        this IQueryable<TEntity> source, IEnumerable<TKey> keys, RememberOptions options, CancellationToken cancellationToken = default)
        where TEntity : class
    {
        ArgumentNullException.ThrowIfNull(options);
        return FindMany(async: true, source, keys, options, cancellationToken);
    }

    /// <inheritdoc cref="FindManyOrCacheAsync{TEntity, TKey}(IQueryable{TEntity}, IEnumerable{TKey}, RememberOptions, CancellationToken)"/>
    public static IReadOnlyList<TEntity> FindManyOrCache<TEntity, TKey>(
        this IQueryable<TEntity> source, IEnumerable<TKey> keys, RememberOptions options)
        where TEntity : class
    {
        ArgumentNullException.ThrowIfNull(options);
        return CacheEngine.Now(FindMany(async: false, source, keys, options, CancellationToken.None));
    }

    /// <inheritdoc cref="FindManyOrCacheAsync{TEntity, TKey}(IQueryable{TEntity}, IEnumerable{TKey}, TimeSpan?, CancellationToken)"/>
    public static IReadOnlyList<TEntity> FindManyOrCache<TEntity, TKey>(
        this IQueryable<TEntity> source, IEnumerable<TKey> keys, TimeSpan? ttl = null)
        where TEntity : class
        => CacheEngine.Now(FindMany(async: false, source, keys, EntityTerms.Options(ttl), CancellationToken.None));

    /// <summary>Finds an entity by its primary key where that needs no database: tracked, or in the cache.</summary>
    /// <typeparam name="TEntity">The type of the entity.</typeparam>
    /// <param name="source">The set of a context.</param>
    /// <param name="key">The value of the primary key; of a composite one a tuple or an array of its values in their order.</param>
    /// <param name="cancellationToken">Cancels the question to the tier that nodes share.</param>
    /// <returns>
    /// The entity; <see langword="null"/> if the cache does not have it, or has it that there is none. In a transaction the cache has nothing.
    /// </returns>
    /// <exception cref="ArgumentException">The key does not fit the entity type.</exception>
    /// <exception cref="InvalidOperationException">
    /// The entity type has no primary key, the source is more than a set, or its context was not set up with <c>UseFastOrmCache</c>.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static ValueTask<TEntity?> FindCachedAsync<TEntity>(
        this IQueryable<TEntity> source, object key, CancellationToken cancellationToken = default)
        where TEntity : class
        => FindCachedAsync(source, key, EntityTerms.Forever, cancellationToken);

    /// <summary>Finds an entity by its primary key where that needs no database: tracked, or in the cache.</summary>
    /// <typeparam name="TEntity">The type of the entity.</typeparam>
    /// <param name="source">The set of a context.</param>
    /// <param name="key">The value of the primary key; of a composite one a tuple or an array of its values in their order.</param>
    /// <param name="options">
    /// How the result was remembered: what was stored with tags or a name of the call is found with the same ones only.
    /// </param>
    /// <param name="cancellationToken">Cancels the question to the tier that nodes share.</param>
    /// <returns>
    /// The entity; <see langword="null"/> if the cache does not have it, or has it that there is none. In a transaction the cache has nothing.
    /// </returns>
    /// <exception cref="ArgumentException">The key does not fit the entity type.</exception>
    /// <exception cref="InvalidOperationException">
    /// The entity type has no primary key, the source is more than a set, or its context was not set up with <c>UseFastOrmCache</c>.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static ValueTask<TEntity?> FindCachedAsync<TEntity>(
        this IQueryable<TEntity> source, object key, RememberOptions options, CancellationToken cancellationToken = default)
        where TEntity : class
    {
        ArgumentNullException.ThrowIfNull(options);
        var set = EntitySource<TEntity>.Of(source);
        var primary = EntityKey.Primary(set.Type);
        return EntityReader.FindAsync(
            set, primary, primary.Values(key), EntityTerms.Of(set.Type, options), cancellationToken, isCacheOnly: true);
    }

    /// <inheritdoc cref="FindCachedAsync{TEntity}(IQueryable{TEntity}, object, CancellationToken)"/>
    public static TEntity? FindCached<TEntity>(this IQueryable<TEntity> source, object key)
        where TEntity : class
        => FindCached(source, key, EntityTerms.Forever);

    /// <inheritdoc cref="FindCachedAsync{TEntity}(IQueryable{TEntity}, object, RememberOptions, CancellationToken)"/>
    public static TEntity? FindCached<TEntity>(this IQueryable<TEntity> source, object key, RememberOptions options)
        where TEntity : class
    {
        ArgumentNullException.ThrowIfNull(options);
        var set = EntitySource<TEntity>.Of(source);
        var primary = EntityKey.Primary(set.Type);
        return EntityReader.Find(set, primary, primary.Values(key), EntityTerms.Of(set.Type, options), isCacheOnly: true);
    }

    /// <summary>
    /// Fills the cache with the entities of a query, so that <c>FindOrCache</c> finds them by their primary keys: their keys are read by one
    /// command, and those that the cache does not have in batches.
    /// </summary>
    /// <typeparam name="TEntity">The type of the entities.</typeparam>
    /// <param name="query">The query: <c>db.Products.Where(…)</c>. Its order says which come first where there is a limit.</param>
    /// <param name="options">How it is done; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Ends the warm-up; what is cached stays.</param>
    /// <returns>Of how many entities the cache knows now; zero where caching is switched off, and in a transaction.</returns>
    /// <exception cref="InvalidOperationException">
    /// The entity type has no primary key, or the query is not one of a context that was set up with <c>UseFastOrmCache</c>.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static Task<int> WarmAsync<TEntity>(
        this IQueryable<TEntity> query, EntityWarmupOptions? options = null, CancellationToken cancellationToken = default)
        where TEntity : class
        => EntityWarmup.RunAsync(query, options ?? new EntityWarmupOptions(), cancellationToken);

    /// <summary>Drops what was found by a primary key, on this node and on the others. Writes of EF Core need no such call.</summary>
    /// <typeparam name="TEntity">The type of the entity.</typeparam>
    /// <param name="source">The set of a context.</param>
    /// <param name="key">The value of the primary key; of a composite one a tuple or an array of its values in their order.</param>
    /// <returns>A task that is complete when no later read on this node can see the entry.</returns>
    /// <exception cref="ArgumentException">The key does not fit the entity type.</exception>
    /// <exception cref="InvalidOperationException">
    /// The entity type has no primary key, the source is more than a set, or its context was not set up with <c>UseFastOrmCache</c>.
    /// </exception>
    public static Task ForgetCacheAsync<TEntity>(this IQueryable<TEntity> source, object key)
        where TEntity : class
    {
        var set = EntitySource<TEntity>.Of(source);
        var primary = EntityKey.Primary(set.Type);
        var values = primary.Values(key);
        return set.Session is { } session ? session.ForgetAsync(primary, values) : Task.CompletedTask;
    }

    /// <summary>Stores the row that the database has for an entity, so that it is found by its primary key.</summary>
    /// <typeparam name="TEntity">The type of the entity; of a hierarchy the one in whose set it will be found.</typeparam>
    /// <param name="context">The context whose database and cache are meant.</param>
    /// <param name="entity">The entity. It is not changed: the row is read anew.</param>
    /// <param name="ttl">
    /// How long the result may be served; <see langword="null"/> for the policy of the entity type, else the cache's
    /// <see cref="FastOrmCacheOptions.DefaultTtl"/>.
    /// </param>
    /// <param name="cancellationToken">Cancels the load.</param>
    /// <returns>Whether the database has such a row; that it has none is remembered, too.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is zero or less.</exception>
    /// <exception cref="InvalidOperationException">
    /// The entity has changes that are not saved, its type is no entity type with a primary key, or the context was not set up with
    /// <c>UseFastOrmCache</c>.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static Task<bool> CacheInstanceAsync<TEntity>(
        this DbContext context, TEntity entity, TimeSpan? ttl = null, CancellationToken cancellationToken = default)
        where TEntity : class
        => EntityInstance.CacheAsync(context, entity, EntityTerms.Options(ttl), cancellationToken);

    /// <summary>Stores the row that the database has for an entity, so that it is found by its primary key.</summary>
    /// <typeparam name="TEntity">The type of the entity; of a hierarchy the one in whose set it will be found.</typeparam>
    /// <param name="context">The context whose database and cache are meant.</param>
    /// <param name="entity">The entity. It is not changed: the row is read anew.</param>
    /// <param name="options">How the result is remembered.</param>
    /// <param name="cancellationToken">Cancels the load.</param>
    /// <returns>Whether the database has such a row; that it has none is remembered, too.</returns>
    /// <exception cref="InvalidOperationException">
    /// The entity has changes that are not saved, its type is no entity type with a primary key, or the context was not set up with
    /// <c>UseFastOrmCache</c>.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static Task<bool> CacheInstanceAsync<TEntity>(
        this DbContext context, TEntity entity, RememberOptions options, CancellationToken cancellationToken = default)
        where TEntity : class
    {
        ArgumentNullException.ThrowIfNull(options);
        return EntityInstance.CacheAsync(context, entity, options, cancellationToken);
    }

    /// <summary>Drops what was found by the primary key of an entity, its alternate keys and its unique indexes, on all nodes.</summary>
    /// <typeparam name="TEntity">The type of the entity.</typeparam>
    /// <param name="context">The context whose database and cache are meant.</param>
    /// <param name="entity">The entity; the values that it has now count.</param>
    /// <returns>A task that is complete when no later read on this node can see the entries.</returns>
    /// <exception cref="InvalidOperationException">
    /// Its type is no entity type with a primary key, or the context was not set up with <c>UseFastOrmCache</c>.
    /// </exception>
    public static Task ForgetInstanceCacheAsync<TEntity>(this DbContext context, TEntity entity)
        where TEntity : class
        => EntityInstance.ForgetAsync(context, entity);

    private static ValueTask<IReadOnlyList<TEntity>> FindMany<TEntity, TKey>(
        bool async, IQueryable<TEntity> source, IEnumerable<TKey> keys, RememberOptions options, CancellationToken cancellationToken)
        where TEntity : class
    {
        var set = EntitySource<TEntity>.Of(source);
        var primary = EntityKey.Primary(set.Type);
        return BatchReader.FindAsync(
            async, set, primary, BatchReader.Checked(primary, keys), EntityTerms.Of(set.Type, options), cancellationToken);
    }
}
