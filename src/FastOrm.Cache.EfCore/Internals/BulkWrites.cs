using System.Linq.Expressions;
using FastOrm.Cache.EfCore.Invalidation;
using FastOrm.Cache.EfCore.Plans;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Query;

namespace FastOrm.Cache.EfCore.Internals;

/// <summary><c>ExecuteUpdate</c> and <c>ExecuteDelete</c>: queries to EF Core, writes to us.</summary>
internal static class BulkWrites
{
    /// <summary>Whether the query writes. Costs nothing for queries that give no number of rows.</summary>
    public static bool Is<TResult>(Expression query)
        => (typeof(TResult) == typeof(int) || typeof(TResult) == typeof(Task<int>))
            && query is MethodCallExpression { Method: { Name: "ExecuteDelete" or "ExecuteUpdate" } method }
            && method.DeclaringType == typeof(EntityFrameworkQueryableExtensions);

    /// <summary>The compiled write, which also invalidates: when it fails or is cancelled, too, for it may have been carried out.</summary>
    /// <param name="compiled">The compiled write.</param>
    /// <param name="tables">The tables that it writes; null if they are not known.</param>
    public static Func<QueryContext, TResult> Observed<TResult>(
        Func<QueryContext, TResult> compiled, IReadOnlyCollection<TableName>? tables)
        => context =>
        {
            if (context.Context.GetService<Func<WriteObserver?>>()() is not { } observer)
            {
                return compiled(context);
            }

            var write = observer.Begin(tables, InvalidationCause.BulkWrite);
            if (typeof(TResult) == typeof(Task<int>))
            {
                var statement = (Func<QueryContext, Task<int>>)(object)compiled;
                return (TResult)(object)write.RunAsync(() => statement(context));
            }

            return write.Run(() => compiled(context));
        };
}
