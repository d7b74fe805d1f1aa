using System.Linq.Expressions;
using FastOrm.Cache.EfCore.Internals;
using FastOrm.Cache.EfCore.Plans;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;

namespace FastOrm.Cache.EfCore.Entities;

/// <summary>Reads several entities by their keys: each from the change tracker or the cache, the rest by one command.</summary>
internal static class BatchReader
{
    /// <summary>The keys, each of which must be given once.</summary>
    /// <exception cref="ArgumentException">One does not fit, or is given twice.</exception>
    public static List<object[]> Checked<TKey>(EntityKey key, IEnumerable<TKey> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var given = new List<object[]>(keys.TryGetNonEnumeratedCount(out var count) ? count : 0);
        var known = new HashSet<object[]>(given.Capacity, ValuesComparer.Instance);
        foreach (var one in keys)
        {
            var values = key.Values(one);
            if (!known.Add(values))
            {
                throw new ArgumentException(
                    $"The key {string.Join(", ", values)} of {key.Type.DisplayName()} is given twice. Give each key once, for example keys.Distinct().",
                    nameof(keys));
            }

            given.Add(values);
        }

        return given;
    }

    public static async ValueTask<IReadOnlyList<TEntity>> FindAsync<TEntity>(
        bool async,
        EntitySource<TEntity> source,
        EntityKey key,
        List<object[]> keys,
        RememberOptions options,
        CancellationToken cancellationToken)
        where TEntity : class
    {
        cancellationToken.ThrowIfCancellationRequested();
        var found = new TEntity?[keys.Count];
        var asked = new List<int>(keys.Count);
        for (var i = 0; i < found.Length; i++)
        {
            found[i] = source.FindTracked(key, keys[i]);
            if (found[i] is null)
            {
                asked.Add(i);
            }
        }

        foreach (var some in asked.Chunk(BatchQuery.MostOf(key)))
        {
            await ReadAsync(async, source, key, keys, options, found, some, cancellationToken).ConfigureAwait(false);
        }

        var result = new List<TEntity>(found.Length);
        foreach (var entity in found)
        {
            if (entity is not null)
            {
                result.Add(entity);
            }
        }

        return result;
    }

    private static async ValueTask ReadAsync<TEntity>(
        bool async,
        EntitySource<TEntity> source,
        EntityKey key,
        List<object[]> keys,
        RememberOptions options,
        TEntity?[] found,
        int[] asked,
        CancellationToken cancellationToken)
        where TEntity : class
    {
        var some = asked.Select(i => keys[i]).ToList();
        var query = QueryOf(source, key, async ? EntityQueryForm.Async : EntityQueryForm.None, asked.Length);
        List<int> rest;
        if (query is null)
        {
            rest = Sort(key, keys, found, asked, await ReadPastAsync(async, source, key, some, cancellationToken).ConfigureAwait(false));
        }
        else if (query.IsRefused)
        {
            rest = [.. asked];
        }
        else
        {
            var batch = new EntityBatch(query, key, some);
            var read = await ReadAsync<TEntity>(async, source.Session!, batch, options, cancellationToken).ConfigureAwait(false);
            rest = batch.Rows is not null ? Place(batch, found, asked, read)
                : Sort(key, keys, found, asked, read.ConvertAll(entity => new Keyed<TEntity> { Entity = entity, Values = key.ValuesOf(entity) }));
        }

        foreach (var i in rest)
        {
            found[i] = async
                ? await EntityReader.FindAsync(source, key, keys[i], options, cancellationToken).ConfigureAwait(false)
                : EntityReader.Find(source, key, keys[i], options);
        }
    }

    // Past the cache. The values of the keys come beside the entities: not every key is a property of theirs.
    private static async ValueTask<List<Keyed<TEntity>>> ReadPastAsync<TEntity>(
        bool async, EntitySource<TEntity> source, EntityKey key, List<object[]> keys, CancellationToken cancellationToken)
        where TEntity : class
    {
        var entity = Expression.Parameter(typeof(TEntity), "entity");
        var query = source.Query.Where(BatchQuery.Condition<TEntity>(key, keys)).Select(Expression.Lambda<Func<TEntity, Keyed<TEntity>>>(
            Expression.MemberInit(
                Expression.New(typeof(Keyed<TEntity>)),
                Expression.Bind(typeof(Keyed<TEntity>).GetProperty(nameof(Keyed<>.Entity))!, entity),
                Expression.Bind(typeof(Keyed<TEntity>).GetProperty(nameof(Keyed<>.Values))!, EntityQuery.ValuesOf(entity, key))),
            entity));
        return async ? await query.ToListAsync(cancellationToken).ConfigureAwait(false) : [.. query];
    }

    // Null if the entities cannot be remembered, or not now.
    private static BatchQuery? QueryOf<TEntity>(EntitySource<TEntity> source, EntityKey key, EntityQueryForm form, int count)
        where TEntity : class
    {
        if (source.Session is not { } session || !session.Remembers())
        {
            return null;
        }

        if (key.HasShadows && session.BypassReason() is { } reason)
        {
            session.Bypass(reason); // It would be found out later as well, but then entities come of which nobody knows the keys.
            return null;
        }

        var query = session.BatchOf<TEntity>(key, EntityReader.FormOf(source, form), BatchQuery.CapacityOf(key, count));
        if (query.Single is not null)
        {
            return query;
        }

        session.Bypass(BypassReasons.NotRememberable);
        return null;
    }

    private static async ValueTask<List<TEntity>> ReadAsync<TEntity>(
        bool async, RememberSession session, EntityBatch batch, RememberOptions options, CancellationToken cancellationToken)
        where TEntity : class
    {
        var plan = batch.Query.Plan!;
        var context = session.NewContext(
            new RememberedParameters(session, plan, options, batch.Query.Parameters) { Batch = batch }, cancellationToken);
        var read = new List<TEntity>(batch.Keys.Count);
        if (!async)
        {
            read.AddRange(((Func<QueryContext, IEnumerable<TEntity>>)plan.Compiled)(context));
            return read;
        }

        var entities = ((Func<QueryContext, IAsyncEnumerable<TEntity>>)plan.Compiled)(context);
        await foreach (var entity in entities.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            read.Add(entity);
        }

        return read;
    }

    // The entities come in the order of their keys. What is not known is asked for by itself.
    private static List<int> Place<TEntity>(EntityBatch batch, TEntity?[] found, int[] asked, List<TEntity> read)
        where TEntity : class
    {
        var known = batch.Rows!;
        if (read.Count != known.Count(static rows => rows.Count > 0))
        {
            return [.. asked]; // A view may have two rows for a key, and then it is not known whose is which.
        }

        var rest = new List<int>();
        var next = 0;
        for (var i = 0; i < asked.Length; i++)
        {
            if (!known[i].AreKnown)
            {
                rest.Add(asked[i]);
            }
            else if (known[i].Count > 0)
            {
                found[asked[i]] = read[next++];
            }
        }

        return rest;
    }

    // The entities come as the database gives them.
    private static List<int> Sort<TEntity>(EntityKey key, List<object[]> keys, TEntity?[] found, int[] asked, List<Keyed<TEntity>> read)
        where TEntity : class
    {
        var byValues = new Dictionary<object[], TEntity>(ValuesComparer.Instance);
        var isClear = true;
        foreach (var one in read)
        {
            isClear &= one.Values is { } values && byValues.TryAdd(BatchQuery.Stored(key, values), one.Entity);
        }

        var rest = new List<int>();
        foreach (var i in asked)
        {
            if (byValues.TryGetValue(BatchQuery.Stored(key, keys[i]), out var entity))
            {
                found[i] = entity;
            }
            else
            {
                rest.Add(i);
            }
        }

        // Where each entity is that of a key, the others have none, unless the database takes values for equal that are not.
        if (isClear && asked.Length - rest.Count >= read.Count)
        {
            rest.RemoveAll(i => BatchQuery.AreExact(BatchQuery.Stored(key, keys[i])));
        }

        return rest;
    }

    /// <summary>An entity and the values of its key; null where they are not known.</summary>
    private sealed class Keyed<TEntity>
    {
        public required TEntity Entity { get; init; }

        public required object[]? Values { get; init; }
    }
}
