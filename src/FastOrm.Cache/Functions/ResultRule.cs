namespace FastOrm.Cache.Functions;

/// <summary>What a function may return so that a second caller can get it too.</summary>
internal static class ResultRule
{
    /// <param name="type">The type of the value, without the task that it comes in.</param>
    /// <param name="subject">The function, for errors.</param>
    /// <exception cref="ArgumentException">Values of the type cannot be kept.</exception>
    public static void Require(Type type, string subject)
    {
        var reason = type == typeof(void) || type == typeof(Task) || type == typeof(ValueTask) ? "returns no value"
            : IsTask(type) ? "returns a task in a task, or a ValueTask: write async … => await …"
            : IsLazy(type) ? "returns what is only read later: return a list"
            : typeof(IDisposable).IsAssignableFrom(type) || typeof(IAsyncDisposable).IsAssignableFrom(type)
                ? "returns what its caller disposes: return what is in it"
            : typeof(Delegate).IsAssignableFrom(type) || type.IsByRef || type.IsPointer || type.IsByRefLike
                ? $"returns a {type}, which cannot be kept"
            : null;
        if (reason is not null)
        {
            throw new ArgumentException($"The results of {subject} cannot be cached: it {reason}.");
        }
    }

    private static bool IsLazy(Type type)
        => typeof(IQueryable).IsAssignableFrom(type)
            || type.GetInterfaces().Append(type).Any(static face => Is(face, typeof(IAsyncEnumerable<>)));

    public static bool IsTask(Type type) => Is(type, typeof(Task<>)) || Is(type, typeof(ValueTask<>));

    private static bool Is(Type type, Type definition) => type.IsGenericType && type.GetGenericTypeDefinition() == definition;
}
