using System.Runtime.CompilerServices;
using FastOrm.Cache.Functions;

namespace FastOrm.Cache;

/// <summary>Makes functions of many ids of which a cache remembers the values one by one.</summary>
public static class CacheBatchExtensions
{
    /// <summary>Makes a function that loads the values of those ids that are not remembered. Make it once and keep it.</summary>
    /// <typeparam name="TId">The type of the ids.</typeparam>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="cache">The cache.</param>
    /// <param name="function">
    /// Gets the ids that are missing and gives their values; what it leaves out is remembered as absent. What it captures is no
    /// part of the keys.
    /// </param>
    /// <param name="configure">
    /// Sets the options. The tags are the same for all ids: an id is dropped by <see cref="CachedAsyncBatch{TId,
    /// T}.InvalidateAsync"/>.
    /// </param>
    /// <param name="text">
    /// The text of the function in the program, from which a lambda has its name. The compiler gives it.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The ids are of a type without a stable text and there is no key for them, or a tag names a parameter.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// Another function of the cache has the name already, or it is a lambda that captures variables and is made a second time.
    /// </exception>
    public static CachedAsyncBatch<TId, T> Batch<TId, T>(
        this ICache cache,
        Func<IReadOnlyList<TId>, CancellationToken, Task<IReadOnlyDictionary<TId, T>>> function,
        Action<CachedFunctionOptions<TId>>? configure = null,
        [CallerArgumentExpression(nameof(function))] string text = "")
        where TId : notnull
        => new(cache, FunctionPlans.OfBatch(cache, function, text, configure, typeof(T)), function);

    /// <inheritdoc cref="Batch{TId, T}(ICache, Func{IReadOnlyList{TId}, CancellationToken, Task{IReadOnlyDictionary{TId, T}}},
    /// Action{CachedFunctionOptions{TId}}, string)"/>
    public static CachedAsyncBatch<TId, T> Batch<TId, T>(
        this ICache cache,
        Func<IReadOnlyList<TId>, Task<IReadOnlyDictionary<TId, T>>> function,
        Action<CachedFunctionOptions<TId>>? configure = null,
        [CallerArgumentExpression(nameof(function))] string text = "")
        where TId : notnull
        => new(cache, FunctionPlans.OfBatch(cache, function, text, configure, typeof(T)), (ids, _) => function(ids));

    /// <inheritdoc cref="Batch{TId, T}(ICache, Func{IReadOnlyList{TId}, CancellationToken, Task{IReadOnlyDictionary{TId, T}}},
    /// Action{CachedFunctionOptions{TId}}, string)"/>
    public static CachedBatch<TId, T> Batch<TId, T>(
        this ICache cache,
        Func<IReadOnlyList<TId>, IReadOnlyDictionary<TId, T>> function,
        Action<CachedFunctionOptions<TId>>? configure = null,
        [CallerArgumentExpression(nameof(function))] string text = "")
        where TId : notnull
        => new(cache, FunctionPlans.OfBatch(cache, function, text, configure, typeof(T)), function);
}
