using System.Reflection;

namespace FastOrm.Cache.Functions;

/// <summary>A method of a service whose results are remembered.</summary>
internal abstract class CachedMethod(MethodInfo method, FunctionPlan<object?[]> plan)
{
    private readonly int _token = Array.FindIndex(Parameter.Of(method), static parameter => parameter.IsToken);

    public string Name => Plan.Name;

    protected FunctionPlan<object?[]> Plan => plan;

    public static CachedMethod Of(MethodInfo method, FunctionPlan<object?[]> plan)
    {
        var returned = method.ReturnType;
        var result = ResultRule.IsTask(returned) ? returned.GetGenericArguments()[0] : returned;
        ResultRule.Require(result, plan.Subject);
        var definition = result == returned ? typeof(OfValue<>) : returned.IsValueType ? typeof(OfValueTask<>) : typeof(OfTask<>);
        return (CachedMethod)Activator.CreateInstance(definition.MakeGenericType(result), method, plan)!;
    }

    public abstract object? Invoke(ICache cache, object target, object?[] args, string instance);

    private object? Run(object target, object?[] args)
        => method.Invoke(target, BindingFlags.DoNotWrapExceptions, binder: null, args, culture: null);

    private sealed class OfValue<T>(MethodInfo method, FunctionPlan<object?[]> plan) : CachedMethod(method, plan)
    {
        public override object? Invoke(ICache cache, object target, object?[] args, string instance)
        {
            var call = Plan.Call(args, instance);
            return cache.Remember(
                call.Key, (this, target, args), Plan.Entry, static of => (T)of.Item1.Run(of.target, of.args)!, call.Tags).Value;
        }
    }

    private abstract class OfAsync<T>(MethodInfo method, FunctionPlan<object?[]> plan) : CachedMethod(method, plan)
    {
        protected abstract Task<T> RunAsync(object target, object?[] args);

        protected ValueTask<T> InvokeAsync(ICache cache, object target, object?[] args, string instance)
        {
            var call = Plan.Call(args, instance);
            return CacheExtensions.Value(cache.RememberAsync(
                call.Key,
                (this, target, args),
                Plan.Entry,
                static (state, _) => state.Item1.RunAsync(state.target, state.args),
                _token < 0 ? CancellationToken.None : (CancellationToken)args[_token]!,
                call.Tags));
        }
    }

    private sealed class OfTask<T>(MethodInfo method, FunctionPlan<object?[]> plan) : OfAsync<T>(method, plan)
    {
        public override object Invoke(ICache cache, object target, object?[] args, string instance)
            => InvokeAsync(cache, target, args, instance).AsTask();

        protected override Task<T> RunAsync(object target, object?[] args) => (Task<T>)Run(target, args)!;
    }

    private sealed class OfValueTask<T>(MethodInfo method, FunctionPlan<object?[]> plan) : OfAsync<T>(method, plan)
    {
        public override object Invoke(ICache cache, object target, object?[] args, string instance)
            => Boxed(InvokeAsync(cache, target, args, instance));

        protected override Task<T> RunAsync(object target, object?[] args) => ((ValueTask<T>)Run(target, args)!).AsTask();

        private static object Boxed(ValueTask<T> task) => task;
    }
}
