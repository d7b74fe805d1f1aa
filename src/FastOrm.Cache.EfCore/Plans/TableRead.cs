using FastOrm.Cache.EfCore.Explanations;
using FastOrm.Cache.EfCore.Invalidation.Scopes;

namespace FastOrm.Cache.EfCore.Plans;

/// <summary>What a query reads of a table: all of it, or only what its parameters name.</summary>
internal sealed class TableRead(TableName table)
{
    private readonly List<KeyScope> _rows = [];
    private bool _isWhole;
    private TableShape? _shape;

    public TableName Table => table;

    /// <summary>What its scopes take the table for.</summary>
    public TableShape? Shape => _shape;

    /// <summary>The list that is read, if any.</summary>
    public ListScope? List { get; private set; }

    /// <summary>The query reads the table in one more place, and there only this row; null for all.</summary>
    public void Add(KeyScope? row)
    {
        if (row is null)
        {
            _isWhole = true;
        }
        else
        {
            _rows.Add(row);
            Take(row.Shape);
        }
    }

    /// <summary>The query reads the table in one more place, and there this list.</summary>
    public void Add(ListScope list)
    {
        List = list;
        Take(list.Shape);
    }

    /// <summary>The scopes that are read with these values; null if every change of the table may change what the query gives.</summary>
    public List<ulong>? Scopes(Dictionary<string, object?> parameters)
    {
        var scopes = new List<ulong>();
        return TryAddScopes(parameters, scopes) ? scopes : null;
    }

    /// <summary>Adds the scopes that are read with these values; not all of them if every change of the table may change what the query gives.</summary>
    /// <returns>Whether they are scopes.</returns>
    public bool TryAddScopes(Dictionary<string, object?> parameters, List<ulong> scopes)
    {
        if (_isWhole)
        {
            return false;
        }

        foreach (var row in _rows)
        {
            if (row.Hash(parameters) is not { } hash)
            {
                return false;
            }

            scopes.Add(hash);
        }

        if (List is not null)
        {
            if (List.Hashes(parameters) is not { } hashes)
            {
                return false;
            }

            scopes.AddRange(hashes);
        }

        return true;
    }

    /// <summary>Names the scopes, in their order.</summary>
    public void Describe(Dictionary<string, object?> parameters, StampNames? names)
    {
        if (names is null)
        {
            return;
        }

        foreach (var row in _rows)
        {
            names.Add(StampKind.Scope, $"{table.Text}[{row.Describe(parameters, names.IncludesValues)}]");
        }

        foreach (var values in List?.Describe(parameters, names.IncludesValues) ?? [])
        {
            names.Add(StampKind.Scope, $"{table.Text}[{values}]");
        }
    }

    // Two tables of one name, in two schemas, are one to us: of the rows of such nothing can be said.
    private void Take(TableShape shape)
    {
        _shape ??= shape;
        _isWhole |= !_shape.Equals(shape);
    }
}
