namespace FastOrm.Cache;

/// <summary>
/// The members of functions of no or several parameters, which take the arguments one by one instead of as a tuple.
/// </summary>
public static class CachedFunctionExtensions
{
    /// <inheritdoc cref="CachedFunction{TArgs, T}.Invoke"/>
    public static T Invoke<T>(this CachedFunction<ValueTuple, T> function)
        => Checked(function).Invoke(default);

    /// <inheritdoc cref="CachedAsyncFunction{TArgs, T}.InvokeAsync"/>
    public static ValueTask<T> InvokeAsync<T>(
        this CachedAsyncFunction<ValueTuple, T> function, CancellationToken cancellationToken = default)
        => Checked(function).InvokeAsync(default, cancellationToken);

    /// <inheritdoc cref="CachedFunction{TArgs, T}.Refresh"/>
    public static T Refresh<T>(this CachedFunction<ValueTuple, T> function)
        => Checked(function).Refresh(default);

    /// <inheritdoc cref="CachedAsyncFunction{TArgs, T}.RefreshAsync"/>
    public static ValueTask<T> RefreshAsync<T>(
        this CachedAsyncFunction<ValueTuple, T> function, CancellationToken cancellationToken = default)
        => Checked(function).RefreshAsync(default, cancellationToken);

    /// <inheritdoc cref="CachedAsyncFunction{TArgs, T}.Invalidate"/>
    public static void Invalidate<T>(this CachedAsyncFunction<ValueTuple, T> function)
        => Checked(function).Invalidate(default);

    /// <inheritdoc cref="CachedAsyncFunction{TArgs, T}.InvalidateAsync"/>
    public static ValueTask InvalidateAsync<T>(this CachedAsyncFunction<ValueTuple, T> function)
        => Checked(function).InvalidateAsync(default);

    /// <inheritdoc cref="CachedAsyncFunction{TArgs, T}.KeyFor"/>
    public static string KeyFor<T>(this CachedAsyncFunction<ValueTuple, T> function)
        => Checked(function).KeyFor(default);

    /// <inheritdoc cref="CachedFunction{TArgs, T}.Invoke"/>
    public static T Invoke<T1, T2, T>(this CachedFunction<(T1, T2), T> function, T1 arg1, T2 arg2)
        => Checked(function).Invoke((arg1, arg2));

    /// <inheritdoc cref="CachedAsyncFunction{TArgs, T}.InvokeAsync"/>
    public static ValueTask<T> InvokeAsync<T1, T2, T>(
        this CachedAsyncFunction<(T1, T2), T> function, T1 arg1, T2 arg2, CancellationToken cancellationToken = default)
        => Checked(function).InvokeAsync((arg1, arg2), cancellationToken);

    /// <inheritdoc cref="CachedFunction{TArgs, T}.Refresh"/>
    public static T Refresh<T1, T2, T>(this CachedFunction<(T1, T2), T> function, T1 arg1, T2 arg2)
        => Checked(function).Refresh((arg1, arg2));

    /// <inheritdoc cref="CachedAsyncFunction{TArgs, T}.RefreshAsync"/>
    public static ValueTask<T> RefreshAsync<T1, T2, T>(
        this CachedAsyncFunction<(T1, T2), T> function, T1 arg1, T2 arg2, CancellationToken cancellationToken = default)
        => Checked(function).RefreshAsync((arg1, arg2), cancellationToken);

    /// <inheritdoc cref="CachedAsyncFunction{TArgs, T}.Invalidate"/>
    public static void Invalidate<T1, T2, T>(this CachedAsyncFunction<(T1, T2), T> function, T1 arg1, T2 arg2)
        => Checked(function).Invalidate((arg1, arg2));

    /// <inheritdoc cref="CachedAsyncFunction{TArgs, T}.InvalidateAsync"/>
    public static ValueTask InvalidateAsync<T1, T2, T>(this CachedAsyncFunction<(T1, T2), T> function, T1 arg1, T2 arg2)
        => Checked(function).InvalidateAsync((arg1, arg2));

    /// <inheritdoc cref="CachedAsyncFunction{TArgs, T}.KeyFor"/>
    public static string KeyFor<T1, T2, T>(this CachedAsyncFunction<(T1, T2), T> function, T1 arg1, T2 arg2)
        => Checked(function).KeyFor((arg1, arg2));

    /// <inheritdoc cref="CachedFunction{TArgs, T}.Invoke"/>
    public static T Invoke<T1, T2, T3, T>(this CachedFunction<(T1, T2, T3), T> function, T1 arg1, T2 arg2, T3 arg3)
        => Checked(function).Invoke((arg1, arg2, arg3));

    /// <inheritdoc cref="CachedAsyncFunction{TArgs, T}.InvokeAsync"/>
    public static ValueTask<T> InvokeAsync<T1, T2, T3, T>(
        this CachedAsyncFunction<(T1, T2, T3), T> function,
        T1 arg1,
        T2 arg2,
        T3 arg3,
        CancellationToken cancellationToken = default)
        => Checked(function).InvokeAsync((arg1, arg2, arg3), cancellationToken);

    /// <inheritdoc cref="CachedFunction{TArgs, T}.Refresh"/>
    public static T Refresh<T1, T2, T3, T>(this CachedFunction<(T1, T2, T3), T> function, T1 arg1, T2 arg2, T3 arg3)
        => Checked(function).Refresh((arg1, arg2, arg3));

    /// <inheritdoc cref="CachedAsyncFunction{TArgs, T}.RefreshAsync"/>
    public static ValueTask<T> RefreshAsync<T1, T2, T3, T>(
        this CachedAsyncFunction<(T1, T2, T3), T> function,
        T1 arg1,
        T2 arg2,
        T3 arg3,
        CancellationToken cancellationToken = default)
        => Checked(function).RefreshAsync((arg1, arg2, arg3), cancellationToken);

    /// <inheritdoc cref="CachedAsyncFunction{TArgs, T}.Invalidate"/>
    public static void Invalidate<T1, T2, T3, T>(this CachedAsyncFunction<(T1, T2, T3), T> function, T1 arg1, T2 arg2, T3 arg3)
        => Checked(function).Invalidate((arg1, arg2, arg3));

    /// <inheritdoc cref="CachedAsyncFunction{TArgs, T}.InvalidateAsync"/>
    public static ValueTask InvalidateAsync<T1, T2, T3, T>(
        this CachedAsyncFunction<(T1, T2, T3), T> function, T1 arg1, T2 arg2, T3 arg3)
        => Checked(function).InvalidateAsync((arg1, arg2, arg3));

    /// <inheritdoc cref="CachedAsyncFunction{TArgs, T}.KeyFor"/>
    public static string KeyFor<T1, T2, T3, T>(this CachedAsyncFunction<(T1, T2, T3), T> function, T1 arg1, T2 arg2, T3 arg3)
        => Checked(function).KeyFor((arg1, arg2, arg3));

    /// <inheritdoc cref="CachedFunction{TArgs, T}.Invoke"/>
    public static T Invoke<T1, T2, T3, T4, T>(
        this CachedFunction<(T1, T2, T3, T4), T> function, T1 arg1, T2 arg2, T3 arg3, T4 arg4)
        => Checked(function).Invoke((arg1, arg2, arg3, arg4));

    /// <inheritdoc cref="CachedAsyncFunction{TArgs, T}.InvokeAsync"/>
    public static ValueTask<T> InvokeAsync<T1, T2, T3, T4, T>(
        this CachedAsyncFunction<(T1, T2, T3, T4), T> function,
        T1 arg1,
        T2 arg2,
        T3 arg3,
        T4 arg4,
        CancellationToken cancellationToken = default)
        => Checked(function).InvokeAsync((arg1, arg2, arg3, arg4), cancellationToken);

    /// <inheritdoc cref="CachedFunction{TArgs, T}.Refresh"/>
    public static T Refresh<T1, T2, T3, T4, T>(
        this CachedFunction<(T1, T2, T3, T4), T> function, T1 arg1, T2 arg2, T3 arg3, T4 arg4)
        => Checked(function).Refresh((arg1, arg2, arg3, arg4));

    /// <inheritdoc cref="CachedAsyncFunction{TArgs, T}.RefreshAsync"/>
    public static ValueTask<T> RefreshAsync<T1, T2, T3, T4, T>(
        this CachedAsyncFunction<(T1, T2, T3, T4), T> function,
        T1 arg1,
        T2 arg2,
        T3 arg3,
        T4 arg4,
        CancellationToken cancellationToken = default)
        => Checked(function).RefreshAsync((arg1, arg2, arg3, arg4), cancellationToken);

    /// <inheritdoc cref="CachedAsyncFunction{TArgs, T}.Invalidate"/>
    public static void Invalidate<T1, T2, T3, T4, T>(
        this CachedAsyncFunction<(T1, T2, T3, T4), T> function, T1 arg1, T2 arg2, T3 arg3, T4 arg4)
        => Checked(function).Invalidate((arg1, arg2, arg3, arg4));

    /// <inheritdoc cref="CachedAsyncFunction{TArgs, T}.InvalidateAsync"/>
    public static ValueTask InvalidateAsync<T1, T2, T3, T4, T>(
        this CachedAsyncFunction<(T1, T2, T3, T4), T> function, T1 arg1, T2 arg2, T3 arg3, T4 arg4)
        => Checked(function).InvalidateAsync((arg1, arg2, arg3, arg4));

    /// <inheritdoc cref="CachedAsyncFunction{TArgs, T}.KeyFor"/>
    public static string KeyFor<T1, T2, T3, T4, T>(
        this CachedAsyncFunction<(T1, T2, T3, T4), T> function, T1 arg1, T2 arg2, T3 arg3, T4 arg4)
        => Checked(function).KeyFor((arg1, arg2, arg3, arg4));

    private static TFunction Checked<TFunction>(TFunction function)
        where TFunction : CachedFunction
    {
        ArgumentNullException.ThrowIfNull(function);
        return function;
    }
}
