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
internal static partial class OpenConnections
{
    private static readonly ConcurrentDictionary<Type, Probe?> Probes = new();

    // Asking the property would make a connection where there is none yet.
    private static readonly FieldInfo? Field
        = typeof(RelationalConnection).GetField("_connection", BindingFlags.Instance | BindingFlags.NonPublic);

    private static readonly Func<RelationalConnection, DbConnection?>? Get = Getter();

    /// <summary>The connection if there is one, open or closed.</summary>
    public static DbConnection? Existing(IRelationalConnection connection)
        => connection is RelationalConnection known ? Get?.Invoke(known) : null;

    /// <summary>The connection if there is one and it is open.</summary>
    public static DbConnection? Find(IRelationalConnection connection)
        => Existing(connection) is { } existing && IsOpen(existing) ? existing : null;

    public static bool IsOpen(DbConnection connection) => connection.State.HasFlag(ConnectionState.Open);

    /// <summary>Whether a transaction runs on the open connection; null when its provider cannot say.</summary>
    public static bool? InTransaction(DbConnection connection) => ProbeOf(connection)?.InTransaction(connection);

    /// <summary>
    /// Whether a statement is being read on the open connection. To SQLite that is a transaction of its own: statements beside it
    /// see the database as it was when the reading began.
    /// </summary>
    public static bool HasOpenReader(DbConnection connection) => ProbeOf(connection)?.HasOpenReader(connection) == true;

    /// <summary>Whether the transactions of the connection are one object, which is used for one after the other.</summary>
    public static bool ReusesTransactions(DbConnection connection) => ProbeOf(connection)?.ReusesTransactions == true;

    /// <summary>Whether what a transaction wrote can be seen once the connection says that there is none any more.</summary>
    public static bool TellsEndAfterCommit(DbConnection connection) => ProbeOf(connection)?.TellsEndAfterCommit == true;

    private static Probe? ProbeOf(DbConnection connection)
        => Probes.GetOrAdd(connection.GetType(), static type => (Probe?)SqliteProbe.For(type) ?? NpgsqlProbe.For(type));

    private static Func<RelationalConnection, DbConnection?>? Getter()
    {
        if (Field is null)
        {
            return null;
        }

        var connection = Expression.Parameter(typeof(RelationalConnection));
        return Expression.Lambda<Func<RelationalConnection, DbConnection?>>(Expression.Field(connection, Field), connection).Compile();
    }
}
