using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace FastOrm.Cache.Tests.Integration.Support;

/// <summary>Throws when anything reaches for the database: a connection made or opened, a command made or sent.</summary>
public static class Forbidden
{
    public static IInterceptor[] All { get; } = [new Connections(), new Commands()];

    private static InvalidOperationException Touched(string what) => new($"A hit must not touch the database, but it {what}.");

    private sealed class Connections : DbConnectionInterceptor
    {
        public override InterceptionResult<DbConnection> ConnectionCreating(
            ConnectionCreatingEventData eventData, InterceptionResult<DbConnection> result)
            => throw Touched("made a connection");

        public override InterceptionResult ConnectionOpening(
            DbConnection connection, ConnectionEventData eventData, InterceptionResult result)
            => throw Touched("opened a connection");

        public override ValueTask<InterceptionResult> ConnectionOpeningAsync(
            DbConnection connection, ConnectionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
            => throw Touched("opened a connection");
    }

    private sealed class Commands : DbCommandInterceptor
    {
        public override InterceptionResult<DbCommand> CommandCreating(
            CommandCorrelatedEventData eventData, InterceptionResult<DbCommand> result)
            => throw Touched("made a command");

        public override InterceptionResult<DbDataReader> ReaderExecuting(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result)
            => throw Touched("sent a command");

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
            => throw Touched("sent a command");
    }
}
