using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace FastOrm.Cache.Functions;

/// <summary>Stands for a service: asks the cache for the results of marked methods and hands every other call on.</summary>
[SuppressMessage("Design", "MA0053:Make class sealed", Justification = "The type that is made for a service derives from it.")]
internal class CachedProxy : DispatchProxy
{
    private FrozenDictionary<MethodInfo, CachedMethod> _methods = null!;
    private ICache _cache = null!;
    private object _target = null!;
    private string _instance = "";

    public static object Create(
        Type service, FrozenDictionary<MethodInfo, CachedMethod> methods, ICache cache, object target, object? instance)
    {
        var proxy = (CachedProxy)Create(service, typeof(CachedProxy));
        proxy._methods = methods;
        proxy._cache = cache;
        proxy._target = target;
        proxy._instance = instance is null ? "" : FunctionPlan<object?[]>.InstanceText(instance);
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        => _methods.TryGetValue(targetMethod!, out var cached)
            ? cached.Invoke(_cache, _target, args ?? [], _instance)
            : targetMethod!.Invoke(_target, BindingFlags.DoNotWrapExceptions, binder: null, args, culture: null);
}
