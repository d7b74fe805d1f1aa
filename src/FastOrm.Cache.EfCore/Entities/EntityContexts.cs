using System.Collections.Immutable;

namespace FastOrm.Cache.EfCore.Entities;

/// <summary>
/// The contexts of a service provider from which entities are read without one. Static calls find them here, so they belong to the
/// process, from their first use until their provider is disposed of.
/// </summary>
internal sealed class EntityContexts(IEnumerable<EntityContext> contexts) : IDisposable
{
    private static readonly AsyncLocal<EntityContexts?> OfFlow = new();
    private static ImmutableArray<EntityContexts> _used = [];

    private readonly EntityContext[] _contexts = [.. contexts];

    /// <summary>The one context whose model has an entity type.</summary>
    /// <exception cref="InvalidOperationException">There is none, or more than one, or one that may be meant cannot be made.</exception>
    public static EntityContext Find(Type entity)
    {
        var found = new List<EntityContext>();
        var failed = new List<(EntityContext Context, Exception Error)>();
        foreach (var context in _used.SelectMany(static used => used._contexts))
        {
            if (context.Has(entity, out var error))
            {
                found.Add(context);
            }
            else if (error is not null)
            {
                failed.Add((context, error));
            }
        }

        // One that cannot be made may have the type, too. Where another has it, that is believed of one only that declares a set of it.
        if (failed.FindIndex(broken => found.Count == 0 || broken.Context.Declares(entity)) is >= 0 and var index)
        {
            throw Failed(failed[index].Context.Type.Name, entity.Name, failed[index].Error);
        }

        if (found.Count > 1 && OfFlow.Value is { } own && _used.Contains(own) && own._contexts.Any(found.Contains))
        {
            found.RemoveAll(context => !own._contexts.Contains(context));
        }

        return found switch
        {
            [var only] => only,
            [] => throw None(entity.Name),
            [var first, ..] when found.TrueForAll(context => context.Type == first.Type) => throw SeveralProviders(first.Type.Name, entity.Name),
            _ => throw SeveralContexts(found.Select(static context => context.Type.Name).Distinct(StringComparer.Ordinal), entity.Name),
        };
    }

    /// <summary>Uses them from now on, and in the flow of the caller before those of other providers.</summary>
    public void Use()
    {
        ImmutableInterlocked.Update(ref _used, static (used, self) => used.Contains(self) ? used : used.Add(self), this);
        OfFlow.Value = this;
    }

    public void Dispose() => ImmutableInterlocked.Update(ref _used, static (used, self) => used.Remove(self), this);

    private static InvalidOperationException None(string entity)
        => new($"{entity} is asked for without a context, and none is registered whose model has it. Call "
            + "services.AddDbContextFactory<TContext>(…) and services.AddCacheableEntities<TContext>() for the context that has it, and where "
            + $"no host is started provider.UseCacheableEntities(). Or name the context: {entity}.FindOrCacheAsync(db, key).");

    private static InvalidOperationException Failed(string context, string entity, Exception error)
        => new(
            $"{entity} is asked for without a context, and it may be an entity type of {context}, of which none can be made: {error.Message} See the "
            + $"inner exception. Make its factory work, or name the context that is meant, as in {entity}.FindOrCacheAsync(db, key).",
            error);

    private static InvalidOperationException SeveralContexts(IEnumerable<string> contexts, string entity)
        => new($"{entity} is asked for without a context, and it is an entity type of {string.Join(" and of ", contexts)}. "
            + $"Name the context that is meant, as in {entity}.FindOrCacheAsync(db, key), or call AddCacheableEntities for one of them only.");

    private static InvalidOperationException SeveralProviders(string context, string entity)
        => new($"{entity} is asked for without a context, and several service providers of this process have a {context}. Call "
            + "UseCacheableEntities() of the one that is meant in the asynchronous flow of the call, or name the context, as in "
            + $"{entity}.FindOrCacheAsync(db, key).");
}
