using Microsoft.Extensions.Options;

namespace FastOrm.Cache.Configuration;

/// <summary>The names of the registered caches: options themselves, so that every registration adds its own.</summary>
internal sealed class CacheNames
{
    public const string Default = "default";

    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly List<(string Name, string User)> _used = [];

    /// <summary>The names as they were given first, by the name of their options.</summary>
    public IReadOnlyDictionary<string, string> ByOptions => _names;

    /// <summary>Adds a name; the first way to write it is the one that counts.</summary>
    public void Add(string name) => _names.TryAdd(OptionsOf(name), name);

    /// <summary>Notes that somebody works with the cache of this name.</summary>
    public void Use(string name, string user) => _used.Add((name, user));

    /// <summary>What is wrong: who works with a cache that there is not.</summary>
    public IEnumerable<string> Violations()
        => from used in _used
           where !_names.ContainsKey(OptionsOf(used.Name))
           select $"{used.User} is to work with the cache \"{used.Name}\", and there is no such cache. "
               + Remedy(used.Name, _names.Values);

    /// <summary>What to do if there is no cache of a name.</summary>
    public static string Remedy(string name, IEnumerable<string> registered)
        => $"Registered are \"{string.Join("\", \"", registered)}\". Add it by services.AddFastOrmCache(\"{name}\", o => …), "
            + "or by settings of its own in the configuration.";

    /// <summary>The name of the options of a cache: one for all ways to write the name of the cache.</summary>
    public static string OptionsOf(string name)
    {
        var plain = Plain(name);
        return plain == Default ? Options.DefaultName : plain;
    }

    /// <summary>
    /// A name without case, underscores and hyphens: that of an environment variable equals that of a property.
    /// </summary>
    public static string Plain(string name)
        => name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();

    /// <summary>The name, or an error if nothing of it counts.</summary>
    public static string Checked(string name)
    {
        Keys.Text.Checked(name, "The name of a cache");
        return Plain(name).Length > 0
            ? name
            : throw new ArgumentException("The name of a cache must not consist of underscores and hyphens alone.", nameof(name));
    }
}
