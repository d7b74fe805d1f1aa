using FastOrm.Cache.EfCore.Rows.Codec;

namespace FastOrm.Cache.EfCore.Rows;

/// <summary>Compares recorded rows by the bytes that other processes would get: by every bit of every value.</summary>
internal static class RowComparison
{
    /// <summary>Whether both are the same rows; null if they are of a type that has no bytes.</summary>
    /// <param name="one">Some rows.</param>
    /// <param name="other">Those of the same command.</param>
    /// <param name="isOrdered">Whether the order counts.</param>
    public static bool? AreSame(RowSet one, RowSet other, bool isOrdered)
    {
        if (one.RowCount != other.RowCount || one.Columns.Length != other.Columns.Length)
        {
            return false;
        }

        for (var i = 0; i < one.Columns.Length; i++)
        {
            switch (AreSame(one.Columns[i], other.Columns[i], one.RowCount))
            {
                case null:
                    return null;
                case false:
                    return isOrdered ? false : AreSameInAnyOrder(one, other);
            }
        }

        return true;
    }

    private static bool? AreSame(Column? one, Column? other, int rowCount)
    {
        if (one is null || other is null || one.Type != other.Type)
        {
            return one is null && other is null;
        }

        using var first = new PayloadWriter(capacity: 256);
        using var second = new PayloadWriter(capacity: 256);
        return TryWrite(first, one, rowCount) && TryWrite(second, other, rowCount) ? first.Span.SequenceEqual(second.Span) : null;
    }

    private static bool? AreSameInAnyOrder(RowSet one, RowSet other)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var row = 0; row < one.RowCount; row++)
        {
            if (TextOf(one, row) is not { } text)
            {
                return null;
            }

            counts[text] = counts.GetValueOrDefault(text) + 1;
        }

        for (var row = 0; row < other.RowCount; row++)
        {
            if (TextOf(other, row) is not { } text)
            {
                return null;
            }

            if (!counts.TryGetValue(text, out var count) || count == 0)
            {
                return false;
            }

            counts[text] = count - 1;
        }

        return true;
    }

    // The bytes of each value say where they end.
    private static string? TextOf(RowSet rows, int row)
    {
        using var writer = new PayloadWriter(capacity: 256);
        foreach (var column in rows.Columns)
        {
            if (column is not null && !TryWrite(writer, column.Pick([row]), rowCount: 1))
            {
                return null;
            }
        }

        return Convert.ToBase64String(writer.Span);
    }

    private static bool TryWrite(PayloadWriter writer, Column column, int rowCount)
        => ColumnFormat.Of(column.Type)?.TryWrite(writer, column, rowCount) == true;
}
