#pragma warning disable EF1001 // Internal EF Core types: only this folder names them.
using System.Linq.Expressions;
using System.Runtime.InteropServices;
using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.EfCore.Entities;
using FastOrm.Cache.EfCore.Keys;
using FastOrm.Cache.EfCore.Plans;
using Microsoft.EntityFrameworkCore.ChangeTracking.Internal;
using Microsoft.EntityFrameworkCore.Query;
using Microsoft.Extensions.DependencyInjection;

namespace FastOrm.Cache.EfCore.Internals;

/// <content>Entities by the values of a key.</content>
internal sealed partial class RememberSession
{
    // Where the shapes of expressions have their version.
    private const byte EntityShape = byte.MaxValue;

    private Dictionary<(EntityKey Key, Type Type, EntityQueryForm Form), EntityQuery>? _entityQueries;
    private Dictionary<(EntityKey Key, Type Type, EntityQueryForm Form, int Capacity), BatchQuery>? _batchQueries;
    private IStateManager? _states;

    /// <summary>The entity that is tracked under a key, in whatever state.</summary>
    public object? FindTracked(EntityKey key, object[] values)
        => key.Key is null ? null : (_states ??= _services.GetRequiredService<IStateManager>()).TryGetEntry(key.Key, values)?.Entity;

    /// <summary>The query that reads entities by a key, from EF Core's compiler the first time.</summary>
    public EntityQuery QueryOf<TEntity>(EntityKey key, EntityQueryForm form)
        where TEntity : class
    {
        _entityQueries ??= [];
        if (!_entityQueries.TryGetValue((key, typeof(TEntity), form), out var query))
        {
            query = (EntityQuery)Plans.EntityQueries.GetOrAdd(
                (key, typeof(TEntity), form, _optionBits, _contextId, string.Join(',', _rewriters.Select(StableId.Of))),
                _ => form.HasFlag(EntityQueryForm.Async)
                    ? CompileEntityQuery<TEntity, IAsyncEnumerable<TEntity>>(key, form)
                    : CompileEntityQuery<TEntity, IEnumerable<TEntity>>(key, form));
            _entityQueries.Add((key, typeof(TEntity), form), query);
        }

        return query;
    }

    /// <summary>The query that reads entities by several keys, from EF Core's compiler the first time.</summary>
    public BatchQuery BatchOf<TEntity>(EntityKey key, EntityQueryForm form, int capacity)
        where TEntity : class
    {
        _batchQueries ??= [];
        if (!_batchQueries.TryGetValue((key, typeof(TEntity), form, capacity), out var query))
        {
            query = (BatchQuery)Plans.EntityQueries.GetOrAdd(
                (key, typeof(TEntity), form, capacity, _optionBits, _contextId, string.Join(',', _rewriters.Select(StableId.Of))),
                _ => form.HasFlag(EntityQueryForm.Async)
                    ? CompileBatchQuery<TEntity, IAsyncEnumerable<TEntity>>(key, form, capacity)
                    : CompileBatchQuery<TEntity, IEnumerable<TEntity>>(key, form, capacity));
            _batchQueries.Add((key, typeof(TEntity), form, capacity), query);
        }

        return query;
    }

    /// <summary>Drops what was found by a key: tracked or not, with filters or without, of base types and derived types.</summary>
    public Task ForgetAsync(EntityKey entityKey, object[] values)
    {
        if (Connection is null)
        {
            return Task.CompletedTask;
        }

        var key = QueryKey.Rent();
        try
        {
            WriteEntityShape(key, entityKey, ignoresFilters: false);
            foreach (var value in values)
            {
                key.WriteValue(value, Model);
            }

            key.SourceValuesLength = key.Values.Length;
            return Cache.Invalidate(new InvalidationNote(InvalidationCause.Forgotten, keys: 1), Cache.Stamps.Tag(key.SourceHash(Database.Tag)));
        }
        finally
        {
            key.Return();
        }
    }

    private EntityQuery CompileEntityQuery<TEntity, TResult>(EntityKey entityKey, EntityQueryForm form)
        where TEntity : class
    {
        var extracted = EntityQuery.Extracted<TEntity>(entityKey, form);
        var compiled = InBufferedMode(() => CompileNow<TResult>(extracted, form.HasFlag(EntityQueryForm.Async)));
        if (QueryFacts.Of(compiled) is not { IsReplayable: true, Refusal: null } facts)
        {
            return new EntityQuery(null);
        }

        var key = QueryKey.Rent();
        try
        {
            WriteEntityShape(key, entityKey, form.HasFlag(EntityQueryForm.IgnoresFilters));
            return new EntityQuery(new Plan(key, compiled, facts, [], new ValueTemplate(key), isCompiledQuery: false));
        }
        finally
        {
            key.Return();
        }
    }

    private BatchQuery CompileBatchQuery<TEntity, TResult>(EntityKey entityKey, EntityQueryForm form, int capacity)
        where TEntity : class
    {
        var single = QueryOf<TEntity>(entityKey, form).Plan;
        var extracted = BatchQuery.Extracted<TEntity>(entityKey, capacity, form);
        var compiled = InBufferedMode(() => CompileNow<TResult>(extracted, form.HasFlag(EntityQueryForm.Async)));
        if (QueryFacts.Of(compiled) is not { IsReplayable: true, Refusal: null } facts)
        {
            return new BatchQuery(null, single, capacity);
        }

        // Its entries are those of single keys, so it has no shape and no values of its own.
        var key = QueryKey.Rent();
        try
        {
            return new BatchQuery(new Plan(key, compiled, facts, [], new ValueTemplate(key), isCompiledQuery: false), single, capacity);
        }
        finally
        {
            key.Return();
        }
    }

    // The same for all forms whose rows are the same. That they are is seen by their SQL.
    private void WriteEntityShape(QueryKey key, EntityKey entityKey, bool ignoresFilters)
    {
        key.Shape.Byte(EntityShape);
        key.Shape.Byte(KeyVersion);
        key.Shape.Byte(_optionBits);
        key.Shape.Id(_contextId);
        key.Shape.Byte((byte)_rewriters.Length);
        foreach (var rewriter in _rewriters)
        {
            key.Shape.Id(StableId.Of(rewriter));
        }

        key.ShapeHeaderLength = key.Shape.Length;
        entityKey.WriteTo(key.Shape);
        key.SourceShapeLength = key.Shape.Length;
        key.Shape.Text(entityKey.Type.Name);
        key.Shape.Byte(ignoresFilters ? (byte)1 : (byte)0);
        foreach (var name in entityKey.Names)
        {
            key.ParameterNames.Add(name);
            key.Captured.Add(null);
        }

        key.SourcePlaces = entityKey.Names.Length;
    }
}
