using System.Runtime.CompilerServices;
using FastOrm.Cache.Functions;

namespace FastOrm.Cache;

/// <summary>Makes functions of which a cache remembers the results.</summary>
/// <remarks>
/// One core takes the arguments as a tuple; there is an overload for each number of parameters, and for functions that are
/// synchronous, asynchronous, and asynchronous with a token. Whoever needs more parameters takes a tuple or a record, and says
/// its key by <see cref="CachedFunctionOptions{TArgs}.KeyOf"/>.
/// </remarks>
public static class CacheFunctionExtensions
{
    /// <summary>Makes a function that remembers the results of the given one. Make it once and keep it.</summary>
    /// <param name="cache">The cache.</param>
    /// <param name="function">
    /// The function: a lambda or a method. The object that it belongs to and the variables that it captures are no part of the
    /// keys, so its results must not depend on them unless <see cref="CachedFunctionOptions{TArgs}.Instance"/> or
    /// <see cref="CachedFunctionOptions{TArgs}.Name"/> tells them apart. A cancellation token is no part of the keys.
    /// </param>
    /// <param name="configure">Sets the options.</param>
    /// <param name="text">
    /// The text of the function in the program, from which a lambda has its name. The compiler gives it.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A parameter is of a type without a stable text and there is no key for it; a tag names a parameter that there is not; or
    /// results of the type cannot be kept: tasks, queries, streams and others that are disposed.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// Another function of the cache has the name already, or it is a lambda that captures variables and is made a second time.
    /// </exception>
    public static CachedFunction<ValueTuple, T> Function<T>(
        this ICache cache, Func<T> function, Action<CachedFunctionOptions<ValueTuple>>? configure = null,
        [CallerArgumentExpression(nameof(function))] string text = "")
        => Sync(cache, function, text, configure, Arguments.None, _ => function());

    /// <inheritdoc cref="Function{T}(ICache, Func{T}, Action{CachedFunctionOptions{ValueTuple}}, string)"/>
    public static CachedAsyncFunction<ValueTuple, T> Function<T>(
        this ICache cache, Func<Task<T>> function, Action<CachedFunctionOptions<ValueTuple>>? configure = null,
        [CallerArgumentExpression(nameof(function))] string text = "")
        => Async(cache, function, text, configure, Arguments.None, (_, _) => function());

    /// <inheritdoc cref="Function{T}(ICache, Func{T}, Action{CachedFunctionOptions{ValueTuple}}, string)"/>
    [OverloadResolutionPriority(1)] // A token is no argument.
    public static CachedAsyncFunction<ValueTuple, T> Function<T>(
        this ICache cache, Func<CancellationToken, Task<T>> function, Action<CachedFunctionOptions<ValueTuple>>? configure = null,
        [CallerArgumentExpression(nameof(function))] string text = "")
        => Async(cache, function, text, configure, Arguments.None, (_, ct) => function(ct));

    /// <inheritdoc cref="Function{T}(ICache, Func{T}, Action{CachedFunctionOptions{ValueTuple}}, string)"/>
    public static CachedFunction<TArg, T> Function<TArg, T>(
        this ICache cache, Func<TArg, T> function, Action<CachedFunctionOptions<TArg>>? configure = null,
        [CallerArgumentExpression(nameof(function))] string text = "")
        => Sync(cache, function, text, configure, Arguments.One, a => function(a));

    /// <inheritdoc cref="Function{T}(ICache, Func{T}, Action{CachedFunctionOptions{ValueTuple}}, string)"/>
    public static CachedAsyncFunction<TArg, T> Function<TArg, T>(
        this ICache cache, Func<TArg, Task<T>> function, Action<CachedFunctionOptions<TArg>>? configure = null,
        [CallerArgumentExpression(nameof(function))] string text = "")
        => Async(cache, function, text, configure, Arguments.One, (a, _) => function(a));

    /// <inheritdoc cref="Function{T}(ICache, Func{T}, Action{CachedFunctionOptions{ValueTuple}}, string)"/>
    [OverloadResolutionPriority(1)] // A token is no argument.
    public static CachedAsyncFunction<TArg, T> Function<TArg, T>(
        this ICache cache, Func<TArg, CancellationToken, Task<T>> function, Action<CachedFunctionOptions<TArg>>? configure = null,
        [CallerArgumentExpression(nameof(function))] string text = "")
        => Async(cache, function, text, configure, Arguments.One, (a, ct) => function(a, ct));

    /// <inheritdoc cref="Function{T}(ICache, Func{T}, Action{CachedFunctionOptions{ValueTuple}}, string)"/>
    public static CachedFunction<(T1, T2), T> Function<T1, T2, T>(
        this ICache cache, Func<T1, T2, T> function, Action<CachedFunctionOptions<(T1, T2)>>? configure = null,
        [CallerArgumentExpression(nameof(function))] string text = "")
        => Sync(cache, function, text, configure, Arguments.Two, a => function(a.Item1, a.Item2));

    /// <inheritdoc cref="Function{T}(ICache, Func{T}, Action{CachedFunctionOptions{ValueTuple}}, string)"/>
    public static CachedAsyncFunction<(T1, T2), T> Function<T1, T2, T>(
        this ICache cache, Func<T1, T2, Task<T>> function, Action<CachedFunctionOptions<(T1, T2)>>? configure = null,
        [CallerArgumentExpression(nameof(function))] string text = "")
        => Async(cache, function, text, configure, Arguments.Two, (a, _) => function(a.Item1, a.Item2));

    /// <inheritdoc cref="Function{T}(ICache, Func{T}, Action{CachedFunctionOptions{ValueTuple}}, string)"/>
    [OverloadResolutionPriority(1)] // A token is no argument.
    public static CachedAsyncFunction<(T1, T2), T> Function<T1, T2, T>(
        this ICache cache,
        Func<T1, T2, CancellationToken, Task<T>> function,
        Action<CachedFunctionOptions<(T1, T2)>>? configure = null,
        [CallerArgumentExpression(nameof(function))] string text = "")
        => Async(cache, function, text, configure, Arguments.Two, (a, ct) => function(a.Item1, a.Item2, ct));

    /// <inheritdoc cref="Function{T}(ICache, Func{T}, Action{CachedFunctionOptions{ValueTuple}}, string)"/>
    public static CachedFunction<(T1, T2, T3), T> Function<T1, T2, T3, T>(
        this ICache cache, Func<T1, T2, T3, T> function, Action<CachedFunctionOptions<(T1, T2, T3)>>? configure = null,
        [CallerArgumentExpression(nameof(function))] string text = "")
        => Sync(cache, function, text, configure, Arguments.Three, a => function(a.Item1, a.Item2, a.Item3));

    /// <inheritdoc cref="Function{T}(ICache, Func{T}, Action{CachedFunctionOptions{ValueTuple}}, string)"/>
    public static CachedAsyncFunction<(T1, T2, T3), T> Function<T1, T2, T3, T>(
        this ICache cache, Func<T1, T2, T3, Task<T>> function, Action<CachedFunctionOptions<(T1, T2, T3)>>? configure = null,
        [CallerArgumentExpression(nameof(function))] string text = "")
        => Async(cache, function, text, configure, Arguments.Three, (a, _) => function(a.Item1, a.Item2, a.Item3));

    /// <inheritdoc cref="Function{T}(ICache, Func{T}, Action{CachedFunctionOptions{ValueTuple}}, string)"/>
    [OverloadResolutionPriority(1)] // A token is no argument.
    public static CachedAsyncFunction<(T1, T2, T3), T> Function<T1, T2, T3, T>(
        this ICache cache,
        Func<T1, T2, T3, CancellationToken, Task<T>> function,
        Action<CachedFunctionOptions<(T1, T2, T3)>>? configure = null,
        [CallerArgumentExpression(nameof(function))] string text = "")
        => Async(cache, function, text, configure, Arguments.Three, (a, ct) => function(a.Item1, a.Item2, a.Item3, ct));

    /// <inheritdoc cref="Function{T}(ICache, Func{T}, Action{CachedFunctionOptions{ValueTuple}}, string)"/>
    public static CachedFunction<(T1, T2, T3, T4), T> Function<T1, T2, T3, T4, T>(
        this ICache cache, Func<T1, T2, T3, T4, T> function, Action<CachedFunctionOptions<(T1, T2, T3, T4)>>? configure = null,
        [CallerArgumentExpression(nameof(function))] string text = "")
        => Sync(cache, function, text, configure, Arguments.Four, a => function(a.Item1, a.Item2, a.Item3, a.Item4));

    /// <inheritdoc cref="Function{T}(ICache, Func{T}, Action{CachedFunctionOptions{ValueTuple}}, string)"/>
    public static CachedAsyncFunction<(T1, T2, T3, T4), T> Function<T1, T2, T3, T4, T>(
        this ICache cache,
        Func<T1, T2, T3, T4, Task<T>> function,
        Action<CachedFunctionOptions<(T1, T2, T3, T4)>>? configure = null,
        [CallerArgumentExpression(nameof(function))] string text = "")
        => Async(cache, function, text, configure, Arguments.Four, (a, _) => function(a.Item1, a.Item2, a.Item3, a.Item4));

    /// <inheritdoc cref="Function{T}(ICache, Func{T}, Action{CachedFunctionOptions{ValueTuple}}, string)"/>
    [OverloadResolutionPriority(1)] // A token is no argument.
    public static CachedAsyncFunction<(T1, T2, T3, T4), T> Function<T1, T2, T3, T4, T>(
        this ICache cache,
        Func<T1, T2, T3, T4, CancellationToken, Task<T>> function,
        Action<CachedFunctionOptions<(T1, T2, T3, T4)>>? configure = null,
        [CallerArgumentExpression(nameof(function))] string text = "")
        => Async(cache, function, text, configure, Arguments.Four, (a, ct) => function(a.Item1, a.Item2, a.Item3, a.Item4, ct));

    private static CachedFunction<TArgs, T> Sync<TArgs, T>(
        ICache cache,
        Delegate function,
        string text,
        Action<CachedFunctionOptions<TArgs>>? configure,
        ArgumentWriter<TArgs> write,
        Func<TArgs, T> call)
        => new(cache, FunctionPlans.Of(cache, function, text, write, configure, typeof(T)), call);

    private static CachedAsyncFunction<TArgs, T> Async<TArgs, T>(
        ICache cache,
        Delegate function,
        string text,
        Action<CachedFunctionOptions<TArgs>>? configure,
        ArgumentWriter<TArgs> write,
        Func<TArgs, CancellationToken, Task<T>> call)
        => new(cache, FunctionPlans.Of(cache, function, text, write, configure, typeof(T)), call);
}
