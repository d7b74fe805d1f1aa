using FastOrm.Cache.EfCore.Plans;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;

namespace FastOrm.Cache.EfCore.Invalidation;

/// <summary>The tables that a write of an entity type changes, from the model; found out once for each type.</summary>
internal sealed class WrittenTables
{
    private const string Annotation = "FastOrm.Cache:WrittenTables";

    private WrittenTables(IEntityType entityType)
    {
        // Inheritance, splitting and owned types are all in the mappings; what shares a table has mappings of its own to it.
        var tables = entityType.GetTableMappings().Select(static mapping => mapping.Table).Distinct().ToList();
        OnChange = [.. tables.Select(static table => new TableName(table.Name))];
        var cascades = new HashSet<ITable>(tables);
        foreach (var table in tables)
        {
            AddCascades(table, cascades);
        }

        OnDelete = [.. cascades.Select(static table => new TableName(table.Name))];
        IsUnknown = tables.Count == 0
            || tables.Exists(static table => table.Triggers.Any())
            || entityType.GetInsertStoredProcedureMappings().Any()
            || entityType.GetUpdateStoredProcedureMappings().Any()
            || entityType.GetDeleteStoredProcedureMappings().Any();
        IsUnknownOnDelete = IsUnknown || cascades.Any(static table => table.Triggers.Any());
    }

    /// <summary>The tables of the type.</summary>
    public TableName[] OnChange { get; }

    /// <summary>The tables of the type, and those whose rows the database deletes or changes with a row of it.</summary>
    public TableName[] OnDelete { get; }

    /// <summary>Whether the write may change more than the model tells: triggers, stored procedures.</summary>
    public bool IsUnknown { get; }

    public bool IsUnknownOnDelete { get; }

    public static WrittenTables Of(IEntityType entityType)
        => entityType.GetOrAddRuntimeAnnotationValue(Annotation, static type => new WrittenTables(type!), entityType);

    private static void AddCascades(ITable table, HashSet<ITable> found)
    {
        foreach (var constraint in table.ReferencingForeignKeyConstraints)
        {
            if (constraint.OnDeleteAction is ReferentialAction.Cascade or ReferentialAction.SetNull or ReferentialAction.SetDefault
                && found.Add((ITable)constraint.Table))
            {
                AddCascades((ITable)constraint.Table, found);
            }
        }
    }
}
