using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace FastOrm.Cache.Tests.Integration.Support;

/// <summary>Counts the queries that EF Core compiles.</summary>
public sealed class CompilationCounter : IQueryExpressionInterceptor
{
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public Expression QueryCompilationStarting(Expression queryExpression, QueryExpressionEventData eventData)
    {
        Interlocked.Increment(ref _count);
        return queryExpression;
    }
}
