using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;

namespace FastOrm.Cache.Loaders;

/// <summary>
/// Which loader has which name, so that no two share their keys: each would find the values of the other, of another type, and load anew.
/// </summary>
internal sealed record LoaderName(string Name, string Cache, Type Loader)
{
    private static readonly ConditionalWeakTable<ICache, ConcurrentDictionary<string, Type>> Claimed = [];

    /// <summary>Claims the name among what is registered.</summary>
    /// <exception cref="InvalidOperationException">A loader of the cache has it, or one of the same types, which is the same service.</exception>
    public static void Claim(IServiceCollection services, LoaderName name)
    {
        foreach (var service in services)
        {
            if (service is { IsKeyedService: false, ImplementationInstance: LoaderName other }
                && other.Name == name.Name
                && (other.Cache == name.Cache || other.Loader == name.Loader))
            {
                throw other.Cache == name.Cache ? Taken(name.Name, other.Loader, name.Loader) : SameService(name.Name, name.Loader);
            }
        }

        services.AddSingleton(name);
    }

    /// <summary>Claims the name in a cache. A loader of the same types may be made again.</summary>
    /// <exception cref="InvalidOperationException">A loader of other types has it.</exception>
    public static void Claim(ICache cache, string name, Type loader)
    {
        var first = Claimed.GetValue(cache, static _ => new(StringComparer.Ordinal)).GetOrAdd(name, loader);
        if (first != loader)
        {
            throw Taken(name, first, loader);
        }
    }

    private static InvalidOperationException Taken(string name, Type one, Type other)
        => new(
            $"There are two loaders named \"{name}\": {TypesOf(one)} and {TypesOf(other)}. They would share their keys. Give one of them "
            + "another name.");

    private static InvalidOperationException SameService(string name, Type loader)
        => new(
            $"There are two loaders named \"{name}\", of two caches, each {TypesOf(loader)}. They would be one service. Give one of them another "
            + "name.");

    private static string TypesOf(Type loader)
    {
        var types = loader.GetGenericArguments();
        return $"one of {types[1]} by {types[0]}";
    }
}
