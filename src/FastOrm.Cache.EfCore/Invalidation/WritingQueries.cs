using System.Collections.Concurrent;
using System.Linq.Expressions;
using FastOrm.Cache.EfCore.Invalidation.Sql;
using Microsoft.EntityFrameworkCore.Query;
using Microsoft.EntityFrameworkCore.Query.SqlExpressions;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.EfCore.Invalidation;

/// <summary>The queries of the process that hold SQL of the application which may write, known by the text of their command.</summary>
/// <remarks>Only that SQL counts: what EF Core has made of the rest of a query reads.</remarks>
internal static class WritingQueries
{
    // A program that writes values into its SQL must not fill memory with it.
    private const int Capacity = 1_000;

    private static readonly ConcurrentDictionary<string, string[]> Known = new(StringComparer.Ordinal);
    private static volatile bool s_exist;
    private static volatile bool s_areForgotten;

    /// <summary>Whether there are any: as long as there are none, no command of a query is looked at.</summary>
    public static bool Exist => s_exist;

    /// <summary>Notes that a query is compiled that has this SQL in it.</summary>
    public static void Found(string sql)
    {
        if (!s_exist && MayWrite(sql))
        {
            s_exist = true;
        }
    }

    /// <summary>Notes the command of a query.</summary>
    public static void Generated(Expression query, string logText)
    {
        if (s_exist && SqlFinder.In(query) is { Count: > 0 } found)
        {
            if (Known.Count >= Capacity)
            {
                s_areForgotten = true;
                Known.Clear();
            }

            Known[logText] = [.. found];
        }
    }

    /// <summary>The SQL of the application in a query that may write; none if it only reads.</summary>
    /// <param name="logText">The text of its command as EF Core tells its log, which no interceptor changes.</param>
    public static string[] SqlOf(string logText)
        => Known.TryGetValue(logText, out var found) ? found
            : s_areForgotten ? [logText]
            : [];

    private static bool MayWrite(string sql) => SqlFacts.Read(sql, SqlDialect.Unknown).MayWrite;

    private sealed class SqlFinder : ExpressionVisitor
    {
        private readonly List<string> _found = [];

        public static List<string> In(Expression query)
        {
            var finder = new SqlFinder();
            finder.Visit(query);
            return finder._found;
        }

        protected override Expression VisitExtension(Expression node)
        {
            if (node is FromSqlExpression raw && MayWrite(raw.Sql))
            {
                _found.Add(raw.Sql);
            }

            return base.VisitExtension(node);
        }
    }
}

/// <summary>Sees the SQL being made of queries.</summary>
internal sealed class ObservingSqlGeneratorFactory(IQuerySqlGeneratorFactory inner, QuerySqlGeneratorDependencies dependencies)
    : IQuerySqlGeneratorFactory
{
    public QuerySqlGenerator Create() => WritingQueries.Exist ? new Observer(dependencies, inner.Create()) : inner.Create();

    private sealed class Observer(QuerySqlGeneratorDependencies dependencies, QuerySqlGenerator inner) : QuerySqlGenerator(dependencies)
    {
        public override IRelationalCommand GetCommand(Expression queryExpression)
        {
            var command = inner.GetCommand(queryExpression);
            WritingQueries.Generated(queryExpression, command.LogCommandText);
            return command;
        }
    }
}
