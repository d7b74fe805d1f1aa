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

    private Dictionary<(EntityKey Key, Type Type, EntityQueryForm Form, int Capacity), object>? _entityQueries;
    private IStateManager? _states;

    /// <summary>The entity that is tracked under a key, in whatever state.</summary>
    public object? FindTracked(EntityKey key, object[] values)
        => key.Key is null ? null : (_states ??= _services.GetRequiredService<IStateManager>()).TryGetEntry(key.Key, values)?.Entity;

    /// <summary>The query that reads entities by a key, from EF Core's compiler the first time.</summary>
    public EntityQuery QueryOf<TEntity>(EntityKey key, EntityQueryForm form)
        where TEntity : class
        => (EntityQuery?)Known<TEntity>(key, form, capacity: 0) ?? NewQueryOf<TEntity>(key, form);

    /// <summary>The query that reads entities by several keys, from EF Core's compiler the first time.</summary>
    public BatchQuery BatchOf<TEntity>(EntityKey key, EntityQueryForm form, int capacity)
        where TEntity : class
        => (BatchQuery?)Known<TEntity>(key, form, capacity) ?? NewBatchOf<TEntity>(key, form, capacity);

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

    private EntityQuery NewQueryOf<TEntity>(EntityKey key, EntityQueryForm form)
        where TEntity : class
        => Compiled<TEntity, EntityQuery>(key, form, capacity: 0, ()
            => new EntityQuery(PlanOf<TEntity>(EntityQuery.Extracted<TEntity>(key, form), form, key)));

    private BatchQuery NewBatchOf<TEntity>(EntityKey key, EntityQueryForm form, int capacity)
        where TEntity : class
        => Compiled<TEntity, BatchQuery>(key, form, capacity, () => new BatchQuery(
            key,
            PlanOf<TEntity>(BatchQuery.Extracted<TEntity>(key, capacity, form), form, shape: null), // Its entries are those of single keys.
            QueryOf<TEntity>(key, form).Plan,
            capacity));

    private object? Known<TEntity>(EntityKey key, EntityQueryForm form, int capacity)
        => _entityQueries?.GetValueOrDefault((key, typeof(TEntity), form, capacity));

    // Of all contexts of the service provider, and then of this one.
    private TQuery Compiled<TEntity, TQuery>(EntityKey key, EntityQueryForm form, int capacity, Func<TQuery> compile)
        where TQuery : class
    {
        var query = (TQuery)Plans.EntityQueries.GetOrAdd(
            (key, typeof(TEntity), form, capacity, _optionBits, _contextId, string.Join(',', _rewriters.Select(StableId.Of))), _ => compile());
        (_entityQueries ??= []).TryAdd((key, typeof(TEntity), form, capacity), query);
        return query;
    }

    // Null if it cannot be remembered. Without a shape it is a query that has no entries of its own.
    private Plan? PlanOf<TEntity>(Expression extracted, EntityQueryForm form, EntityKey? shape)
        where TEntity : class
    {
        Delegate compiled = form.HasFlag(EntityQueryForm.Async)
            ? InBufferedMode(() => CompileNow<IAsyncEnumerable<TEntity>>(extracted, async: true))
            : InBufferedMode(() => CompileNow<IEnumerable<TEntity>>(extracted, async: false));
        if (QueryFacts.Of(compiled) is not { IsReplayable: true, Refusal: null } facts)
        {
            return null;
        }

        var key = QueryKey.Rent();
        try
        {
            if (shape is not null)
            {
                WriteEntityShape(key, shape, form.HasFlag(EntityQueryForm.IgnoresFilters));
            }

            return new Plan(
                key, compiled, facts, [], new ValueTemplate(key), isCompiledQuery: false, shape?.NameOf(form.HasFlag(EntityQueryForm.IgnoresFilters)));
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
        WriteShapeOfContext(key);
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
