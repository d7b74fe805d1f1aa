using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace FastOrm.Cache.Functions;

/// <summary>Which function of a cache has which name, so that no two share their keys by accident.</summary>
internal static class ClaimedNames
{
    private static readonly ConditionalWeakTable<ICache, ConcurrentDictionary<string, MethodInfo>> Caches = [];

    /// <param name="cache">The cache.</param>
    /// <param name="name">The name of the function, with its namespace.</param>
    /// <param name="function">The function. It may be made more than once, by one place of the program.</param>
    /// <param name="isStated">Whether the caller has named the function, or what tells its object from others.</param>
    /// <exception cref="InvalidOperationException">Another function has the name.</exception>
    public static void Claim(ICache cache, string name, Delegate function, bool isStated)
    {
        var names = Caches.GetValue(cache, static _ => new(StringComparer.Ordinal));
        if (names.TryAdd(name, function.Method))
        {
            return;
        }

        if (!names[name].Equals(function.Method))
        {
            throw new InvalidOperationException(
                $"Another cached function of the cache '{cache.Name}' has the name {name} already, and they would share their "
                + "keys. Give one of them a name of its own by Name.");
        }

        if (!isStated && HasCaptured(function.Target))
        {
            throw new InvalidOperationException(
                $"The function {name} of the cache '{cache.Name}' is a lambda that captures variables and was made before, maybe "
                + "of other values, which are no part of its keys. Make it once, or take the values as parameters, or tell by "
                + "Name or Instance which one it is.");
        }
    }

    // Variables are captured in fields of an object that the compiler makes.
    private static bool HasCaptured(object? target)
        => target?.GetType() is { } type
            && type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false)
            && type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Length > 0;
}
