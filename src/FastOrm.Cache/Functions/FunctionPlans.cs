namespace FastOrm.Cache.Functions;

/// <summary>Plans of the functions that callers give.</summary>
internal static class FunctionPlans
{
    /// <param name="cache">The cache.</param>
    /// <param name="function">The function as the caller gave it.</param>
    /// <param name="text">Its text in the program.</param>
    /// <param name="write">Writes its arguments.</param>
    /// <param name="configure">Sets the options.</param>
    /// <param name="result">The type of its results.</param>
    public static FunctionPlan<TArgs> Of<TArgs>(
        ICache cache,
        Delegate function,
        string text,
        ArgumentWriter<TArgs> write,
        Action<CachedFunctionOptions<TArgs>>? configure,
        Type result)
    {
        ArgumentNullException.ThrowIfNull(cache);
        ArgumentNullException.ThrowIfNull(function);
        return Of(cache, function, text, write, configure, result, Parameter.Of(function));
    }

    /// <summary>
    /// A batch is planned as the function of one id. Its tags cannot follow from an id: it is stored with others in one call.
    /// </summary>
    public static FunctionPlan<TId> OfBatch<TId>(
        ICache cache, Delegate function, string text, Action<CachedFunctionOptions<TId>>? configure, Type result)
    {
        ArgumentNullException.ThrowIfNull(cache);
        ArgumentNullException.ThrowIfNull(function);
        var plan = Of(cache, function, text, Arguments.One, configure, result, [new Parameter("id", typeof(TId))]);
        return plan.FixedTags is not null
            ? plan
            : throw new ArgumentException(
                $"The tags of {plan.Subject} must not name parameters: they are the same for all ids. Drop a value by its id "
                + "with InvalidateAsync.");
    }

    private static FunctionPlan<TArgs> Of<TArgs>(
        ICache cache,
        Delegate function,
        string text,
        ArgumentWriter<TArgs> write,
        Action<CachedFunctionOptions<TArgs>>? configure,
        Type result,
        Parameter[] parameters)
    {
        var options = new CachedFunctionOptions<TArgs>();
        configure?.Invoke(options);
        var name = options.Name is { } given ? FunctionName.Checked(given, "The name") : FunctionName.Of(function.Method, text);
        var plan = new FunctionPlan<TArgs>(name, parameters, write, options);
        ResultRule.Require(result, plan.Subject);
        ClaimedNames.Claim(cache, plan.Name, function, options.Name is not null || options.Instance is not null);
        return plan;
    }
}
