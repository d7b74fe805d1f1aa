using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Query.SqlExpressions;

namespace FastOrm.Cache.EfCore.Plans;

/// <summary>
/// Whether a select settles the order of its rows: it is ordered by the primary key of each table that it reads, whatever else comes before. Any
/// other order leaves rows that may stand either way.
/// </summary>
internal static class TotalOrder
{
    public static bool Has(SelectExpression select)
        => select is { Orderings.Count: > 0, GroupBy.Count: 0, IsDistinct: false, Tables.Count: > 0 }
            && select.Tables.All(source => Unjoined(source) is TableExpression { Table: ITable { PrimaryKey: { } key } } table
                && key.Columns.All(column => select.Orderings.Any(ordering
                    => ordering.Expression is ColumnExpression by && by.TableAlias == table.Alias && by.Column == column)));

    /// <summary>What a source reads, without the join by which it is reached.</summary>
    public static TableExpressionBase Unjoined(TableExpressionBase source) => source is JoinExpressionBase join ? join.Table : source;
}
