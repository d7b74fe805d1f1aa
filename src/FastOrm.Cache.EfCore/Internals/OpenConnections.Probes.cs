using System.Data.Common;
using System.Linq.Expressions;
using System.Reflection;

namespace FastOrm.Cache.EfCore.Internals;

/// <content>Providers that can be asked, by reflection, so that the library depends on none of them.</content>
internal static partial class OpenConnections
{
    private const BindingFlags Members = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private abstract class Probe
    {
        public abstract bool InTransaction(DbConnection connection);

        public abstract bool HasOpenReader(DbConnection connection);

        public virtual bool ReusesTransactions => false;

        /// <summary>Whether a transaction has been carried out once there is none. SQLite says so when it begins to commit.</summary>
        public virtual bool TellsEndAfterCommit => false;
    }

    /// <summary>Asks SQLite itself, and its connection. By reflection, so that the library depends on no provider.</summary>
    private sealed class SqliteProbe(Func<DbConnection, bool> inTransaction, Func<DbConnection, bool> hasOpenReader) : Probe
    {
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
            // A connection that its own thread is closing has none from one moment to the next, so it is read once.
            var connection = Expression.Parameter(typeof(DbConnection));
            var current = Expression.Variable(handle.PropertyType);
            var body = Expression.Block(
                [current],
                Expression.Assign(current, Expression.Property(Expression.Convert(connection, type), handle)),
                Expression.AndAlso(
                    Expression.ReferenceNotEqual(current, Expression.Constant(null)),
                    Expression.Equal(Expression.Call(autocommit, current), Expression.Constant(0))));
            return Expression.Lambda<Func<DbConnection, bool>>(body, connection).Compile();
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

    /// <summary>Asks Npgsql what the server has said last. Each statement sees the newest state, also beside an open reader.</summary>
    private sealed class NpgsqlProbe(Func<DbConnection, bool> inTransaction) : Probe
    {
        public override bool ReusesTransactions => true;

        public override bool TellsEndAfterCommit => true;

        public static NpgsqlProbe? For(Type type)
        {
            if (type.FullName != "Npgsql.NpgsqlConnection"
                || type.GetProperty("Connector", Members) is not { } connector
                || connector.PropertyType.GetProperty("InTransaction", Members) is not { } inTransaction
                || inTransaction.PropertyType != typeof(bool))
            {
                return null;
            }

            // Without a connector, as between the commands of a connection that is multiplexed, there is no transaction.
            var connection = Expression.Parameter(typeof(DbConnection));
            var current = Expression.Variable(connector.PropertyType);
            var body = Expression.Block(
                [current],
                Expression.Assign(current, Expression.Property(Expression.Convert(connection, type), connector)),
                Expression.AndAlso(
                    Expression.ReferenceNotEqual(current, Expression.Constant(null)),
                    Expression.Property(current, inTransaction)));
            return new NpgsqlProbe(Expression.Lambda<Func<DbConnection, bool>>(body, connection).Compile());
        }

        public override bool InTransaction(DbConnection connection) => inTransaction(connection);

        public override bool HasOpenReader(DbConnection connection) => false;
    }
}
