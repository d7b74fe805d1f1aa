using System.Collections.Concurrent;
using System.Data;
using System.Data.Common;
using System.Runtime.CompilerServices;
using FastOrm.Cache.EfCore.Internals;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.EfCore.Keys;

/// <summary>Finds the database of a context; again only when its connection has changed.</summary>
internal sealed class DatabaseIdentities
{
    private const int Capacity = 10_000; // Tenants with a database each; beyond it the identities are computed again.

    private static readonly ConcurrentDictionary<(string?, string?, string?), DatabaseIdentity> Known = new();
    private static readonly ConditionalWeakTable<DbConnection, DatabaseIdentity> Private = [];
    private static long s_privateCount;

    private readonly DbContext _context;
    private readonly IRelationalConnection _relational;
    private readonly string? _name;
    private string? _connectionString;
    private string? _actual;
    private bool? _isWatched;
    private DbConnection? _privateConnection;
    private DatabaseIdentity? _current;

    /// <param name="context">The context.</param>
    /// <param name="connection">Its connection.</param>
    /// <param name="options">How the context is cached.</param>
    /// <exception cref="InvalidOperationException">Nodes share the cache, and it is not known by what name they know the database.</exception>
    public DatabaseIdentities(DbContext context, IRelationalConnection connection, FastOrmCacheOptionsExtension options)
    {
        (_context, _relational, _name) = (context, connection, options.Options.DatabaseName);
        if (_name is null && DatabaseIdentity.IsSqlite(context.Database.ProviderName) && options.Cache.Remote is not null)
        {
            throw new InvalidOperationException(
                "The database of a context is known by the path of its file, and that is not the same for all nodes that share the cache. "
                    + $"Set {nameof(FastOrmCacheContextOptions.DatabaseName)} in UseFastOrmCache, for example o => o.DatabaseName = \"shop\".");
        }
    }

    public DatabaseIdentity Current
    {
        get
        {
            var connectionString = _relational.ConnectionString;
            var actual = ActualConnectionString();
            return _current is not null
                && ReferenceEquals(connectionString, _connectionString)
                && ReferenceEquals(actual, _actual)
                && (_privateConnection is null || IsCurrent(_privateConnection))
                    ? _current
                    : Find(connectionString, actual);
        }
    }

    private DatabaseIdentity Find(string? connectionString, string? actual)
    {
        var provider = _context.Database.ProviderName;
        _connectionString = connectionString;
        _actual = actual;
        if (_name is null && DatabaseIdentity.IsPrivate(provider, connectionString))
        {
            _privateConnection = _relational.DbConnection;
            return _current = Private.GetValue(_privateConnection, opened => New(opened, provider));
        }

        _privateConnection = null;
        _current = Parse(provider, connectionString);
        if (actual is not null && !ReferenceEquals(actual, connectionString)
            && Parse(provider, actual) is var other && other.Place != _current.Place)
        {
            _current = other;
        }

        return _current;
    }

    // An interceptor may have sent the connection elsewhere when it was opened; or the application, which has set the string of the
    // connection itself. A closed one that is watched says nothing: it may be sent elsewhere each time that it is opened.
    private string? ActualConnectionString()
        => OpenConnections.Existing(_relational) is { } existing
            && (OpenConnections.IsOpen(existing) || !(_isWatched ??= Interceptors.Of<IDbConnectionInterceptor>(_context).Any()))
                ? existing.ConnectionString
                : null;

    private DatabaseIdentity Parse(string? provider, string? connectionString)
    {
        if (Known.Count >= Capacity)
        {
            Known.Clear();
        }

        return Known.GetOrAdd(
            (provider, connectionString, _name), static key => DatabaseIdentity.Of(key.Item1, key.Item2, key.Item3));
    }

    // Such a database is gone when its connection is closed.
    private static DatabaseIdentity New(DbConnection connection, string? provider)
    {
        connection.StateChange += (sender, change) =>
        {
            if (change.CurrentState == ConnectionState.Closed)
            {
                Private.AddOrUpdate(
                    (DbConnection)sender, DatabaseIdentity.Private(provider, Interlocked.Increment(ref s_privateCount)));
            }
        };
        return DatabaseIdentity.Private(provider, Interlocked.Increment(ref s_privateCount));
    }

    private bool IsCurrent(DbConnection known)
        => ReferenceEquals(known, _relational.DbConnection)
            && Private.TryGetValue(known, out var identity) && ReferenceEquals(identity, _current);
}
