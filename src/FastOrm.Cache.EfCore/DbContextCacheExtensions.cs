using FastOrm.Cache.EfCore.Invalidation;
using FastOrm.Cache.EfCore.Keys;
using FastOrm.Cache.EfCore.Plans;
using FastOrm.Cache.Keys;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.EfCore;

/// <summary>Invalidates by name, by tag, by entity type and by table, for a context.</summary>
/// <remarks>
/// <c>SaveChanges</c> needs none of these. They are for what it cannot see: writes past EF Core, and names and tags of one's own. They
/// act at once, also while a transaction is open.
/// </remarks>
public static class DbContextCacheExtensions
{
    /// <summary>Drops every entry that was remembered under one of the names.</summary>
    /// <param name="context">The context whose cache is meant.</param>
    /// <param name="keys">The names given in <c>Remember(key, …)</c>.</param>
    /// <returns>A task that is complete when no later read on this node can see the entries.</returns>
    /// <exception cref="ArgumentException">A name is null, empty or white space.</exception>
    /// <exception cref="InvalidOperationException">The context was not set up with <c>UseFastOrmCache</c>.</exception>
    public static Task ForgetAsync(this DbContext context, params string[] keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return Extension(context).Cache.ForgetAsync(keys).AsTask();
    }

    /// <summary>Drops every entry that carries one of the tags.</summary>
    /// <param name="context">The context whose cache is meant.</param>
    /// <param name="tags">The tags.</param>
    /// <returns>A task that is complete when no later read on this node can see the entries.</returns>
    /// <exception cref="ArgumentException">A tag is null, empty or white space.</exception>
    /// <exception cref="InvalidOperationException">The context was not set up with <c>UseFastOrmCache</c>.</exception>
    public static Task FlushAsync(this DbContext context, params string[] tags)
    {
        ArgumentNullException.ThrowIfNull(tags);
        return Extension(context).Cache.FlushAsync(tags).AsTask();
    }

    /// <summary>Drops every entry that reads a table of the entity type.</summary>
    /// <typeparam name="TEntity">The entity type.</typeparam>
    /// <param name="context">The context whose cache and database are meant.</param>
    /// <returns>A task that is complete when no later read on this node can see the entries.</returns>
    /// <exception cref="InvalidOperationException">
    /// The type is no entity type of the model, or the context was not set up with <c>UseFastOrmCache</c>.
    /// </exception>
    public static Task FlushAsync<TEntity>(this DbContext context)
        where TEntity : class
    {
        var extension = Extension(context);
        var entityTypes = context.Model.FindEntityTypes(typeof(TEntity)).ToList();
        if (entityTypes.Count == 0)
        {
            throw new InvalidOperationException(
                $"{typeof(TEntity).Name} is no entity type of {context.GetType().Name}. Name a type of its model, or use FlushTablesAsync.");
        }

        if (!context.Database.IsRelational())
        {
            return Task.CompletedTask; // Nothing is remembered, and its entity types have no tables.
        }

        // A base type is read from the tables of its derived types, too.
        var written = entityTypes.SelectMany(static type => type.GetDerivedTypesInclusive()).Select(WrittenTables.Of).ToList();
        Invalidate(context, extension, written.Exists(static tables => tables.Rows.Length == 0)
            ? null
            : written.SelectMany(static tables => tables.Rows.Select(static row => row.Table)));
        return Task.CompletedTask;
    }

    /// <summary>Drops every entry that reads one of the tables. For writes that EF Core does not see.</summary>
    /// <param name="context">The context whose cache and database are meant.</param>
    /// <param name="tables">The names of the tables, after the schema and a dot where there is one, without regard to case.</param>
    /// <returns>A task that is complete when no later read on this node can see the entries.</returns>
    /// <exception cref="ArgumentException">A name is null, empty or white space.</exception>
    /// <exception cref="InvalidOperationException">The context was not set up with <c>UseFastOrmCache</c>.</exception>
    public static Task FlushTablesAsync(this DbContext context, params string[] tables)
    {
        ArgumentNullException.ThrowIfNull(tables);
        Text.Checked(tables, "The name of a table", nameof(tables));
        Invalidate(context, Extension(context), tables.Select(static table => new TableName(table)));
        return Task.CompletedTask;
    }

    private static void Invalidate(DbContext context, FastOrmCacheOptionsExtension extension, IEnumerable<TableName>? tables)
    {
        if (!context.Database.IsRelational())
        {
            return; // Nothing is remembered.
        }

        var connection = context.GetService<IRelationalConnection>();
        var database = new DatabaseIdentities(context, connection, extension).Current;
        if (tables is null)
        {
            DatabaseStamps.InvalidateAll(InvalidationCause.Flushed, extension.Cache, database);
        }
        else
        {
            DatabaseStamps.FlushTables(extension.Cache, database, tables);
        }
    }

    private static FastOrmCacheOptionsExtension Extension(DbContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.GetService<IDbContextOptions>().FindExtension<FastOrmCacheOptionsExtension>()
            ?? throw new InvalidOperationException(
                $"{context.GetType().Name} does not use FastOrm.Cache. "
                + "Call UseFastOrmCache after the provider, for example options.UseSqlite(…).UseFastOrmCache().");
    }
}
