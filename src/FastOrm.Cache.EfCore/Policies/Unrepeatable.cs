using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.EfCore.Policies;

/// <summary>What gives another value each time, and becomes a part of the SQL: the clock and chance.</summary>
/// <remarks>A time that the application takes before the query is a value like any other, and not seen here.</remarks>
internal static class Unrepeatable
{
    public static bool Is(MemberExpression node)
        => node.Expression is null
            && node.Member.Name is "Now" or "UtcNow" or "Today"
            && (node.Member.DeclaringType == typeof(DateTime) || node.Member.DeclaringType == typeof(DateTimeOffset));

    public static bool Is(MethodCallExpression node)
        => node.Method.Name switch
        {
            nameof(Guid.NewGuid) or nameof(Guid.CreateVersion7) => node.Method.DeclaringType == typeof(Guid),
            nameof(DbFunctionsExtensions.Random) => node.Method.DeclaringType == typeof(DbFunctionsExtensions),
            nameof(Random.Next) or nameof(Random.NextDouble) => typeof(Random).IsAssignableFrom(node.Method.DeclaringType),
            "GetCurrentInstant" => true, // The clock of NodaTime, which providers translate.
            _ => false,
        };
}
