using FastOrm.Cache.EfCore.Entities;
using FastOrm.Cache.Keys;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.EfCore;

/// <summary>An entity that is read by its key from the cache. Its type is cacheable without saying more.</summary>
public abstract class CacheableEntity;

/// <summary>An entity whose type finds, caches and forgets: <c>User.FindOrCacheAsync(db, 1)</c>.</summary>
/// <typeparam name="TSelf">
/// The entity type itself: <c>class User : CacheableEntity&lt;User&gt;</c>. In a hierarchy the type that is read: what is asked of
/// a type below it reads the same set.
/// </typeparam>
/// <remarks>
/// Each call is short for one on the context or its set (<see cref="EntityCacheExtensions"/>), which entity types without this base have as
/// well. It adds nothing to the model, and no state. Calls without a context need <c>services.AddCacheableEntities&lt;TContext&gt;()</c>: they
/// rent a context from the registered factory and dispose of it, so the entities that they give are not tracked. The idea is that of
/// FastORM's <c>CacheableModel</c>.
/// </remarks>
public abstract partial class CacheableEntity<TSelf> : CacheableEntity
    where TSelf : CacheableEntity<TSelf>
{
    /// <summary>Finds an entity by its primary key: tracked, in the cache, or in the database.</summary>
    /// <param name="db">The context.</param>
    /// <param name="key">The value of the primary key; of a composite one a tuple or an array of its values in their order.</param>
    /// <param name="ttl">How long the result may be served; <see langword="null"/> for the type's policy, else the cache's default.</param>
    /// <param name="cancellationToken">Cancels the load.</param>
    /// <returns>The entity; <see langword="null"/> if there is none.</returns>
    /// <exception cref="ArgumentException">The key does not fit the entity type, or the time is zero or less.</exception>
    /// <exception cref="InvalidOperationException">
    /// The type is no entity type with a primary key, or the context was not set up with <c>UseFastOrmCache</c>.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static ValueTask<TSelf?> FindOrCacheAsync(
        DbContext db, object key, TimeSpan? ttl = null, CancellationToken cancellationToken = default)
        => Set(db).FindOrCacheAsync(key, ttl, cancellationToken);

    /// <summary>Finds an entity by its primary key where that needs no database: tracked, or in the cache.</summary>
    /// <param name="db">The context.</param>
    /// <param name="key">The value of the primary key; of a composite one a tuple or an array of its values in their order.</param>
    /// <param name="cancellationToken">Cancels the question to the tier that nodes share.</param>
    /// <returns>The entity; <see langword="null"/> if the cache does not have it, or has it that there is none.</returns>
    /// <exception cref="ArgumentException">The key does not fit the entity type.</exception>
    /// <exception cref="InvalidOperationException">
    /// The type is no entity type with a primary key, or the context was not set up with <c>UseFastOrmCache</c>.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static ValueTask<TSelf?> FindCachedAsync(DbContext db, object key, CancellationToken cancellationToken = default)
        => Set(db).FindCachedAsync(key, cancellationToken);

    /// <summary>Finds entities by their primary keys: tracked, in the cache, and the rest with one command from the database.</summary>
    /// <typeparam name="TKey">The type of the keys; for composite ones that of tuples or arrays.</typeparam>
    /// <param name="db">The context.</param>
    /// <param name="keys">The keys, each once.</param>
    /// <param name="ttl">How long the results may be served; <see langword="null"/> for the type's policy, else the cache's default.</param>
    /// <param name="cancellationToken">Cancels the load.</param>
    /// <returns>The entities that there are, in the order of their keys.</returns>
    /// <exception cref="ArgumentException">A key does not fit the entity type, or is given twice, or the time is zero or less.</exception>
    /// <exception cref="InvalidOperationException">
    /// The type is no entity type with a primary key, or the context was not set up with <c>UseFastOrmCache</c>.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static ValueTask<IReadOnlyList<TSelf>> FindManyOrCacheAsync<TKey>(
        DbContext db, IEnumerable<TKey> keys, TimeSpan? ttl = null, CancellationToken cancellationToken = default)
        => Set(db).FindManyOrCacheAsync(keys, ttl, cancellationToken);

    /// <summary>The entities as a query that is answered from the cache, whatever operators follow.</summary>
    /// <param name="db">The context.</param>
    /// <param name="ttl">How long a result may be served; <see langword="null"/> for the type's policy, else the cache's default.</param>
    /// <param name="tags">Tags by which the results can be flushed, beside those of the type's policy.</param>
    /// <returns>The query.</returns>
    /// <exception cref="ArgumentException">The time is zero or less, or a tag is null, empty or white space.</exception>
    /// <exception cref="InvalidOperationException">
    /// The type is no entity type, or the context was not set up with <c>UseFastOrmCache</c>.
    /// </exception>
    public static IQueryable<TSelf> CacheFor(DbContext db, TimeSpan? ttl = null, params string[] tags)
    {
        ArgumentNullException.ThrowIfNull(tags);
        var set = Set(db);
        return set.Remember(EntityTerms.Of(
            set.EntityType, tags is [] ? EntityTerms.Options(ttl) : new RememberOptions { Ttl = ttl, Tags = tags }));
    }

    /// <summary>The rows of a query of these entities, remembered under a name.</summary>
    /// <typeparam name="TResult">The type of the query's elements.</typeparam>
    /// <param name="db">The context.</param>
    /// <param name="name">A name by which the list can be forgotten. It is a tag, not the identity: different queries never share rows.</param>
    /// <param name="ttl">How long the list may be served; <see langword="null"/> for the type's policy, else the cache's default.</param>
    /// <param name="query">Makes the query of the entities: <c>users => users.Where(…)</c>.</param>
    /// <param name="cancellationToken">Cancels the load.</param>
    /// <returns>The rows, in a list of the caller's own.</returns>
    /// <exception cref="ArgumentException">The time is zero or less, or the name is null, empty or white space.</exception>
    /// <exception cref="InvalidOperationException">
    /// The type is no entity type, or the context was not set up with <c>UseFastOrmCache</c>.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static Task<List<TResult>> RememberAsync<TResult>(
        DbContext db,
        string name,
        TimeSpan? ttl,
        Func<IQueryable<TSelf>, IQueryable<TResult>> query,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        var options = new RememberOptions { Key = Text.Checked(name, "The name of a remembered list"), Ttl = ttl };
        var set = Set(db);
        return query(set).Remember(EntityTerms.Of(set.EntityType, options)).ToListAsync(cancellationToken);
    }

    /// <summary>The rows of a query of these entities, remembered under a name, for as long as the type's policy says.</summary>
    /// <inheritdoc cref="RememberAsync{TResult}(DbContext, string, TimeSpan?, Func{IQueryable{TSelf}, IQueryable{TResult}}, CancellationToken)"/>
    public static Task<List<TResult>> RememberAsync<TResult>(
        DbContext db,
        string name,
        Func<IQueryable<TSelf>, IQueryable<TResult>> query,
        CancellationToken cancellationToken = default)
        => RememberAsync(db, name, null, query, cancellationToken);

    /// <summary>Drops what was found by a primary key, on this node and on the others. Writes of EF Core need no such call.</summary>
    /// <param name="db">The context whose database and cache are meant.</param>
    /// <param name="key">The value of the primary key, and not a name: for those there is <c>ForgetNamedAsync</c>.</param>
    /// <returns>A task that is complete when no later read on this node can see the entry.</returns>
    /// <exception cref="ArgumentException">The key does not fit the entity type.</exception>
    /// <exception cref="InvalidOperationException">
    /// The type is no entity type with a primary key, or the context was not set up with <c>UseFastOrmCache</c>.
    /// </exception>
    public static Task ForgetCacheAsync(DbContext db, object key) => Set(db).ForgetCacheAsync(key);

    /// <summary>Drops every entry that was remembered under one of the names, whatever type remembered it.</summary>
    /// <param name="db">The context whose cache is meant.</param>
    /// <param name="names">The names given in <c>RememberAsync</c>.</param>
    /// <returns>A task that is complete when no later read on this node can see the entries.</returns>
    /// <exception cref="ArgumentException">A name is null, empty or white space.</exception>
    /// <exception cref="InvalidOperationException">The context was not set up with <c>UseFastOrmCache</c>.</exception>
    public static Task ForgetNamedAsync(DbContext db, params string[] names) => db.ForgetAsync(names);

    /// <summary>Drops every entry that carries one of the tags; without tags, every entry that reads a table of these entities.</summary>
    /// <param name="db">The context whose cache and database are meant.</param>
    /// <param name="tags">The tags, or none for the tables.</param>
    /// <returns>A task that is complete when no later read on this node can see the entries.</returns>
    /// <exception cref="ArgumentException">A tag is null, empty or white space.</exception>
    /// <exception cref="InvalidOperationException">
    /// The type is no entity type, or the context was not set up with <c>UseFastOrmCache</c>.
    /// </exception>
    public static Task FlushCacheAsync(DbContext db, params string[] tags) => tags is [] ? db.FlushAsync<TSelf>() : db.FlushAsync(tags);

    /// <summary>Stores the row that the database has for this entity, so that it is found by its primary key.</summary>
    /// <param name="db">The context whose database and cache are meant.</param>
    /// <param name="ttl">How long the result may be served; <see langword="null"/> for the type's policy, else the cache's default.</param>
    /// <param name="cancellationToken">Cancels the load.</param>
    /// <returns>Whether the database has such a row; that it has none is remembered, too.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is zero or less.</exception>
    /// <exception cref="InvalidOperationException">
    /// The entity has changes that are not saved, its type is no entity type with a primary key, or the context was not set up with
    /// <c>UseFastOrmCache</c>.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task<bool> CacheInstanceAsync(DbContext db, TimeSpan? ttl = null, CancellationToken cancellationToken = default)
        => db.CacheInstanceAsync(ThisAsSelf(), ttl, cancellationToken);

    /// <summary>Drops what was found by the primary key of this entity, its alternate keys and its unique indexes, on all nodes.</summary>
    /// <param name="db">The context whose database and cache are meant.</param>
    /// <returns>A task that is complete when no later read on this node can see the entries.</returns>
    /// <exception cref="InvalidOperationException">
    /// The type is no entity type with a primary key, or the context was not set up with <c>UseFastOrmCache</c>.
    /// </exception>
    public Task ForgetInstanceCacheAsync(DbContext db) => db.ForgetInstanceCacheAsync(ThisAsSelf());

    private static DbSet<TSelf> Set(DbContext db)
    {
        ArgumentNullException.ThrowIfNull(db);
        return db.Set<TSelf>();
    }

    private TSelf ThisAsSelf()
        => this as TSelf ?? throw new InvalidOperationException(
            $"{GetType().Name} is no {typeof(TSelf).Name}, and so it is not found as one. "
            + $"Derive it from CacheableEntity<{GetType().Name}>, or from {typeof(TSelf).Name}.");
}
