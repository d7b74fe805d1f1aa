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

    public TableName Table => table;

    /// <summary>Writes to the table of which it is not known what rows they touch.</summary>
    public static TableWrites OfUnknownRows(TableName table)
    {
        var writes = new TableWrites(table);
        writes.AddUnknownRows();
        return writes;
    }

    /// <summary>What those who have written take the table for; null if nobody has told rows.</summary>
    public TableShape? Shape => _shape;

    /// <summary>The rows that were written and the values that were given to columns; null if it is not known which, or too many.</summary>
    public List<ulong>? Scopes => _scopes;

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
    public void AddShape(TableShape shape)
    {
        _shape ??= shape;
        if (!_shape.Equals(shape))
        {
            AddUnknownRows(); // Two tables of one name, in two schemas.
        }
    }
}
