using FastOrm.Cache.EfCore.Plans;

namespace FastOrm.Cache.EfCore.Invalidation.Scopes;

/// <summary>One row of a table, which a query names by its whole primary key. No other row can change what the query gives.</summary>
internal sealed class KeyScope(TableName table, TableShape shape, ScopedColumn[] key)
{
    /// <summary>What the scope takes the table for.</summary>
    public TableShape Shape => shape;

    /// <summary>The columns of the key, with their values or without.</summary>
    public string Describe(Dictionary<string, object?> parameters, bool includesValues)
        => string.Join(", ", key.Select(column => column.Describe(parameters, includesValues)));

    /// <summary>The hash of the row; null if the values of this execution name none.</summary>
    public ulong? Hash(Dictionary<string, object?> parameters)
    {
        Span<UInt128> values = stackalloc UInt128[key.Length];
        for (var i = 0; i < key.Length; i++)
        {
            if (key[i].Value(parameters) is not { } value)
            {
                return null;
            }

            values[i] = value;
        }

        return ScopeHash.OfRow(table, values);
    }
}
