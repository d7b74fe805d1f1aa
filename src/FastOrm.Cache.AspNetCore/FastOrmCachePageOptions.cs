namespace FastOrm.Cache.AspNetCore;

/// <summary>The options of the operator page. They are read when the page is mapped.</summary>
public sealed class FastOrmCachePageOptions
{
    /// <summary>
    /// The name of the authorization policy that every request of the page must fulfil. Default <see langword="null"/>, which is accepted in the
    /// environment <c>Development</c> alone: then everybody who reaches the page may use it.
    /// </summary>
    public string? AuthorizationPolicy { get; set; }

    /// <summary>
    /// Whether keys can be forgotten, tags flushed, caches cleared and switched off from the page. Default <see langword="true"/>; otherwise it
    /// only shows.
    /// </summary>
    public bool AllowChanges { get; set; } = true;

    /// <summary>How many browsers can watch at a time; the next is told to come later. Default 20; from 1 to 1,000.</summary>
    public int MaxStreams { get; set; } = 20;

    /// <summary>How much of the past the charts show, with a point for each second. Default 5 minutes; from 10 seconds to an hour.</summary>
    public TimeSpan History { get; set; } = TimeSpan.FromMinutes(5);

    internal FastOrmCachePageOptions Validated()
    {
        Require(MaxStreams is >= 1 and <= 1000, nameof(MaxStreams), MaxStreams, "from 1 to 1,000");
        Require(
            History >= TimeSpan.FromSeconds(10) && History <= TimeSpan.FromHours(1), nameof(History), History, "from 10 seconds to an hour");
        Require(AuthorizationPolicy is null || !string.IsNullOrWhiteSpace(AuthorizationPolicy), nameof(AuthorizationPolicy), "", "the name of a policy, or null");
        return (FastOrmCachePageOptions)MemberwiseClone();
    }

    private static void Require(bool holds, string option, object value, string rule)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(option, value, $"{nameof(FastOrmCachePageOptions)}.{option} must be {rule}.");
        }
    }
}
