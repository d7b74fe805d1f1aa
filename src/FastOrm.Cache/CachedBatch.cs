using FastOrm.Cache.Functions;

namespace FastOrm.Cache;

/// <summary>A synchronous function of many ids whose results are remembered one by one.</summary>
/// <typeparam name="TId">The type of the ids.</typeparam>
/// <typeparam name="T">The type of the values.</typeparam>
/// <inheritdoc cref="CachedFunction"/>
public sealed class CachedBatch<TId, T> : CachedAsyncBatch<TId, T>
    where TId : notnull
{
    private readonly Func<IReadOnlyList<TId>, IReadOnlyDictionary<TId, T>> _function;

    internal CachedBatch(ICache cache, FunctionPlan<TId> plan, Func<IReadOnlyList<TId>, IReadOnlyDictionary<TId, T>> function)
        : base(cache, plan, (ids, _) => Task.FromResult(function(ids)))
        => _function = function;

    /// <summary>The values of the ids: those that are not remembered are loaded by one call of the function.</summary>
    /// <param name="ids">The ids; each counts once.</param>
    /// <returns>
    /// The values that there are, by id. Of the ids that the function left out it is remembered that there is no value.
    /// </returns>
    /// <remarks>Waiting for the call of another thread blocks this one.</remarks>
    public IReadOnlyDictionary<TId, T> Invoke(params IEnumerable<TId> ids)
        => Cache.RememberMany(ids, Key, Plan.Entry, _function, Plan.FixedTags!);

    /// <summary>
    /// Loads the values of the ids now, by one call of the function, and replaces what is remembered. If that fails, it stays.
    /// </summary>
    /// <inheritdoc cref="Invoke"/>
    public IReadOnlyDictionary<TId, T> Refresh(params IEnumerable<TId> ids)
        => Cache.RefreshMany(ids, Key, Plan.Entry, _function, Plan.FixedTags!);
}
