using Microsoft.EntityFrameworkCore.Metadata;

namespace FastOrm.Cache.EfCore.Entities;

/// <summary>How an entity is remembered: as the call says, else as its policy does, else as the cache does.</summary>
internal static class EntityTerms
{
    /// <summary>What a call says that gives a time to live, or none.</summary>
    public static RememberOptions Options(TimeSpan? ttl)
        => ttl is not { } time ? RememberOptions.Default
            : time > TimeSpan.Zero || time == Timeout.InfiniteTimeSpan ? RememberOptions.For(time)
            : throw new ArgumentOutOfRangeException(nameof(ttl), ttl, "A time to live must be more than zero. To read past the cache, call Find.");

    public static RememberOptions Of(IEntityType type, RememberOptions options)
    {
        _ = type;
        return options;
    }
}
