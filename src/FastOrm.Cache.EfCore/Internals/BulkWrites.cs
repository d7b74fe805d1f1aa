using System.Linq.Expressions;
using FastOrm.Cache.EfCore.Invalidation;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.EfCore.Internals;

/// <summary><c>ExecuteUpdate</c> and <c>ExecuteDelete</c>: queries to EF Core, writes to us.</summary>
internal static class BulkWrites
{
    /// <summary>Whether the query writes. Costs nothing for queries that give no number of rows.</summary>
    public static bool Is<TResult>(Expression query)
        => (typeof(TResult) == typeof(int) || typeof(TResult) == typeof(Task<int>))
            && query is MethodCallExpression { Method: { Name: "ExecuteDelete" or "ExecuteUpdate" } method }
            && method.DeclaringType == typeof(EntityFrameworkQueryableExtensions);

    /// <summary>Runs the write, and invalidates also when it fails or is cancelled: it may have been carried out.</summary>
    public static TResult Run<TResult>(WriteObserver observer, Func<TResult> execute)
    {
        var write = observer.BeginUnknown();
        if (typeof(TResult) == typeof(Task<int>))
        {
            return (TResult)(object)RunAsync(write, () => (Task<int>)(object)execute()!);
        }

        try
        {
            return execute();
        }
        finally
        {
            write.End();
        }
    }

    private static async Task<int> RunAsync(WriteObserver.Write write, Func<Task<int>> execute)
    {
        try
        {
            return await execute().ConfigureAwait(false);
        }
        finally
        {
            write.End();
        }
    }
}
