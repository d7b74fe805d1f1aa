using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;

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
        if (Unsaved(context.Entry(entity), context.ChangeTracker.Entries()) is { } unsaved)
        {
            throw new InvalidOperationException(
                $"The {unsaved.Metadata.DisplayName()} is {unsaved.State}: what it holds is not in the database. Call SaveChanges before CacheInstanceAsync.");
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

    // The entity, or what it owns: that is a part of what is stored.
    private static EntityEntry? Unsaved(EntityEntry entry, IEnumerable<EntityEntry> tracked)
        => entry.State switch
        {
            EntityState.Detached => null, // Of it nothing is known.
            EntityState.Unchanged => tracked.Where(part => IsOwnedBy(entry, part))
                .Select(part => Unsaved(part, tracked)).FirstOrDefault(static part => part is not null),
            _ => entry,
        };

    // By its key: what was taken from its owner is not found there any more.
    private static bool IsOwnedBy(EntityEntry owner, EntityEntry part)
        => part.Metadata.FindOwnership() is { } ownership
            && ownership.PrincipalEntityType.IsAssignableFrom(owner.Metadata)
            && ownership.Properties.Zip(ownership.PrincipalKey.Properties).All(pair => pair.Second.GetKeyValueComparer().Equals(
                part.State == EntityState.Added ? part.Property(pair.First).CurrentValue : part.Property(pair.First).OriginalValue,
                owner.Property(pair.Second).CurrentValue));
}
