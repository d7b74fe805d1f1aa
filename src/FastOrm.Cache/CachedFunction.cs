using FastOrm.Cache.Keys;

namespace FastOrm.Cache;

/// <summary>A function whose results a cache remembers, one for each list of arguments.</summary>
/// <remarks>
/// Made by <see cref="CacheFunctionExtensions"/>, once and for all; all members are safe to call from many threads at once. Its
/// values are ordinary values of the cache, under readable keys of the form <c>namespace:Type.Method@instance|args|tags</c>, of
/// which the parts that there are not are left out: those who ask for a value that is being loaded wait for it, and what was
/// invalidated meanwhile is never served. A function may call itself with other arguments. The idea of functions with tags of
/// their own is Tache's.
/// </remarks>
public abstract class CachedFunction
{
    private readonly string _tagPrefix;

    private protected CachedFunction(ICache cache, string name, string tagPrefix)
    {
        Cache = cache;
        Name = name;
        _tagPrefix = tagPrefix;
    }

    /// <summary>What the keys of this function begin with: its namespace, if it has one, and its name.</summary>
    public string Name { get; }

    private protected ICache Cache { get; }

    /// <summary>
    /// Drops the values of this function that have one of the given tags, or one that begins with it and a colon.
    /// </summary>
    /// <param name="tags">The tags as they are for the arguments: <c>a:5</c> for the template <c>a:{0}</c>.</param>
    /// <returns>A task that is complete when no later call on this node can get the values.</returns>
    /// <exception cref="ArgumentException">A tag is null, empty or white space.</exception>
    public ValueTask InvalidateTagAsync(params ReadOnlySpan<string> tags) => Cache.FlushAsync(OwnTags(tags));

    /// <summary>The same for callers that are synchronous.</summary>
    public void InvalidateTag(params ReadOnlySpan<string> tags) => Cache.Flush(OwnTags(tags));

    private string[] OwnTags(ReadOnlySpan<string> tags)
    {
        string[] own = [.. Text.Checked(tags, "A tag")];
        return Array.ConvertAll(own, tag => _tagPrefix + tag);
    }
}

/// <summary>A synchronous function whose results are remembered.</summary>
/// <typeparam name="TArgs">The argument, or a tuple of them; then they are given one by one.</typeparam>
/// <typeparam name="T">The type of the results.</typeparam>
/// <inheritdoc cref="CachedFunction"/>
public sealed class CachedFunction<TArgs, T> : CachedAsyncFunction<TArgs, T>
{
    private readonly Func<TArgs, T> _function;

    internal CachedFunction(ICache cache, Functions.FunctionPlan<TArgs> plan, Func<TArgs, T> function)
        : base(cache, plan, (args, _) => Task.FromResult(function(args)))
        => _function = function;

    /// <summary>
    /// The result for these arguments: remembered, or else that of the function, whose exceptions come through.
    /// </summary>
    /// <param name="args">The arguments.</param>
    /// <remarks>Waiting for the call of another thread blocks this one.</remarks>
    public T Invoke(TArgs args)
    {
        var call = Plan.Call(args);
        return Cache.Remember(call.Key, (_function, args), Plan.Entry, Run, call.Tags).Value!;
    }

    /// <summary>Calls the function now and remembers its result in place of any other.</summary>
    /// <param name="args">The arguments.</param>
    public T Refresh(TArgs args)
    {
        var call = Plan.Call(args);
        return Cache.Refresh(call.Key, (_function, args), Plan.Entry, Run, call.Tags);
    }

    private static T Run((Func<TArgs, T> Function, TArgs Args) call) => call.Function(call.Args);
}
