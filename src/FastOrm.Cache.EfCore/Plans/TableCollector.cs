using System.Linq.Expressions;
using FastOrm.Cache.EfCore.Rows;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Query;
using Microsoft.EntityFrameworkCore.Query.SqlExpressions;

namespace FastOrm.Cache.EfCore.Plans;

/// <summary>Finds what a translated query reads, in EF Core's own tree and not in the SQL.</summary>
internal sealed class TableCollector(QueryFacts facts) : ExpressionVisitor
{
    protected override Expression VisitExtension(Expression node)
    {
        switch (node)
        {
            case ShapedQueryExpression shaped:
                Visit(shaped.QueryExpression);
                Visit(shaped.ShaperExpression);
                return node;
            case TableExpression table when table.Table is ITable:
                facts.Reads(new TableName(table.Table.Name));
                return node;
            case FromSqlExpression raw:
                facts.ReadsUnknown = true;
                if (!SqlText.IsPlainSelect(raw.Sql))
                {
                    facts.Refusal = "raw SQL that is not one plain SELECT";
                }

                break;
            case TableExpression or TableValuedFunctionExpression { IsBuiltIn: false }:
                facts.ReadsUnknown = true; // A view, a query of its own, a function: only the database knows what they read.
                break;
            case SqlFunctionExpression { IsBuiltIn: false }:
                facts.ReadsUnknown = true;
                break;
            case SqlFragmentExpression fragment when fragment.Sql.Contains("select", StringComparison.OrdinalIgnoreCase):
                facts.ReadsUnknown = true; // Written by the application, in the translation of a function of its own.
                break;
            case SelectExpression or JoinExpressionBase or SetOperationBase or ValuesExpression
                or TableValuedFunctionExpression or FromSqlExpression:
                break;
            case TableExpressionBase:
                facts.ReadsUnknown = true; // A source that a provider has added.
                break;
        }

        return base.VisitExtension(node);
    }
}
