using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.EfCore.Entities;

/// <summary>Stores and drops what is found by the keys of an entity that the caller has.</summary>
internal static class EntityInstance
{
    public static async Task<bool> CacheAsync<TEntity>(
        DbContext context, TEntity entity, RememberOptions options, CancellationToken cancellationToken)
        where TEntity : class
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(entity);
        var set = EntitySource<TEntity>.Of(context.Set<TEntity>().AsNoTracking());
        var key = EntityKey.Primary(set.Type);
        var state = context.Entry(entity).State;
        if (state is not (EntityState.Unchanged or EntityState.Detached))
        {
            throw new InvalidOperationException(
                $"The {set.Type.DisplayName()} is {state}: what it holds is not in the database. Call SaveChanges before CacheInstanceAsync.");
        }

        var values = key.ValuesOf(context, entity)
            ?? throw new InvalidOperationException($"The {set.Type.DisplayName()} has no key yet. Call SaveChanges before CacheInstanceAsync.");
        return await EntityReader.FindAsync(set, key, values, EntityTerms.Fresh(EntityTerms.Of(set.Type, options)), cancellationToken)
            .ConfigureAwait(false) is not null;
    }

    public static Task ForgetAsync<TEntity>(DbContext context, TEntity entity)
        where TEntity : class
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(entity);
        var set = EntitySource<TEntity>.Of(context.Set<TEntity>());
        _ = EntityKey.Primary(set.Type);
        return set.Session is not { } session
            ? Task.CompletedTask
            : Task.WhenAll(EntityKey.AllOf(context.Entry(entity).Metadata) // Also those of the type that it is below TEntity.
                .Select(key => key.ValuesOf(context, entity) is { } values ? session.ForgetAsync(key, values) : Task.CompletedTask)
                .ToList());
    }
}
