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
    private readonly IProperty[] _told;
    private readonly bool _isPart;
    private readonly bool _isWhole;
    private readonly TableShape _shape;

    public WrittenRow(ITableMapping mapping)
    {
        Table = new TableName(mapping.Table.Name);
        _key = Key(mapping);
        _columns = [.. mapping.ColumnMappings
            .Where(static column => ScopeValue.Allows(column.Column))
            .Select(static column => (column.Property, ScopedColumn.HashOf(column.Column)))];
        _shape = TableShape.Of(mapping.Table);
        _told = [.. _columns.Select(static known => known.Property).Where(static property => !property.IsPrimaryKey())];
        _isWhole = _told.Length > 0
            && mapping.Table.Columns.Where(ScopeValue.Allows).All(
                column => Array.Exists(_columns, known => known.Column == ScopedColumn.HashOf(column)));
        _isPart = mapping.TypeBase is IEntityType type && mapping.Table.GetRowInternalForeignKeys(type).Any();
    }

    public TableName Table { get; }

    /// <summary>Adds what a successful write of the entity has changed.</summary>
    public void AddTo(TableWrites writes, IUpdateEntry entry)
    {
        // A row that changes its type is looked for by no list of that type: what it is, is never compared.
        if (_key is null || (entry.SharedIdentityEntry is { } other && other.EntityType != entry.EntityType))
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

        // What is added may become a part of a row that has been there before, with other values that it keeps. And of a row that is
        // deleted and added, EF Core updates the columns that differ from what it took for the old ones.
        var isInsert = entry.EntityState == EntityState.Added;
        var mayKeep = isInsert ? _isPart || entry.SharedIdentityEntry is not null : !IsWhole(entry);
        writes.AddShape(_shape, isInsert || !mayKeep);
        writes.Add(ScopeHash.OfRow(Table, key));
        if (entry.EntityState == EntityState.Deleted)
        {
            return;
        }

        foreach (var (property, column) in _columns)
        {
            if ((mayKeep && !isInsert && !entry.IsModified(property))
                || ScopeValue.Of(entry.GetCurrentProviderValue(property)) is not { } value)
            {
                continue;
            }

            if (isInsert || !mayKeep)
            {
                writes.Add(ScopeHash.OfInsert(Table, column, value));
            }

            if (mayKeep)
            {
                writes.Add(ScopeHash.OfChange(Table, column, value));
            }
        }
    }

    // Whether an update tells every value of the row, as an insert does: so of an entity that was never read.
    private bool IsWhole(IUpdateEntry entry)
    {
        if (!_isWhole || entry.EntityState != EntityState.Modified)
        {
            return false;
        }

        foreach (var property in _told)
        {
            if (!entry.IsModified(property))
            {
                return false;
            }
        }

        return true;
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
