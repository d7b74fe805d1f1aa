using FastOrm.Cache.EfCore.Plans;

namespace FastOrm.Cache.EfCore.Invalidation;

/// <summary>What one step has written to a table.</summary>
internal sealed class TableWrites(TableName table)
{
    // To change the stamp of each of so many rows costs more than it saves.
    private const int MaxScopes = 4096;

    private List<ulong>? _scopes = [];

    public TableName Table => table;

    /// <summary>The rows that were written and the values that were given to columns; null if it is not known which, or too many.</summary>
    public IReadOnlyList<ulong>? Scopes => _scopes;

    public void Add(ulong scope)
    {
        _scopes?.Add(scope);
        if (_scopes?.Count > MaxScopes)
        {
            _scopes = null;
        }
    }

    public void AddUnknownRows() => _scopes = null;
}
