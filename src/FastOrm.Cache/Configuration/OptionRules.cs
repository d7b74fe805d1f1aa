using FastOrm.Cache.Redis;

namespace FastOrm.Cache.Configuration;

/// <summary>Collects what is wrong with options.</summary>
internal sealed class OptionRules
{
    private readonly List<OptionViolation> _violations = [];

    public IReadOnlyList<OptionViolation> Violations => _violations;

    public void Require(bool holds, string option, object? value, string rule)
    {
        if (!holds)
        {
            _violations.Add(new OptionViolation(option, value, rule));
        }
    }

    /// <summary>That the tier which the options ask for can be made: another must not take its place in silence.</summary>
    public void RequireTier(FastOrmCacheOptions options)
    {
        options.Redis.Check(this);
        Require(
            options.CacheType is null || Enum.IsDefined(options.CacheType.Value),
            nameof(options.CacheType),
            options.CacheType,
            $"{CacheType.Memory} or {CacheType.Redis}");
        Require(
            options.CacheType != CacheType.Redis || !string.IsNullOrEmpty(options.Redis.Url) || options.Multiplexer is not null,
            "Redis.Url",
            null,
            $"given where {nameof(options.CacheType)} is {CacheType.Redis}");
        Require(
            options.CacheType == CacheType.Memory || !options.Redis.HasUser || RedisClient.KnowsUsers,
            "Redis.User",
            null,
            "left out, as in Redis.Url: this version of StackExchange.Redis knows no users. Refer to version 2 or newer of it, or give the password "
                + "of the default user alone");
    }
}

/// <summary>An option that is not what it may be.</summary>
/// <param name="Option">The option, with a dot where it is within another: <c>Redis.Url</c>.</param>
/// <param name="Value">Its value; null for none, and for one that must not be shown.</param>
/// <param name="Rule">What it must be.</param>
internal sealed record OptionViolation(string Option, object? Value, string Rule);
