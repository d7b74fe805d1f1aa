using System.Collections.Frozen;
using System.Reflection;

namespace FastOrm.Cache.Configuration;

/// <summary>A setting of the configuration: every option that is data has one, of its name.</summary>
/// <param name="Option">The option that it sets: <c>Redis.Url</c>.</param>
/// <param name="Allowed">What it may be.</param>
/// <param name="TrySet">Sets the option, or tells that the text is none of what it may be.</param>
internal sealed record Setting(string Option, string Allowed, Func<FastOrmCacheOptions, string, bool> TrySet)
{
    // Other names of settings, as the configurations of other libraries have them.
    private static readonly Dictionary<string, string> Aliases = new(StringComparer.Ordinal)
    {
        ["maxsize"] = nameof(FastOrmCacheOptions.MaxEntries),
        ["type"] = nameof(FastOrmCacheOptions.CacheType),
        ["enabled"] = nameof(FastOrmCacheOptions.IsEnabled),
        ["redisurl"] = "Redis.Url",
    };

    private static readonly Setting[] OfRedis =
    [
        .. From(typeof(RedisCacheOptions), "Redis.", static options => options.Redis),

        // Has no option: another would be another format.
        new("Redis.Encoding", "utf-8: no other is used", static (_, text) => text.Trim().ToLowerInvariant() is "utf-8" or "utf8"),
    ];

    private static readonly Setting[] OfCache = From(typeof(FastOrmCacheOptions), "", static options => options);

    private static readonly FrozenDictionary<string, Setting> ByName = Named([.. OfCache, .. OfRedis]);
    private static readonly FrozenDictionary<string, Setting> ByRedisName = Named(OfRedis);

    /// <summary>The names of all settings, each in the form in which appsettings would have it.</summary>
    public static string Names { get; }
        = string.Join(", ", OfCache.Concat(OfRedis).Select(Last).Append("MaxSize (for MaxEntries)"));

    /// <summary>The setting of a name.</summary>
    /// <param name="name">The name, in the form <c>MAX_SIZE</c> or <c>MaxSize</c>.</param>
    /// <param name="isOfRedis">Whether to look among those of the Redis server only.</param>
    public static Setting? Find(string name, bool isOfRedis = false)
        => (isOfRedis ? ByRedisName : ByName).GetValueOrDefault(CacheNames.Plain(name));

    /// <summary>Whether a section of this name holds settings of the Redis server, and is no cache.</summary>
    public static bool IsRedisGroup(string name)
        => CacheNames.Plain(name) is "redis" or "connectionoptions" or "connectionpoolkwargs";

    private static Setting[] From(Type type, string prefix, Func<FastOrmCacheOptions, object> target)
        => [.. type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
            .Where(static property => property.CanWrite && SettingText.Supports(property.PropertyType))
            .Select(property => From(property, prefix, target))];

    private static Setting From(PropertyInfo property, string prefix, Func<FastOrmCacheOptions, object> target)
        => new(prefix + property.Name, SettingText.Allowed(property.PropertyType), (options, text) =>
        {
            if (!SettingText.TryParse(property.PropertyType, text, out var value))
            {
                return false;
            }

            property.SetValue(target(options), value);
            return true;
        });

    private static FrozenDictionary<string, Setting> Named(Setting[] settings)
        => settings.Select(static setting => (Name: CacheNames.Plain(Last(setting)), Setting: setting))
            .Concat(
                from alias in Aliases
                from setting in settings
                where setting.Option == alias.Value
                select (Name: alias.Key, Setting: setting))
            .ToFrozenDictionary(static named => named.Name, static named => named.Setting, StringComparer.Ordinal);

    private static string Last(Setting setting) => setting.Option[(setting.Option.LastIndexOf('.') + 1)..];
}
