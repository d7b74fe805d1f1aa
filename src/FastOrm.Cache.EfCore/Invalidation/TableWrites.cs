using FastOrm.Cache.EfCore.Invalidation.Scopes;
using FastOrm.Cache.EfCore.Plans;

namespace FastOrm.Cache.EfCore.Invalidation;

/// <summary>What one step has written to a table.</summary>
internal sealed class TableWrites(TableName table)
{
    // To change the stamp of each of so many rows costs more than it saves.
    private const int MaxScopes = 4096;

    private List<ulong>? _scopes = [];
    private TableShape? _shape;
    private bool _hasWholeRows;

    public TableName Table => table;

    /// <summary>The rows that were written and the values that were given to columns; null if it is not known which, or too many.</summary>
    public List<ulong>? Scopes => _scopes;

    /// <summary>What the table was taken for by who has told the rows.</summary>
    public TableShape? Shape => _shape;

    /// <summary>Those of the table among the writes of one step. A step touches few tables.</summary>
    public static TableWrites Of(List<TableWrites> writes, TableName table)
    {
        foreach (var known in writes)
        {
            if (known.Table.Hash == table.Hash)
            {
                return known; // Of two tables with one hash, the stamps are the same.
            }
        }

        var added = new TableWrites(table);
        writes.Add(added);
        return added;
    }

    /// <summary>The names of the tables, for people; none if they are not known.</summary>
    public static string[] NamesOf(List<TableWrites>? writes)
    {
        if (writes is null or [])
        {
            return [];
        }

        var names = new string[writes.Count];
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = writes[i].Table.Text;
        }

        return names;
    }

    /// <summary>Writes to the table of which it is not known what rows they touch.</summary>
    public static TableWrites OfUnknownRows(TableName table)
    {
        var writes = new TableWrites(table);
        writes.AddUnknownRows();
        return writes;
    }

    public void Add(ulong scope)
    {
        _scopes?.Add(scope);
        if (_scopes?.Count > MaxScopes)
        {
            _scopes = null;
        }
    }

    public void AddUnknownRows() => _scopes = null;

    /// <summary>The rows are told by someone who takes the table for this.</summary>
    /// <param name="shape">What he takes it for.</param>
    /// <param name="isWholeRow">Whether all its columns have been given values.</param>
    public void AddShape(TableShape shape, bool isWholeRow)
    {
        _hasWholeRows |= isWholeRow;
        _shape ??= shape;
        if (!_shape.Equals(shape))
        {
            AddUnknownRows(); // Two tables of one name, in two schemas, or of two models.
        }
    }

    /// <summary>Whether the scopes tell what was touched to one who takes the table for this.</summary>
    public bool AreToldTo(TableShape reader) => _shape is not null && _shape.Covers(reader, _hasWholeRows);

    public void Absorb(TableWrites other)
    {
        if (other._scopes is null)
        {
            AddUnknownRows();
            return;
        }

        if (other._shape is { } shape)
        {
            AddShape(shape, other._hasWholeRows);
        }

        foreach (var scope in other._scopes)
        {
            Add(scope);
        }
    }

    public TableWrites Copy() => new(table) { _scopes = _scopes is null ? null : [.. _scopes], _shape = _shape, _hasWholeRows = _hasWholeRows };
}
