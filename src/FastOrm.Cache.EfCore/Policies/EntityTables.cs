using FastOrm.Cache.EfCore.Plans;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace FastOrm.Cache.EfCore.Policies;

/// <summary>The tables of an entity type, and the entity types behind a table that only joins.</summary>
internal static class EntityTables
{
    /// <summary>The tables in which the rows of the type and of what it owns are kept; none for views.</summary>
    public static List<TableName> Of(IEntityType type)
        => [.. OwnedWith(type)
            .SelectMany(static part => part.GetTableMappings())
            .Select(static mapping => new TableName(mapping.Table.Name))
            .Distinct()];

    /// <summary>The entity types that a table without a class of its own joins, many to many; null for any other type.</summary>
    public static IReadOnlyList<IEntityType>? Joined(IEntityType type)
        => type.IsPropertyBag && type.GetForeignKeys().Any(static key => key.GetReferencingSkipNavigations().Any())
            ? [.. type.GetForeignKeys().Select(static key => key.PrincipalEntityType)]
            : null;

    /// <summary>The type and what it owns.</summary>
    public static IEnumerable<IEntityType> OwnedWith(IEntityType type)
        => type.GetNavigations()
            .Where(static navigation => navigation is { ForeignKey.IsOwnership: true, IsOnDependent: false })
            .SelectMany(static navigation => OwnedWith(navigation.TargetEntityType))
            .Prepend(type);
}
