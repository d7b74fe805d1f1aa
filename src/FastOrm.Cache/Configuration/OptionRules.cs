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

    /// <summary>That the tier which the options ask for exists: another must not take its place in silence.</summary>
    public void RequireTier(FastOrmCacheOptions options)
    {
        const string Missing = "the Redis tier is not part of this version of FastOrm.Cache yet";
        options.Redis.Check(this);
        Require(
            options.CacheType is null or CacheType.Memory,
            nameof(options.CacheType),
            options.CacheType,
            $"{CacheType.Memory}: {Missing}");
        Require(
            options.CacheType != CacheType.Redis || !string.IsNullOrEmpty(options.Redis.Url),
            "Redis.Url",
            null,
            $"given where {nameof(options.CacheType)} is {CacheType.Redis}");
        Require(
            options.CacheType is not null || options.Redis.Url is null,
            "Redis.Url",
            null,
            $"left out, or {nameof(options.CacheType)} said to be {CacheType.Memory}: {Missing}");
    }
}

/// <summary>An option that is not what it may be.</summary>
/// <param name="Option">The option, with a dot where it is within another: <c>Redis.Url</c>.</param>
/// <param name="Value">Its value; null for none, and for one that must not be shown.</param>
/// <param name="Rule">What it must be.</param>
internal sealed record OptionViolation(string Option, object? Value, string Rule);
