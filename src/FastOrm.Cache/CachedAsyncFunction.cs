using FastOrm.Cache.Functions;

namespace FastOrm.Cache;

/// <summary>A function whose results are remembered.</summary>
/// <typeparam name="TArgs">The argument, or a tuple of them; then they are given one by one.</typeparam>
/// <typeparam name="T">The type of the results, without the task.</typeparam>
/// <inheritdoc cref="CachedFunction"/>
public class CachedAsyncFunction<TArgs, T> : CachedFunction
{
    private readonly Func<TArgs, CancellationToken, Task<T>> _function;

    internal CachedAsyncFunction(ICache cache, FunctionPlan<TArgs> plan, Func<TArgs, CancellationToken, Task<T>> function)
        : base(cache, plan.Name, plan.TagPrefix)
    {
        Plan = plan;
        _function = function;
    }

    private protected FunctionPlan<TArgs> Plan { get; }

    /// <summary>
    /// The result for these arguments: remembered, or else that of the function, whose exceptions come through.
    /// </summary>
    /// <param name="args">The arguments.</param>
    /// <param name="cancellationToken">Cancels the wait of this caller, and the function if this caller runs it.</param>
    /// <returns>The result. One that is in memory is there without waiting.</returns>
    public ValueTask<T> InvokeAsync(TArgs args, CancellationToken cancellationToken = default)
    {
        var call = Plan.Call(args);
        return CacheExtensions.Value(Cache.RememberAsync(
            call.Key, (_function, args), Plan.Entry, Run, cancellationToken, call.Tags));
    }

    /// <summary>Calls the function now and remembers its result in place of any other.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public ValueTask<T> RefreshAsync(TArgs args, CancellationToken cancellationToken = default)
    {
        var call = Plan.Call(args);
        return Cache.RefreshAsync(
            call.Key, (_function, args), Plan.Entry, Run, cancellationToken, call.Tags);
    }

    /// <summary>Drops the result for these arguments, and what is being loaded for them.</summary>
    /// <param name="args">The arguments.</param>
    /// <returns>A task that is complete when no later call on this node can get the result.</returns>
    public ValueTask InvalidateAsync(TArgs args) => Cache.ForgetAsync(Plan.Call(args).Key);

    /// <summary>The same for callers that are synchronous.</summary>
    public void Invalidate(TArgs args) => Cache.Forget(Plan.Call(args).Key);

    /// <summary>The key under which the cache holds the result for these arguments.</summary>
    /// <param name="args">The arguments.</param>
    public string KeyFor(TArgs args) => Plan.Call(args).Key;

    private static Task<T> Run(
        (Func<TArgs, CancellationToken, Task<T>> Function, TArgs Args) call, CancellationToken cancellationToken)
        => call.Function(call.Args, cancellationToken);
}
