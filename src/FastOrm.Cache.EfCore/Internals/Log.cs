using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Logging;

namespace FastOrm.Cache.EfCore.Internals;

/// <summary>What is written to EF Core's query log. Keys and values are never part of it: they hold personal data.</summary>
/// <remarks>Through EF Core's own event definitions, so that <c>LogTo</c> and <c>ConfigureWarnings</c> work as for its own events.</remarks>
internal static class Log
{
    public static void NotRemembered(IDiagnosticsLogger<DbLoggerCategory.Query> logger, string reason)
        => Write(
            logger,
            FastOrmCacheEventId.NotRemembered,
            nameof(FastOrmCacheEventId.NotRemembered),
            "A remembered query goes to the database every time, because it cannot be keyed exactly: {Reason}. "
            + "Write it without that, or without Remember. Said once for each query shape.",
            reason);

    public static void PolicyRefused(IDiagnosticsLogger<DbLoggerCategory.Query> logger, string reason)
        => Write(
            logger,
            FastOrmCacheEventId.PolicyRefused,
            nameof(FastOrmCacheEventId.PolicyRefused),
            "A query goes to the database every time although a policy would have it remembered: {Reason}. Said once for each query.",
            reason,
            LogLevel.Debug);

    public static void NotRelational(IDiagnosticsLogger<DbLoggerCategory.Query> logger, string? provider)
        => Write(
            logger,
            FastOrmCacheEventId.NotRelational,
            nameof(FastOrmCacheEventId.NotRelational),
            "Remember has no effect with the database provider {Provider}: it is not a relational one. Queries run uncached. "
            + "Use a relational provider, or leave UseFastOrmCache out where this one is used.",
            provider ?? "(unknown)");

    public static void UnknownEfCore(IDiagnosticsLogger<DbLoggerCategory.Query> logger, string signature)
        => Write(
            logger,
            FastOrmCacheEventId.UnknownEfCore,
            nameof(FastOrmCacheEventId.UnknownEfCore),
            "This version of EF Core has no {Signature}; Remember has no effect and queries run uncached. "
            + "Use a version of FastOrm.Cache that knows this EF Core.",
            signature);

    public static void ForeignService(IDiagnosticsLogger<DbLoggerCategory.Query> logger, string service)
        => Write(
            logger,
            FastOrmCacheEventId.ForeignService,
            nameof(FastOrmCacheEventId.ForeignService),
            "Remember has no effect and queries run uncached: another library replaces EF Core's {Service} service. "
            + "Let it decorate the service that is there.",
            service);

    public static void MovingConnection(IDiagnosticsLogger<DbLoggerCategory.Query> logger, string interceptor)
        => Write(
            logger,
            FastOrmCacheEventId.MovingConnection,
            nameof(FastOrmCacheEventId.MovingConnection),
            "Connections lead elsewhere once they are open, because {Interceptor} changes them. Remembered queries go to the database, "
            + "since nothing in their key tells where. Name what does with VaryBy in UseFastOrmCache.",
            interceptor);

    public static void UnknownWrite(IDiagnosticsLogger<DbLoggerCategory.Query> logger, string reason)
        => Write(
            logger,
            FastOrmCacheEventId.UnknownWrite,
            nameof(FastOrmCacheEventId.UnknownWrite),
            "Everything that is remembered of the database is dropped each time that the SQL is sent which was sent just now, because {Reason}. "
            + "Say what it writes with RememberScope.Writing, or name the routines that only read with RoutinesRead in UseFastOrmCache. "
            + "Said once for each text.",
            reason);

    public static void WrongHit(IDiagnosticsLogger<DbLoggerCategory.Query> logger, string entry)
        => Write(
            logger,
            FastOrmCacheEventId.WrongHit,
            nameof(FastOrmCacheEventId.WrongHit),
            "A hit was compared with the database and was wrong, although nothing was invalidated: {Entry}. It was dropped, and its caller got "
            + "the rows of the database. Look for what writes these tables past EF Core, and have it say so.",
            entry);

    private static void Write(
        IDiagnosticsLogger<DbLoggerCategory.Query> logger, EventId id, string code, string message, string argument, LogLevel severity = LogLevel.Warning)
    {
        // Rare events: a definition each time is cheaper than a place to keep it.
        var definition = new EventDefinition<string>(
            logger.Options,
            id,
            severity,
            $"{nameof(FastOrmCacheEventId)}.{code}",
            level => LoggerMessage.Define<string>(level, id, message));
        if (logger.ShouldLog(definition))
        {
            definition.Log(logger, argument);
        }

        if (logger.NeedsEventData(definition, out var diagnosticSourceEnabled, out var simpleLogEnabled))
        {
            logger.DispatchEventData(
                definition,
                new EventData(definition, (_, _) => definition.GenerateMessage(argument)),
                diagnosticSourceEnabled,
                simpleLogEnabled);
        }
    }
}
