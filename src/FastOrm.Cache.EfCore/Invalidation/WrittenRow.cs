using FastOrm.Cache.EfCore.Invalidation.Scopes;
using FastOrm.Cache.EfCore.Plans;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Update;

namespace FastOrm.Cache.EfCore.Invalidation;

/// <summary>How an entity is a row of a table: what the write of an entity says of the rows that queries depend on.</summary>
/// <remarks>
/// Only what is certain after the write counts: the key of the row, and the values that the write has given to columns. What the entity
/// took for the values before may have been changed by others since, and is not looked at.
/// </remarks>
internal sealed class WrittenRow
{
    private readonly IProperty[]? _key;
    private readonly (IProperty Property, ulong Column)[] _columns;
    private readonly bool _isPart;
    private readonly TableShape _shape;

    public WrittenRow(ITableMapping mapping)
    {
        Table = new TableName(mapping.Table.Name);
        _key = Key(mapping);
        _columns = [.. mapping.ColumnMappings
            .Where(static column => ScopeValue.Allows(column.Column))
            .Select(static column => (column.Property, ScopedColumn.HashOf(column.Column)))];
        _shape = TableShape.Of(mapping.Table);
        _isPart = mapping.Table.EntityTypeMappings.Any(
            static other => other.TypeBase is IEntityType type && other.Table.GetRowInternalForeignKeys(type).Any());
    }

    public TableName Table { get; }

    /// <summary>Adds what a successful write of the entity has changed.</summary>
    public void AddTo(TableWrites writes, IUpdateEntry entry)
    {
        if (_key is null)
        {
            writes.AddUnknownRows();
            return;
        }

        Span<UInt128> key = stackalloc UInt128[_key.Length];
        for (var i = 0; i < _key.Length; i++)
        {
            if (ScopeValue.Of(entry.GetCurrentProviderValue(_key[i])) is not { } value)
            {
                writes.AddUnknownRows();
                return;
            }

            key[i] = value;
        }

        writes.AddShape(_shape);
        writes.Add(ScopeHash.OfRow(Table, key));
        if (entry.EntityState == EntityState.Deleted)
        {
            return;
        }

        var isInsert = entry.EntityState == EntityState.Added;
        foreach (var (property, column) in _columns)
        {
            if ((!isInsert && !entry.IsModified(property)) || ScopeValue.Of(entry.GetCurrentProviderValue(property)) is not { } value)
            {
                continue;
            }

            if (isInsert)
            {
                writes.Add(ScopeHash.OfInsert(Table, column, value));
            }

            // What is added may become a part of a row that has been there before, with other values that it keeps.
            if (!isInsert || _isPart)
            {
                writes.Add(ScopeHash.OfChange(Table, column, value));
            }
        }
    }

    // The properties in the order of the key's columns; null where the entity does not hold the key of its row, or it makes no scope.
    private static IProperty[]? Key(ITableMapping mapping)
    {
        var columns = mapping.Table.PrimaryKey?.Columns ?? [];
        var properties = columns.Select(column => Property((IEntityType)mapping.TypeBase, column)).OfType<IProperty>().ToArray();
        return columns.Count > 0 && properties.Length == columns.Count && columns.All(ScopeValue.Allows) ? properties : null;
    }

    // What is owned and kept as JSON has the key of its owner, in a property that has no column.
    private static IProperty? Property(IEntityType type, IColumn column)
    {
        if (column.PropertyMappings.FirstOrDefault(mapping => mapping.TableMapping.TypeBase == type) is { } mapping)
        {
            return mapping.Property;
        }

        return type.IsMappedToJson() && type.FindOwnership() is { } ownership && Property(ownership.PrincipalEntityType, column) is { } principal
            ? ownership.Properties.Zip(ownership.PrincipalKey.Properties).FirstOrDefault(pair => pair.Second == principal).First
            : null;
    }
}
