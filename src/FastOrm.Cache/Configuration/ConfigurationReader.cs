using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace FastOrm.Cache.Configuration;

/// <summary>Sets the options of caches by a section of the configuration.</summary>
/// <remarks>
/// The settings of the section are those of the default cache. A section within it whose name is no setting is a cache of its
/// own, with settings of the same names; it takes over nothing from the default cache. Names are compared as those of caches are. Of
/// several settings that set one option that of the last source counts, where the sources are known.
/// </remarks>
internal sealed class ConfigurationReader(IConfiguration section, IConfigurationRoot? root) : IConfigureNamedOptions<FastOrmCacheOptions>
{
    /// <summary>The section that holds the settings: a section that was given as such, otherwise the one named "Cache".</summary>
    public static ConfigurationReader Of(IConfiguration configuration)
        => new(configuration as IConfigurationSection ?? configuration.GetSection("Cache"), configuration as IConfigurationRoot);

    /// <summary>The names of the caches that have settings of their own.</summary>
    public IEnumerable<string> Names
        => section.GetChildren()
            .Where(IsCache)
            .Select(static child => child.Key.Any(char.IsLower) ? child.Key : child.Key.ToLowerInvariant());

    public void Configure(FastOrmCacheOptions options) => Configure(Options.DefaultName, options);

    public void Configure(string? name, FastOrmCacheOptions options)
    {
        var failures = new List<string>();
        foreach (var (setting, isOfRedis) in SettingsOf(name ?? Options.DefaultName).OrderBy(found => SourceOf(found.Setting.Path)))
        {
            if (Read(setting, options, isOfRedis) is { } failure)
            {
                failures.Add(failure);
            }
        }

        if (failures.Count > 0)
        {
            throw new OptionsValidationException(name ?? Options.DefaultName, typeof(FastOrmCacheOptions), failures);
        }
    }

    private static bool IsCache(IConfigurationSection child)
        => child.Value is null
            && Setting.Find(child.Key) is null
            && !Setting.IsRedisGroup(child.Key)
            && CacheNames.Plain(child.Key).Length > 0;

    private IEnumerable<(IConfigurationSection Setting, bool IsOfRedis)> SettingsOf(string name)
        => section.GetChildren()
            .Where(child => name.Length == 0 && !IsCache(child))
            .Concat(section.GetChildren()
                .Where(child => IsCache(child) && CacheNames.OptionsOf(child.Key) == name)
                .SelectMany(static cache => cache.GetChildren()))
            .SelectMany(static child => Setting.IsRedisGroup(child.Key) && string.IsNullOrEmpty(child.Value)
                ? child.GetChildren().Select(static setting => (setting, true))
                : [(child, false)]);

    // MaxSize of a file and MAX_ENTRIES of the environment are two keys: the configuration does not know that one replaces the other.
    private int SourceOf(string path)
        => root?.Providers.Select((source, at) => source.TryGet(path, out _) ? at : -1).DefaultIfEmpty().Max() ?? 0;

    // The value is not part of the error: it may be, or hold, a password.
    private static string? Read(IConfigurationSection child, FastOrmCacheOptions options, bool isOfRedis)
    {
        if (Setting.Find(child.Key, isOfRedis) is not { } setting)
        {
            return $"The setting {Describe(child)} is none of a cache. Settings are {Setting.Names}, each also as MAX_SIZE.";
        }

        if (child.GetChildren().Any())
        {
            return $"The setting {Describe(child)} must have one value, and nothing below it: {setting.Allowed}.";
        }

        if (child.Value is null)
        {
            return null;
        }

        if (!setting.TrySet(options, child.Value))
        {
            return $"The setting {Describe(child)} must be {setting.Allowed}.";
        }

        options.Settings[setting.Option] = Describe(child);
        return null;
    }

    private static string Describe(IConfigurationSection setting)
    {
        var variable = setting.Path.Replace(":", "__", StringComparison.Ordinal).ToUpperInvariant();
        return $"{setting.Path} (environment variable {variable})";
    }
}
