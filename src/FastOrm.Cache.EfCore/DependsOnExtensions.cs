using FastOrm.Cache.EfCore.Plans;
using FastOrm.Cache.Keys;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FastOrm.Cache.EfCore;

/// <summary>Says in the model what only the database knows: the tables behind views, table functions and queries of one's own.</summary>
public static class DependsOnExtensions
{
    /// <summary>
    /// Says from which tables an entity type is read that is mapped to a view, to a table function or with <c>ToSqlQuery</c>. Remembered
    /// queries of it then depend on these tables; without it they depend on every write to the database.
    /// </summary>
    /// <typeparam name="TEntity">The entity type.</typeparam>
    /// <param name="builder">The builder of the entity type.</param>
    /// <param name="tables">The names of all the tables, without regard to case and schema. Also those behind the views that a view reads.</param>
    /// <returns>The same builder, for chaining. Several calls add up.</returns>
    /// <exception cref="ArgumentException">No table is named, or a name is null, empty or white space.</exception>
    /// <remarks>Has no effect on types that are mapped to tables of the model: those are known.</remarks>
    public static EntityTypeBuilder<TEntity> DependsOn<TEntity>(this EntityTypeBuilder<TEntity> builder, params string[] tables)
        where TEntity : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(tables);
        if (tables.Length == 0)
        {
            throw new ArgumentException(
                $"DependsOn of {typeof(TEntity).Name} names no table. Name every table that the view or query reads.", nameof(tables));
        }

        Text.Checked(tables, "The name of a table", nameof(tables));
        DeclaredTables.Add(builder.Metadata, tables);
        return builder;
    }
}
