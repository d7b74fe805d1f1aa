using FastOrm.Cache.EfCore.Plans;
using FastOrm.Cache.EfCore.Rows;

namespace FastOrm.Cache.EfCore.Invalidation.Scopes;

/// <summary>
/// The rows of one table that have the compared values in the compared columns, all of them, each with its primary key in the result. A
/// row enters such a list only when an update gives it one of the values or an insert all of them, and changes in it or leaves it only
/// when it is written itself.
/// </summary>
/// <param name="table">The table.</param>
/// <param name="shape">What the scope takes the table for.</param>
/// <param name="compared">The compared columns.</param>
/// <param name="entry">The one among them by which inserts are seen: what does not have that value does not have all.</param>
/// <param name="key">Where in the result the columns of the primary key are.</param>
internal sealed class ListScope(TableName table, TableShape shape, ScopedColumn[] compared, int entry, int[] key)
{
    private const int MaxRows = 256;

    public TableShape Shape => shape;

    /// <summary>The hashes of the values that a row may enter by; null if the values of this execution make no scope.</summary>
    public ulong[]? Hashes(Dictionary<string, object?> parameters)
    {
        var hashes = new ulong[compared.Length + 1];
        for (var i = 0; i < compared.Length; i++)
        {
            if (compared[i].Value(parameters) is not { } value)
            {
                return null;
            }

            hashes[i] = ScopeHash.OfChange(table, compared[i].Hash, value);
            if (i == entry)
            {
                hashes[^1] = ScopeHash.OfInsert(table, compared[i].Hash, value);
            }
        }

        return hashes;
    }

    /// <summary>What each of the <see cref="Hashes"/> stands for.</summary>
    public IEnumerable<string> Describe(Dictionary<string, object?> parameters, bool includesValues)
        => compared.Append(compared[entry]).Select((column, i)
            => column.Describe(parameters, includesValues) + (i == compared.Length ? " inserted" : ""));

    /// <summary>The hashes of the rows that were found; null if they are too many, or their keys cannot be read.</summary>
    public ulong[]? Rows(RowSet rows)
    {
        if (rows.RowCount > MaxRows || key.Any(ordinal => ordinal >= rows.Columns.Length || rows.Columns[ordinal] is null))
        {
            return null;
        }

        var hashes = new ulong[rows.RowCount];
        Span<UInt128> values = stackalloc UInt128[key.Length];
        for (var row = 0; row < hashes.Length; row++)
        {
            for (var i = 0; i < key.Length; i++)
            {
                var column = rows.Columns[key[i]]!;
                if (column.IsNull(row) || ScopeValue.Of(column.GetValue(row)) is not { } value)
                {
                    return null;
                }

                values[i] = value;
            }

            hashes[row] = ScopeHash.OfRow(table, values);
        }

        return hashes;
    }
}
