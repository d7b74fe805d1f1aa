using System.Linq.Expressions;
using FastOrm.Cache.EfCore.Plans;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Query.SqlExpressions;

namespace FastOrm.Cache.EfCore.Invalidation.Scopes;

/// <summary>Finds in a translated query which rows of a table it can depend on.</summary>
internal static class ScopeFinder
{
    /// <summary>The one row of the table that the select can see: its <c>WHERE</c> fixes the whole primary key. Null if it does not.</summary>
    /// <remarks>All other rows are filtered out of whatever the select joins, groups or counts, also on the inner side of an outer join.</remarks>
    public static KeyScope? FindRow(SelectExpression select, TableExpression table, ITable known)
    {
        if (known.PrimaryKey is not { } key || !select.Tables.Any(source => ReferenceEquals(TotalOrder.Unjoined(source), table)))
        {
            return null;
        }

        var compared = Conditions(select.Predicate).Select(condition => ScopedColumn.Of(condition, table.Alias)).ToList();
        var columns = new ScopedColumn[key.Columns.Count];
        for (var i = 0; i < columns.Length; i++)
        {
            var found = compared.Find(candidate => candidate?.Column == key.Columns[i]);
            if (found is null)
            {
                return null;
            }

            columns[i] = found;
        }

        return new KeyScope(new TableName(known.Name), TableShape.Of(known), columns);
    }

    /// <summary>The pure list that the whole query is; null if it is none.</summary>
    public static (TableName Table, ListScope List)? FindList(SelectExpression select)
    {
        if (select is not { Limit: null, Offset: null, IsDistinct: false, Having: null, GroupBy.Count: 0, Tables: [TableExpression table] }
            || table.Table is not ITable { PrimaryKey: { } key } known
            || !key.Columns.All(ScopeValue.Allows))
        {
            return null;
        }

        var compared = new List<ScopedColumn>();
        foreach (var condition in Conditions(select.Predicate))
        {
            if (ScopedColumn.Of(condition, table.Alias) is { } column)
            {
                compared.Add(column);
            }
            else if (!IsOfType(condition, table.Alias))
            {
                return null;
            }
        }

        var places = key.Columns.Select(column => Place(select, table.Alias, column)).ToArray();
        var name = new TableName(known.Name);
        return Entry(compared) is { } entry && places.All(static place => place >= 0)
            && !key.Columns.All(column => compared.Exists(candidate => candidate.Column == column)) // That is one row.
                ? (name, new ListScope(name, TableShape.Of(known), [.. compared], entry, places))
                : null;
    }

    // The column by which inserts are seen: rather one that few rows share a value of.
    private static int? Entry(List<ScopedColumn> compared)
        => Enumerable.Range(0, compared.Count)
            .Where(i => ScopeValue.IsToldByInserts(compared[i].Column))
            .OrderBy(i => Coarseness(compared[i].Column.PropertyMappings[0].Property))
            .Select(static i => (int?)i)
            .FirstOrDefault();

    private static int Coarseness(IProperty property)
    {
        var type = Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType;
        return type == typeof(bool) || type.IsEnum || ScopeValue.IsDiscriminator(property) ? 2 : property.IsForeignKey() ? 0 : 1;
    }

    /// <summary>What all must hold.</summary>
    private static IEnumerable<SqlExpression> Conditions(SqlExpression? predicate) => predicate switch
    {
        null => [],
        SqlBinaryExpression { OperatorType: ExpressionType.AndAlso } both => [.. Conditions(both.Left), .. Conditions(both.Right)],
        _ => [predicate],
    };

    // A row has its type from the beginning to the end: none enters a list or leaves it by this condition.
    private static bool IsOfType(SqlExpression condition, string alias) => condition switch
    {
        SqlBinaryExpression { OperatorType: ExpressionType.Equal, Left: ColumnExpression column, Right: SqlConstantExpression }
            => IsDiscriminator(column, alias),
        InExpression { Item: ColumnExpression column, Values: { } values } => values.All(static value => value is SqlConstantExpression)
            && IsDiscriminator(column, alias),
        _ => false,
    };

    private static bool IsDiscriminator(ColumnExpression column, string alias)
        => column.TableAlias == alias && column.Column is IColumn known && ScopeValue.IsNeverChanged(known);

    private static int Place(SelectExpression select, string alias, IColumn column)
    {
        for (var i = 0; i < select.Projection.Count; i++)
        {
            if (select.Projection[i].Expression is ColumnExpression candidate && candidate.TableAlias == alias && candidate.Column == column)
            {
                return i;
            }
        }

        return -1;
    }
}
