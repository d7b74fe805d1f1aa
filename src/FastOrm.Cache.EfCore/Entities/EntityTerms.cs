using FastOrm.Cache.EfCore.Policies;
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

    /// <summary>What a call says that takes whatever there is.</summary>
    public static RememberOptions Forever { get; } = new() { Ttl = Timeout.InfiniteTimeSpan };

    /// <summary>The same, but loaded now.</summary>
    public static RememberOptions Fresh(RememberOptions options)
        => new(options) { Fresh = true };

    /// <summary>What a call says, completed by the policy of the entity type.</summary>
    public static RememberOptions Of(IEntityType type, RememberOptions options)
        => EntityPolicy.Of(type)?.Complete(options) ?? options;
}
