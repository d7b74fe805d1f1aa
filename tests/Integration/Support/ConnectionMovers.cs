using System.Data.Common;
using System.Reflection;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace FastOrm.Cache.Tests.Integration.Support;

/// <summary>Interceptors that send connections to another database, each in its own way, and one that does not.</summary>
internal static class ConnectionMovers
{
    /// <summary>By their way, each for the connection string to which it leads.</summary>
    public static Dictionary<string, Func<string, IInterceptor>> All { get; } = new(StringComparer.Ordinal)
    {
        ["sets the string"] = static text => new Mover(text),
        ["sets it in a helper"] = static text => new HelpedMover(text),
        ["sets it in an async method"] = static text => new AsyncMover(text),
        ["makes a connection"] = static text => new Maker(text),
        ["hides"] = static text => new HiddenMover(text),
    };

    private sealed class Mover(string text) : DbConnectionInterceptor
    {
        public override InterceptionResult ConnectionOpening(
            DbConnection connection, ConnectionEventData eventData, InterceptionResult result)
        {
            connection.ConnectionString = text;
            return result;
        }

        public override ValueTask<InterceptionResult> ConnectionOpeningAsync(
            DbConnection connection,
            ConnectionEventData eventData,
            InterceptionResult result,
            CancellationToken cancellationToken = default)
            => ValueTask.FromResult(ConnectionOpening(connection, eventData, result));
    }

    private sealed class HelpedMover(string text) : IDbConnectionInterceptor
    {
        InterceptionResult IDbConnectionInterceptor.ConnectionOpening(
            DbConnection connection, ConnectionEventData eventData, InterceptionResult result)
        {
            Helper.Set(connection, text);
            return result;
        }

        ValueTask<InterceptionResult> IDbConnectionInterceptor.ConnectionOpeningAsync(
            DbConnection connection, ConnectionEventData eventData, InterceptionResult result, CancellationToken cancellationToken)
        {
            Helper.Set(connection, text);
            return ValueTask.FromResult(result);
        }
    }

    private static class Helper
    {
        public static void Set(DbConnection connection, string text) => connection.ConnectionString = text;
    }

    private sealed class AsyncMover(string text) : DbConnectionInterceptor
    {
        public override async ValueTask<InterceptionResult> ConnectionOpeningAsync(
            DbConnection connection,
            ConnectionEventData eventData,
            InterceptionResult result,
            CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            connection.ConnectionString = text;
            return result;
        }
    }

    private sealed class Maker(string text) : DbConnectionInterceptor
    {
        public override InterceptionResult<DbConnection> ConnectionCreating(
            ConnectionCreatingEventData eventData, InterceptionResult<DbConnection> result)
            => InterceptionResult<DbConnection>.SuppressWithResult(new SqliteConnection(text));
    }

    private sealed class HiddenMover(string text) : DbConnectionInterceptor
    {
        private readonly PropertyInfo _property = typeof(DbConnection).GetProperty(nameof(DbConnection.ConnectionString))!;

        public override InterceptionResult ConnectionOpening(
            DbConnection connection, ConnectionEventData eventData, InterceptionResult result)
        {
            _property.SetValue(connection, text);
            return result;
        }

        public override ValueTask<InterceptionResult> ConnectionOpeningAsync(
            DbConnection connection,
            ConnectionEventData eventData,
            InterceptionResult result,
            CancellationToken cancellationToken = default)
            => ValueTask.FromResult(ConnectionOpening(connection, eventData, result));
    }

    public sealed class Watcher : DbConnectionInterceptor
    {
        public override InterceptionResult ConnectionOpening(
            DbConnection connection, ConnectionEventData eventData, InterceptionResult result)
        {
            var builder = new DbConnectionStringBuilder { ConnectionString = connection.ConnectionString };
            Assert.NotEmpty(builder);
            return result;
        }

        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
        {
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA case_sensitive_like = 1";
            command.ExecuteNonQuery();
        }
    }
}
