using FastOrm.Cache.EfCore.Policies;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FastOrm.Cache.EfCore;

/// <summary>Says in the model which entity types are cacheable, and for how long.</summary>
/// <remarks>
/// What is said here counts instead of <see cref="CacheableAttribute"/>, and the last call instead of those before. Types that derive from
/// the entity type are cacheable in the same way, unless they say something themselves. Owned types belong to their owners.
/// </remarks>
public static class CacheableExtensions
{
    /// <summary>Says whether an entity type is cacheable, for the times of the cache.</summary>
    /// <param name="builder">The builder of the entity type.</param>
    /// <param name="cacheable">Whether it is. If not, no policy remembers what reads it, whatever its attribute and its base type say.</param>
    /// <returns>The same builder, for chaining.</returns>
    public static EntityTypeBuilder IsCacheable(this EntityTypeBuilder builder, bool cacheable = true)
    {
        ArgumentNullException.ThrowIfNull(builder);
        PolicyAnnotations.Write(builder.Metadata, cacheable ? EntityPolicy.Default : null);
        return builder;
    }

    /// <summary>Says that an entity type is cacheable, and how.</summary>
    /// <param name="builder">The builder of the entity type.</param>
    /// <param name="configure">Sets times and tags.</param>
    /// <returns>The same builder, for chaining.</returns>
    /// <exception cref="InvalidOperationException">A time or a tag is out of its range.</exception>
    public static EntityTypeBuilder IsCacheable(this EntityTypeBuilder builder, Action<CacheableBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        var policy = new CacheableBuilder(builder.Metadata.DisplayName());
        configure(policy);
        PolicyAnnotations.Write(builder.Metadata, policy.Policy);
        return builder;
    }

    /// <inheritdoc cref="IsCacheable(EntityTypeBuilder, bool)"/>
    /// <typeparam name="TEntity">The entity type.</typeparam>
    public static EntityTypeBuilder<TEntity> IsCacheable<TEntity>(this EntityTypeBuilder<TEntity> builder, bool cacheable = true)
        where TEntity : class
        => (EntityTypeBuilder<TEntity>)IsCacheable((EntityTypeBuilder)builder, cacheable);

    /// <inheritdoc cref="IsCacheable(EntityTypeBuilder, Action{CacheableBuilder})"/>
    /// <typeparam name="TEntity">The entity type.</typeparam>
    public static EntityTypeBuilder<TEntity> IsCacheable<TEntity>(
        this EntityTypeBuilder<TEntity> builder, Action<CacheableBuilder> configure)
        where TEntity : class
        => (EntityTypeBuilder<TEntity>)IsCacheable((EntityTypeBuilder)builder, configure);
}
