using Microsoft.Extensions.Logging;

namespace FastOrm.Cache.EfCore;

/// <summary>
/// The events that this library writes to EF Core's log, for <c>ConfigureWarnings</c> and filters. They are of the category
/// <c>Microsoft.EntityFrameworkCore.Query</c>, and warnings where nothing else is said.
/// </summary>
public static class FastOrmCacheEventId
{
    /// <summary>A remembered query goes to the database every time, because it cannot be keyed exactly. Once for each query shape.</summary>
    public static readonly EventId NotRemembered = new(47001, "FastOrm.Cache.NotRemembered");

    /// <summary>The provider is not relational, so queries run uncached. Once.</summary>
    public static readonly EventId NotRelational = new(47002, "FastOrm.Cache.NotRelational");

    /// <summary>This EF Core lacks something that the library needs, so queries run uncached. Once.</summary>
    public static readonly EventId UnknownEfCore = new(47003, "FastOrm.Cache.UnknownEfCore");

    /// <summary>Another library replaces a service of EF Core's that is decorated here, so queries run uncached. Once.</summary>
    public static readonly EventId ForeignService = new(47004, "FastOrm.Cache.ForeignService");

    /// <summary>
    /// An interceptor sends connections to another database than their connection string says, so queries on them run uncached. Once.
    /// </summary>
    public static readonly EventId MovingConnection = new(47005, "FastOrm.Cache.MovingConnection");

    /// <summary>
    /// SQL of the application was sent of which it cannot be told what it writes, so everything that is remembered of the database was
    /// dropped. Once for each text.
    /// </summary>
    public static readonly EventId UnknownWrite = new(47006, "FastOrm.Cache.UnknownWrite");

    /// <summary>
    /// A policy would have a query remembered that cannot be: a message for debugging, once for each query. Those that no policy matches
    /// are not mentioned.
    /// </summary>
    public static readonly EventId PolicyRefused = new(47007, "FastOrm.Cache.PolicyRefused");

    /// <summary>
    /// A hit that was compared with the database (<see cref="FastOrmCacheOptions.VerifyFraction"/>) was wrong: something has written its tables
    /// and told nobody. Each time.
    /// </summary>
    public static readonly EventId WrongHit = new(47008, "FastOrm.Cache.WrongHit");
}
