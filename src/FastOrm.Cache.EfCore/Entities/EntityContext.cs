using System.Collections.Frozen;
using System.Reflection;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.EfCore.Entities;

/// <summary>A type of context from which one can be rented.</summary>
internal abstract class EntityContext
{
    private FrozenSet<Type>? _types;

    public abstract Type Type { get; }

    public abstract Task<DbContext> CreateAsync(CancellationToken cancellationToken);

    /// <summary>Whether its model has the entity type. The model is made by the first question.</summary>
    /// <param name="entity">The type.</param>
    /// <param name="error">Why it is not known: no context can be made now, and the next question tries it again.</param>
    public bool Has(Type entity, out Exception? error)
    {
        error = null;
        try
        {
            return (_types ??= ReadTypes()).Contains(entity);
        }
        catch (Exception exception)
        {
            error = exception; // Whatever the application's factory or the making of its model throws.
            return false;
        }
    }

    /// <summary>Whether the class of the context says that it has the entity type, by a set of it.</summary>
    public bool Declares(Type entity)
        => Array.Exists(
            Type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic),
            property => property.PropertyType == typeof(DbSet<>).MakeGenericType(entity));

    protected abstract DbContext Create();

    private FrozenSet<Type> ReadTypes()
    {
        using var db = Create();
        return db.Model.GetEntityTypes().Select(static type => type.ClrType).ToFrozenSet();
    }
}

/// <summary>A type of context that the application registered a factory for.</summary>
internal sealed class EntityContext<TContext>(IDbContextFactory<TContext>? factory = null) : EntityContext
    where TContext : DbContext
{
    private readonly IDbContextFactory<TContext> _factory = factory ?? throw new InvalidOperationException(
        $"AddCacheableEntities<{typeof(TContext).Name}> found no factory of {typeof(TContext).Name}. "
        + $"Call services.AddDbContextFactory<{typeof(TContext).Name}>(…) or AddPooledDbContextFactory.");

    public override Type Type => typeof(TContext);

    public override async Task<DbContext> CreateAsync(CancellationToken cancellationToken)
        => await _factory.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);

    protected override DbContext Create() => _factory.CreateDbContext();
}
