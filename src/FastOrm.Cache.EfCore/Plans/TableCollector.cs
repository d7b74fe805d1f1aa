using System.Linq.Expressions;
using FastOrm.Cache.EfCore.Invalidation;
using FastOrm.Cache.EfCore.Invalidation.Scopes;
using FastOrm.Cache.EfCore.Rows;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Query;
using Microsoft.EntityFrameworkCore.Query.SqlExpressions;

namespace FastOrm.Cache.EfCore.Plans;

/// <summary>Finds what a translated query reads, in EF Core's own tree and not in the SQL.</summary>
internal sealed class TableCollector(QueryFacts facts) : ExpressionVisitor
{
    private SelectExpression? _select;
    private bool _isInside;

    protected override Expression VisitExtension(Expression node)
    {
        switch (node)
        {
            case ShapedQueryExpression shaped:
                VisitQuery(shaped);
                return node;
            case UpdateExpression { Table.Table: ITable target }:
                facts.Written = WrittenTables.OfStatement([target], deletes: false);
                return node;
            case DeleteExpression { Table.Table: ITable target }:
                facts.Written = WrittenTables.OfStatement([target], deletes: true);
                return node;
            case SelectExpression select:
                var outer = _select;
                _select = select;
                base.VisitExtension(select);
                _select = outer;
                return node;
            case TableExpression table when table.Table is ITable known:
                facts.Read(new TableName(known.Name)).Add(_select is null ? null : ScopeFinder.FindRow(_select, table, known));
                return node;
            case FromSqlExpression raw:
                WritingQueries.Found(raw.Sql);
                Depend(raw.Table);
                if (!SqlText.IsPlainSelect(raw.Sql))
                {
                    facts.Refusal = "raw SQL that is not one plain SELECT";
                }

                break;
            case TableExpression view:
                Depend(view.Table);
                break;
            case TableValuedFunctionExpression { IsBuiltIn: false } function:
                Depend(function.StoreFunction);
                break;
            case SqlFunctionExpression { IsBuiltIn: false }:
                facts.ReadsUnknown = true;
                break;
            case SqlFragmentExpression fragment when fragment.Sql.Contains("select", StringComparison.OrdinalIgnoreCase):
                facts.ReadsUnknown = true; // Written by the application, in the translation of a function of its own.
                break;
            case JoinExpressionBase or SetOperationBase or ValuesExpression or TableValuedFunctionExpression or FromSqlExpression:
                break;
            case TableExpressionBase:
                facts.ReadsUnknown = true; // A source that a provider has added.
                break;
        }

        return base.VisitExtension(node);
    }

    // A view, a query of its own, a function: only the database knows what they read, or the application has said so.
    private void Depend(ITableBase? source)
    {
        if (DeclaredTables.Of(source) is not { } tables)
        {
            facts.ReadsUnknown = true;
            return;
        }

        foreach (var table in tables)
        {
            facts.Read(table).Add(row: null);
        }
    }

    private void VisitQuery(ShapedQueryExpression shaped)
    {
        var isRoot = !_isInside;
        _isInside = true;
        facts.IsTotallyOrdered |= isRoot && shaped.QueryExpression is SelectExpression main && TotalOrder.Has(main);
        if (isRoot && shaped.QueryExpression is SelectExpression select && ScopeFinder.FindList(select) is var (table, list))
        {
            facts.Read(table).Add(list);
            Visit(select.Projection);
            Visit(select.Orderings);
        }
        else
        {
            Visit(shaped.QueryExpression);
        }

        Visit(shaped.ShaperExpression);
    }

    private void Visit(IEnumerable<Expression> nodes)
    {
        foreach (var node in nodes)
        {
            Visit(node);
        }
    }
}
