using FastOrm.Cache.EfCore.Plans;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;

namespace FastOrm.Cache.EfCore.Invalidation;

/// <summary>What a write of an entity type changes, from the model; found out once for each type.</summary>
internal sealed class WrittenTables
{
    private const string Annotation = "FastOrm.Cache:WrittenTables";

    private WrittenTables(IEntityType entityType)
    {
        // Inheritance, splitting and owned types are all in the mappings; what shares a table has mappings of its own to it.
        var mappings = entityType.GetTableMappings().DistinctBy(static mapping => mapping.Table).ToList();
        var tables = mappings.ConvertAll(static mapping => mapping.Table);
        Rows = [.. mappings.Select(static mapping => new WrittenRow(mapping))];
        var cascades = Cascades(tables);
        OnDelete = [.. cascades.Select(static table => new TableName(table.Name))];
        IsUnknown = tables.Count == 0
            || tables.Exists(HasTriggers)
            || entityType.GetInsertStoredProcedureMappings().Any()
            || entityType.GetUpdateStoredProcedureMappings().Any()
            || entityType.GetDeleteStoredProcedureMappings().Any();
        IsUnknownOnDelete = IsUnknown || cascades.Exists(HasTriggers);
    }

    /// <summary>The rows of the type, one in each of its tables.</summary>
    public WrittenRow[] Rows { get; }

    /// <summary>The tables whose rows the database deletes or changes with a row of the type.</summary>
    public TableName[] OnDelete { get; }

    /// <summary>Whether the write may change more than the model tells: triggers, stored procedures.</summary>
    public bool IsUnknown { get; }

    public bool IsUnknownOnDelete { get; }

    public static WrittenTables Of(IEntityType entityType)
        => entityType.GetOrAddRuntimeAnnotationValue(Annotation, static type => new WrittenTables(type!), entityType);

    /// <summary>The tables that a statement changes which writes unknown rows of some; null if that is not known.</summary>
    public static List<TableName>? OfStatement(IReadOnlyCollection<ITable> tables, bool deletes)
    {
        List<ITable> written = [.. tables, .. deletes ? Cascades(tables) : []];
        return written.Exists(HasTriggers) ? null : [.. written.Select(static table => new TableName(table.Name)).Distinct()];
    }

    private static bool HasTriggers(ITable table) => table.Triggers.Any();

    private static List<ITable> Cascades(IEnumerable<ITable> tables)
    {
        var found = new List<ITable>();
        var next = new Stack<ITable>(tables);
        while (next.TryPop(out var table))
        {
            foreach (var constraint in table.ReferencingForeignKeyConstraints)
            {
                if (constraint.OnDeleteAction is ReferentialAction.Cascade or ReferentialAction.SetNull or ReferentialAction.SetDefault
                    && constraint.Table is ITable dependent && !found.Contains(dependent))
                {
                    found.Add(dependent);
                    next.Push(dependent);
                }
            }
        }

        return found;
    }
}
