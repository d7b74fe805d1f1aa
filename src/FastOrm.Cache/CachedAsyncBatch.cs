using FastOrm.Cache.Functions;

namespace FastOrm.Cache;

/// <summary>A function of many ids whose results are remembered one by one.</summary>
/// <typeparam name="TId">The type of the ids.</typeparam>
/// <typeparam name="T">The type of the values.</typeparam>
/// <inheritdoc cref="CachedFunction"/>
public class CachedAsyncBatch<TId, T> : CachedFunction
    where TId : notnull
{
    private readonly Func<IReadOnlyList<TId>, CancellationToken, Task<IReadOnlyDictionary<TId, T>>> _function;

    internal CachedAsyncBatch(
        ICache cache,
        FunctionPlan<TId> plan,
        Func<IReadOnlyList<TId>, CancellationToken, Task<IReadOnlyDictionary<TId, T>>> function)
        : base(cache, plan.Name, plan.TagPrefix)
    {
        Plan = plan;
        _function = function;
        Key = KeyFor;
    }

    private protected FunctionPlan<TId> Plan { get; }

    private protected Func<TId, string> Key { get; }

    /// <summary>The values of the ids: those that are not remembered are loaded by one call of the function.</summary>
    /// <param name="ids">The ids; each counts once.</param>
    /// <param name="cancellationToken">Cancels the wait of this caller, and the function if this caller runs it.</param>
    /// <returns>
    /// The values that there are, by id. Of the ids that the function left out it is remembered that there is no value.
    /// </returns>
    public ValueTask<IReadOnlyDictionary<TId, T>> InvokeAsync(IEnumerable<TId> ids, CancellationToken cancellationToken = default)
        => Cache.RememberManyAsync(ids, Key, Plan.Entry, _function, cancellationToken, Plan.FixedTags!);

    /// <summary>
    /// Loads the values of the ids now, by one call of the function, and replaces what is remembered. If that fails, it stays.
    /// </summary>
    /// <inheritdoc cref="InvokeAsync"/>
    public ValueTask<IReadOnlyDictionary<TId, T>> RefreshAsync(
        IEnumerable<TId> ids, CancellationToken cancellationToken = default)
        => Cache.RefreshManyAsync(ids, Key, Plan.Entry, _function, cancellationToken, Plan.FixedTags!);

    /// <summary>Drops what is remembered of the ids, and what is being loaded for them.</summary>
    /// <param name="ids">The ids.</param>
    /// <returns>A task that is complete when no later call on this node can get the values.</returns>
    public ValueTask InvalidateAsync(params IEnumerable<TId> ids) => Cache.ForgetAsync([.. Keys(ids)]);

    /// <summary>The same for callers that are synchronous.</summary>
    public void Invalidate(params IEnumerable<TId> ids) => Cache.Forget([.. Keys(ids)]);

    /// <summary>The key under which the cache holds the value of an id.</summary>
    /// <param name="id">The id.</param>
    public string KeyFor(TId id) => Plan.Call(id).Key;

    private IEnumerable<string> Keys(IEnumerable<TId> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return ids.Select(Key);
    }
}
