using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace FastOrm.Cache.Configuration;

/// <summary>Sets the options of caches by a section of the configuration.</summary>
/// <remarks>
/// The settings of the section are those of the default cache. A section within it whose name is no setting is a cache of its
/// own, with settings of the same names; it takes over nothing from the default cache. Names are compared as those of caches are.
/// </remarks>
internal sealed class ConfigurationReader(IConfiguration section) : IConfigureNamedOptions<FastOrmCacheOptions>
{
    /// <summary>The section that holds the settings: a section that was given as such, otherwise the one named "Cache".</summary>
    public static ConfigurationReader Of(IConfiguration configuration)
        => new(configuration as IConfigurationSection ?? configuration.GetSection("Cache"));

    /// <summary>The names of the caches that have settings of their own.</summary>
    public IEnumerable<string> Names
        => section.GetChildren()
            .Where(IsCache)
            .Select(static child => child.Key.Any(char.IsLower) ? child.Key : child.Key.ToLowerInvariant());

    public void Configure(FastOrmCacheOptions options) => Configure(Options.DefaultName, options);

    public void Configure(string? name, FastOrmCacheOptions options)
    {
        var failures = new List<string>();
        if (string.IsNullOrEmpty(name))
        {
            Read(section.GetChildren().Where(static child => !IsCache(child)), options, isOfRedis: false, failures);
        }

        foreach (var cache in section.GetChildren().Where(child => IsCache(child) && CacheNames.OptionsOf(child.Key) == name))
        {
            Read(cache.GetChildren(), options, isOfRedis: false, failures);
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

    private static void Read(
        IEnumerable<IConfigurationSection> children, FastOrmCacheOptions options, bool isOfRedis, List<string> failures)
    {
        foreach (var child in children)
        {
            if (!isOfRedis && Setting.IsRedisGroup(child.Key) && string.IsNullOrEmpty(child.Value))
            {
                Read(child.GetChildren(), options, isOfRedis: true, failures);
            }
            else if (Read(child, options, isOfRedis) is { } failure)
            {
                failures.Add(failure);
            }
        }
    }

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
