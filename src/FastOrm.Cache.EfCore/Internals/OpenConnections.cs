using System.Collections.Concurrent;
using System.Data;
using System.Data.Common;
using System.Linq.Expressions;
using System.Reflection;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.EfCore.Internals;

/// <summary>
/// What can be known of a connection that is open already when a query or a write comes: it may be in a transaction that EF Core has
/// not been told of, begun by SQL or on the <see cref="DbConnection"/> that several contexts share.
/// </summary>
internal static class OpenConnections
{
    private static readonly ConcurrentDictionary<Type, Probe?> Probes = new();

    // Asking the property would make a connection where there is none yet.
    private static readonly FieldInfo? Field
        = typeof(RelationalConnection).GetField("_connection", BindingFlags.Instance | BindingFlags.NonPublic);

    private static readonly Func<RelationalConnection, DbConnection?>? Get = Getter();

    /// <summary>The connection if there is one and it is open.</summary>
    public static DbConnection? Find(IRelationalConnection connection)
        => connection is RelationalConnection known && Get?.Invoke(known) is { } existing
            && existing.State.HasFlag(ConnectionState.Open)
                ? existing
                : null;

    /// <summary>Whether a transaction runs on the open connection; null when its provider cannot say.</summary>
    public static bool? InTransaction(DbConnection connection) => ProbeOf(connection)?.InTransaction(connection);

    /// <summary>
    /// Whether a statement is being read on the open connection. To SQLite that is a transaction of its own: statements beside it
    /// see the database as it was when the reading began.
    /// </summary>
    public static bool HasOpenReader(DbConnection connection) => ProbeOf(connection)?.HasOpenReader(connection) == true;

    private static Probe? ProbeOf(DbConnection connection)
        => Probes.GetOrAdd(connection.GetType(), static type => SqliteProbe.For(type));

    private static Func<RelationalConnection, DbConnection?>? Getter()
    {
        if (Field is null)
        {
            return null;
        }

        var connection = Expression.Parameter(typeof(RelationalConnection));
        return Expression.Lambda<Func<RelationalConnection, DbConnection?>>(Expression.Field(connection, Field), connection).Compile();
    }

    private abstract class Probe
    {
        public abstract bool InTransaction(DbConnection connection);

        public abstract bool HasOpenReader(DbConnection connection);
    }

    /// <summary>Asks SQLite itself, and its connection. By reflection, so that the library depends on no provider.</summary>
    private sealed class SqliteProbe(Func<DbConnection, bool> inTransaction, Func<DbConnection, bool> hasOpenReader) : Probe
    {
        private const BindingFlags Members = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

        public static SqliteProbe? For(Type type)
        {
            if (type.FullName != "Microsoft.Data.Sqlite.SqliteConnection"
                || type.GetProperty("Handle") is not { } handle
                || handle.PropertyType.Assembly.GetType("SQLitePCL.raw")?.GetMethod("sqlite3_get_autocommit") is not { } autocommit
                || type.GetField("_commands", Members) is not { } commands
                || type.Assembly.GetType("Microsoft.Data.Sqlite.SqliteCommand")?.GetProperty("DataReader", Members) is not { } reader)
            {
                return null;
            }

            return new SqliteProbe(InTransaction(type, handle, autocommit), HasOpenReader(commands, reader));
        }

        public override bool InTransaction(DbConnection connection) => inTransaction(connection);

        public override bool HasOpenReader(DbConnection connection) => hasOpenReader(connection);

        private static Func<DbConnection, bool> InTransaction(Type type, PropertyInfo handle, MethodInfo autocommit)
        {
            var connection = Expression.Parameter(typeof(DbConnection));
            var call = Expression.Call(autocommit, Expression.Property(Expression.Convert(connection, type), handle));
            return Expression.Lambda<Func<DbConnection, bool>>(Expression.Equal(call, Expression.Constant(0)), connection).Compile();
        }

        private static Func<DbConnection, bool> HasOpenReader(FieldInfo commands, PropertyInfo reader)
        {
            var find = typeof(SqliteProbe).GetMethod(nameof(HasReader), BindingFlags.Static | BindingFlags.NonPublic)!
                .MakeGenericMethod(reader.DeclaringType!)
                .CreateDelegate<Func<object?, PropertyInfo, bool>>();
            return connection => find(commands.GetValue(connection), reader);
        }

        private static bool HasReader<TCommand>(object? commands, PropertyInfo reader)
            where TCommand : class
            => ((List<WeakReference<TCommand>>)commands!).Exists(
                command => command.TryGetTarget(out var target) && reader.GetValue(target) is not null);
    }
}
