using Microsoft.Extensions.Logging;

namespace FastOrm.Cache.EfCore.Internals;

/// <summary>What is written to EF Core's query log. Keys and values are never part of it: they hold personal data.</summary>
internal static partial class Log
{
    [LoggerMessage(
        EventId = 47001,
        EventName = "FastOrm.Cache.NotKeyable",
        Level = LogLevel.Warning,
        Message = "A remembered query goes to the database every time, because it cannot be keyed exactly: {Reason}. "
            + "Said once for each query shape.")]
    public static partial void NotRemembered(ILogger logger, string reason);

    [LoggerMessage(
        EventId = 47002,
        EventName = "FastOrm.Cache.NotRelational",
        Level = LogLevel.Warning,
        Message = "Remember has no effect with this database provider: it is not a relational one. Queries run uncached.")]
    public static partial void NotRelational(ILogger logger);

    [LoggerMessage(
        EventId = 47003,
        EventName = "FastOrm.Cache.UnknownEfCore",
        Level = LogLevel.Warning,
        Message = "This version of EF Core has no {Signature}; Remember has no effect and queries run uncached. "
            + "Use a version of FastOrm.Cache that knows this EF Core.")]
    public static partial void UnknownEfCore(ILogger logger, string signature);

    [LoggerMessage(
        EventId = 47004,
        EventName = "FastOrm.Cache.ForeignCompiler",
        Level = LogLevel.Warning,
        Message = "Remember has no effect: {Compiler} replaces EF Core's query compiler. Register it after UseFastOrmCache.")]
    public static partial void ForeignCompiler(ILogger logger, string compiler);
}
