using System.Globalization;

namespace FastOrm.Cache.EfCore.Policies;

/// <summary>Checks what is said of an entity type. Its errors name the type, the rule and the remedy.</summary>
/// <param name="entityType">The name of the entity type.</param>
/// <param name="source">Where it is said.</param>
internal sealed class PolicyCheck(string entityType, string source)
{
    /// <summary>A time that is more than zero, or infinite.</summary>
    public TimeSpan Time(TimeSpan time, string rule, bool mayBeZero = false)
        => time == Timeout.InfiniteTimeSpan || time > TimeSpan.Zero || (mayBeZero && time == TimeSpan.Zero)
            ? time
            : throw Wrong(rule, time.ToString("c", CultureInfo.InvariantCulture), mayBeZero);

    /// <summary>A number of seconds as a time; null for null.</summary>
    public TimeSpan? Seconds(double? seconds, string rule, bool mayBeZero = false)
        => seconds switch
        {
            null => null,
            double.PositiveInfinity => Timeout.InfiniteTimeSpan,

            // Minus one millisecond is the infinite time.
            >= 0 and < 922_337_203_685 => Time(TimeSpan.FromSeconds(seconds.Value), rule, mayBeZero),
            _ => throw Wrong(rule, seconds.Value.ToString(CultureInfo.InvariantCulture), mayBeZero),
        };

    /// <summary>Tags, none of them empty.</summary>
    public string[] Tags(string[]? tags)
        => tags is not null && !Array.Exists(tags, string.IsNullOrWhiteSpace)
            ? tags
            : throw new InvalidOperationException(
                $"{source} of the entity type {entityType} has a tag that is null, empty or white space. Name what the tag stands for, "
                + "or leave it out.");

    private InvalidOperationException Wrong(string rule, string value, bool mayBeZero)
        => new(
            $"{rule} of {source} of the entity type {entityType} is {value}; it must be {(mayBeZero ? "zero or more" : "more than zero")}, "
            + "or infinite. Leave it out for what the cache says, or call IsCacheable(false) to leave the type uncached.");
}
