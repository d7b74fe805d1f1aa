using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace FastOrm.Cache.EfCore.Plans;

/// <summary>The tables that the application says a view, a query of its own or a function reads: <c>DependsOn</c>.</summary>
internal static class DeclaredTables
{
    private const string Annotation = "FastOrm.Cache:DependsOn";

    /// <summary>Adds names of tables.</summary>
    public static void Add(IMutableEntityType entityType, IEnumerable<string> tables)
    {
        string[] all = [.. Read(entityType) ?? [], .. tables];
        entityType.SetAnnotation(Annotation, JsonSerializer.Serialize(all.Distinct(StringComparer.OrdinalIgnoreCase)));
    }

    /// <summary>The tables that the source reads; null if it was not said of every entity type that is mapped to it.</summary>
    public static List<TableName>? Of(ITableBase? source)
    {
        var types = source?.EntityTypeMappings.Select(static mapping => mapping.TypeBase).OfType<IEntityType>().ToList() ?? [];
        return source is ITable || types.Count == 0 || types.Exists(static type => Read(type) is null)
            ? null
            : [.. types.SelectMany(static type => Read(type)!).Select(static table => new TableName(table))];
    }

    // Text, so that the snapshots of migrations can write it.
    private static string[]? Read(IReadOnlyEntityType entityType)
        => entityType.FindAnnotation(Annotation)?.Value is string text ? JsonSerializer.Deserialize<string[]>(text) : null;
}
