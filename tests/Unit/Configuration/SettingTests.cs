using FastOrm.Cache.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using static FastOrm.Cache.Tests.Unit.Configuration.ConfigurationLab;

namespace FastOrm.Cache.Tests.Unit.Configuration;

[Collection(nameof(FastCache.Default))]
public sealed class SettingTests
{
    // Functions and services: what a text cannot say.
    private static readonly string[] NoData = ["IsNotFound", "Serializer", "TimeProvider", "Redis", "LoggerFactory", "MeterFactory"];

    private static readonly Lazy<string> Document = new(() =>
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "FastOrm.Cache.sln")))
        {
            folder = folder.Parent!;
        }

        return File.ReadAllText(Path.Combine(folder.FullName, "docs", "configuration.md"));
    });

    public static TheoryData<string> Options { get; } =
    [
        .. typeof(FastOrmCacheOptions).GetProperties().Select(option => option.Name).Except(NoData),
        .. typeof(RedisCacheOptions).GetProperties().Select(option => option.Name),
    ];

    public static TheoryData<string> CodeOnly { get; } =
    [
        .. NoData.Except(["Redis"]),
        .. typeof(FastOrmCacheOptions).GetMethods().Where(static method => method.ReturnType == typeof(FastOrmCacheOptions))
            .Select(static method => method.Name).Distinct(),
    ];

    [Theory]
    [MemberData(nameof(CodeOnly))]
    public void What_only_code_can_say_is_documented_and_is_no_setting(string option)
    {
        Assert.Null(Setting.Find(option));
        Assert.Matches($@"\| .*`{option}[`(<].* \|", Document.Value);
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void Every_option_that_is_data_has_a_setting_in_both_ways_to_write_it(string option)
    {
        var snake = string.Concat(option.Select((c, i) => char.IsUpper(c) && i > 0 ? $"_{c}" : $"{c}")).ToUpperInvariant();

        Assert.NotNull(Setting.Find(option));
        Assert.Same(Setting.Find(option), Setting.Find(snake));
        Assert.Contains(option, Setting.Names, StringComparison.Ordinal);
        Assert.Contains($"`{option}`", Document.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_come_from_a_file_in_either_way_to_write_them()
    {
        using var lab = new ConfigurationLab(Json("""
            {
              "Cache": {
                "CacheType": "Memory", "MaxBytes": 1048576, "Jitter": 0.1, "IsEnabled": false, "EmptyTtl": "none",
                "stale_for": "00:00:30",
                "Redis": { "Url": "cache:6380", "User": "app", "Database": 3, "OperationTimeout": 0.25 },
                "Session": { "DefaultTtl": "1.02:00:00", "LOAD_WAIT": "2" },
                "Reports": {}
              }
            }
            """));
        var options = lab.Options();

        Assert.Equal((1 << 20, 0.1, false, null), (options.MaxBytes, options.Jitter, options.IsEnabled, options.EmptyTtl));
        Assert.Equal(TimeSpan.FromSeconds(30), options.StaleFor);
        Assert.Equal(
            ("cache:6380", "app", 3, TimeSpan.FromSeconds(0.25)),
            (options.Redis.Url, options.Redis.User, options.Redis.Database, options.Redis.OperationTimeout));
        Assert.Equal(TimeSpan.FromHours(26), lab.Options("session").DefaultTtl);
        Assert.Equal(TimeSpan.FromSeconds(2), lab.Options("session").LoadWait);
        Assert.Equal(["Reports", "Session", "default"], lab.Caches.Names.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("MaxEntries", "MAX_SIZE")]
    [InlineData("MaxSize", "MAX_ENTRIES")]
    [InlineData("max_size", "MAXENTRIES")]
    public void Of_several_ways_to_write_a_setting_that_of_the_last_source_counts(string inFile, string inEnvironment)
    {
        using var lab = new ConfigurationLab(new ConfigurationBuilder()
            .AddConfiguration(Json($$"""{ "Cache": { "{{inFile}}": 20, "rate-limit": { "{{inFile}}": 30 }, "Redis": { "Url": "file:1" } } }"""))
            .AddConfiguration(Variables($"""
                CACHE__{inEnvironment}=21
                CACHE__RATELIMIT__{inEnvironment}=31
                CACHE__REDIS_URL=environment:1
                """))
            .Build());

        Assert.Equal((21, 31), (lab.Options().MaxEntries, lab.Options("ratelimit").MaxEntries));
        Assert.Equal("environment:1", lab.Options().Redis.Url);
    }

    [Theory]
    [InlineData("Url", "REDIS_URL")]
    [InlineData("RedisUrl", "URL")]
    [InlineData("Url", "REDIS__URL")]
    [InlineData("Redis:Url", "URL")]
    [InlineData("Url", "CONNECTION_OPTIONS__URL")]
    public void So_it_does_in_sections_and_under_other_names(string inFile, string inEnvironment)
    {
        var file = new Dictionary<string, string?> { [$"Cache:{inFile}"] = "file:1" };
        using var lab = new ConfigurationLab(new ConfigurationBuilder()
            .AddInMemoryCollection(file)
            .AddConfiguration(Variables($"CACHE__{inEnvironment}=environment:1"))
            .Build());

        Assert.Equal("environment:1", lab.Options().Redis.Url);
    }

    [Fact]
    public void A_section_that_is_given_itself_holds_the_settings()
    {
        var configuration = Json("""
            { "Remembering": { "MaxSize": 20, "Cache": { "MaxSize": 30 } }, "Cache": { "MaxSize": 40 } }
            """);
        using var lab = new ConfigurationLab(configuration.GetSection("Remembering"));

        Assert.Equal((20, 30), (lab.Options().MaxEntries, lab.Options("cache").MaxEntries));
    }

    [Fact]
    public void Without_any_settings_there_is_a_cache_with_the_defaults()
    {
        using var lab = new ConfigurationLab(new ConfigurationBuilder().Build());

        Assert.Equal(new FastOrmCacheOptions().MaxEntries, lab.Options().MaxEntries);
        Assert.NotNull(lab.Services.GetRequiredService<ICache>());
    }

    [Theory]
    [InlineData("AAECAwQFBgcICQoLDA0ODw==", true)]
    [InlineData("AAECAwQFBgcICQoLDA0ODw==, AAECAwQFBgcICQoLDA0ODxAREhMUFRYX", true)]
    [InlineData("none", false)]
    [InlineData("", false)]
    public void Keys_are_base64_with_commas_between_them(string text, bool areKeys)
    {
        using var lab = new ConfigurationLab(Variables($"CACHE__ENCRYPTION={text}"));
        Assert.Equal(areKeys, lab.Options().Encryption is not null);
    }

    [Theory]
    [InlineData("3600", 3600)]
    [InlineData("0.5", 0.5)]
    [InlineData("01:00:00", 3600)]
    [InlineData("2.00:00:01", 172_801)]
    [InlineData(" 60 ", 60)]
    public void A_plain_number_is_seconds_and_a_time_is_taken_too(string text, double seconds)
    {
        using var lab = new ConfigurationLab(Variables($"CACHE__DEFAULT_TTL={text}"));
        Assert.Equal(TimeSpan.FromSeconds(seconds), lab.Options().DefaultTtl);
    }

    [Theory]
    [InlineData("CACHE_TYPE", "memcached", "memory or redis")]
    [InlineData("CACHE_TYPE", "1", "memory or redis")]
    [InlineData("MAX_SIZE", "many", "a whole number")]
    [InlineData("MAX_SIZE", "", "a whole number")]
    [InlineData("MAX_SIZE", "99999999999", "a whole number")]
    [InlineData("MAX_BYTES", "1.5", "a whole number")]
    [InlineData("JITTER", "a tenth", "a number such as 0.1")]
    [InlineData("IS_ENABLED", "yes", "true or false")]
    [InlineData("DEFAULT_TTL", "1h", "a time: seconds such as 3600, or days, hours, minutes and seconds such as")]
    [InlineData("DEFAULT_TTL", "99999999999999999999", "a time: seconds")]
    [InlineData("ENCODING", "latin-1", "utf-8")]
    [InlineData("ENCRYPTION", "dG9vIHNob3J0", "keys of 16, 24 or 32 bytes each, in base64, the current one first, with commas between them, or none")]
    [InlineData("DATABASE", "first", "a whole number, or none")]
    public void A_value_that_cannot_be_read_is_refused_by_the_path_of_its_setting_and_what_it_may_be(
        string name, string value, string allowed)
    {
        var failure = Assert.Single(FailuresOf(Variables($"CACHE__SESSION__{name}={value}")));
        Assert.StartsWith(
            $"The setting Cache:SESSION:{name} (environment variable CACHE__SESSION__{name}) must be {allowed}",
            failure,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("MAX_SIZE", "3", "at least 16. It is 3.")]
    [InlineData("DEFAULT_TTL", "0", "more than zero, or infinite. It is 00:00:00.")]
    [InlineData("JITTER", "1", "from 0 up to 0.9. It is 1.")]
    [InlineData("DATABASE", "-1", "zero or more. It is -1.")]
    [InlineData("PREFIX", "{app}", "at most 128 characters without white space, control characters or braces. It is {app}.")]
    [InlineData("MAX_CONNECTIONS", "0", "from 1 to 64. It is 0.")]
    public void A_value_out_of_its_range_is_refused_by_the_path_of_its_setting(string name, string value, string rule)
    {
        var failure = Assert.Single(FailuresOf(Variables($"CACHE__{name}={value}")));
        Assert.EndsWith(
            $"set by the setting Cache:{name} (environment variable CACHE__{name}), must be {rule}", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_wrong_setting_of_every_cache_is_told_at_once()
        => Assert.Equal(3, FailuresOf(Variables("""
            CACHE__MAX_SIZE=x
            CACHE__JITTER=y
            CACHE__SESSION__MAX_SIZE=z
            """)).Length);

    [Theory]
    [InlineData("CACHE__MAX_SIZ=1", "Cache:MAX_SIZ")]
    [InlineData("CACHE__SESSION__TTL=1", "Cache:SESSION:TTL")]
    [InlineData("CACHE__REDIS__MAX_SIZE=1", "Cache:REDIS:MAX_SIZE")]
    [InlineData("CACHE__SESSION__INNER__MAX_SIZE=1", "Cache:SESSION:INNER")]
    [InlineData("CACHE__SESSION=", "Cache:SESSION")]
    [InlineData("CACHE__TIME_PROVIDER=system", "Cache:TIME_PROVIDER")]
    public void An_unknown_setting_is_refused_with_the_known_ones(string line, string path)
    {
        var failure = Assert.Single(FailuresOf(Variables(line)));
        var variable = path.Replace(":", "__").ToUpperInvariant();
        Assert.StartsWith($"The setting {path} (environment variable {variable}) is none of a cache.", failure, StringComparison.Ordinal);
        Assert.Contains("MaxEntries", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void A_setting_has_no_settings_below_it()
        => Assert.StartsWith(
            "The setting Cache:MAX_SIZE (environment variable CACHE__MAX_SIZE) must have one value, and nothing below it: a whole",
            Assert.Single(FailuresOf(Variables("CACHE__MAX_SIZE__OF=1"))),
            StringComparison.Ordinal);

    [Fact]
    public async Task A_wrong_setting_stops_the_start_of_a_host()
    {
        using var host = Host("CACHE__SESSION__MAX_SIZE=x");
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Contains("CACHE__SESSION__MAX_SIZE", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_remembered_after_the_start_of_a_host_is_in_its_default_cache()
    {
        using var host = Host("CACHE__MAX_SIZE=100");
        await host.StartAsync();
        var remembered = FastCache.Default;

        Assert.Same(host.Services.GetRequiredService<ICache>(), remembered);
        await host.StopAsync();
    }

    [Fact]
    public void A_configuration_must_be_given()
        => Assert.Throws<ArgumentNullException>(() => new ServiceCollection().AddFastOrmCache((IConfiguration)null!));

    private static IHost Host(string lines)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddConfiguration(Variables(lines));
        builder.Services.AddFastOrmCache(builder.Configuration);
        return builder.Build();
    }
}
