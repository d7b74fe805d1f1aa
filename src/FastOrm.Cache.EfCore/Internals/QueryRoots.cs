#pragma warning disable EF1001 // Internal EF Core types: only this folder names them.
using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Query;
using Microsoft.EntityFrameworkCore.Query.Internal;

namespace FastOrm.Cache.EfCore.Internals;

/// <summary>Tells EF Core's query roots apart. Exactly these types: a subclass may hold more than is written into the key.</summary>
internal static class QueryRoots
{
    public static QueryRootKind Kind(
        Expression node, out IEntityType? entityType, out string? sql, out string? function, out IReadOnlyList<Expression> arguments)
    {
        sql = function = null;
        arguments = [];
        entityType = (node as EntityQueryRootExpression)?.EntityType;
        if (node.GetType() == typeof(EntityQueryRootExpression))
        {
            return QueryRootKind.Entity;
        }

        switch (node)
        {
            case FromSqlQueryRootExpression root:
                (sql, arguments) = (root.Sql, [root.Argument]);
                return QueryRootKind.Sql;
            case SqlQueryRootExpression root:
                (sql, arguments) = (root.Sql, [root.Argument]);
                return QueryRootKind.ScalarSql;
            case TableValuedFunctionQueryRootExpression root:
                (function, arguments) = ($"{root.Function.Schema}.{root.Function.Name}", [.. root.Arguments]);
                return QueryRootKind.Function;
            default:
                return QueryRootKind.Unknown;
        }
    }
}

/// <summary>What a query begins with.</summary>
internal enum QueryRootKind
{
    Unknown,

    /// <summary>An entity type.</summary>
    Entity,

    /// <summary>Raw SQL that gives an entity type.</summary>
    Sql,

    /// <summary>Raw SQL that gives a scalar or another type.</summary>
    ScalarSql,

    /// <summary>A table-valued function.</summary>
    Function,
}
