using System.Collections.Concurrent;
using FastOrm.Cache.EfCore.Keys;

namespace FastOrm.Cache.EfCore.Internals;

/// <summary>
/// The databases whose connections an interceptor of the application's sends elsewhere when they are opened: a tenant's database behind
/// one connection string, which is all that the key of a query knows.
/// </summary>
/// <remarks>A hit opens no connection, so this is noticed by the first load that ends up elsewhere.</remarks>
internal sealed class MovingConnections
{
    private readonly ConcurrentDictionary<UInt128, byte> _moving = new();
    private readonly ConcurrentDictionary<UInt128, byte> _warned = new();
    private volatile bool _any;

    /// <summary>Whether there is any: asked by each hit.</summary>
    public bool Any => _any;

    public bool Contains(DatabaseIdentity database) => _moving.ContainsKey(database.Key);

    public void Add(DatabaseIdentity database)
    {
        _moving.TryAdd(database.Key, 0);
        _any = true;
    }

    /// <summary>True once for a database: for a warning.</summary>
    public bool IsFirstWarning(DatabaseIdentity database) => _warned.TryAdd(database.Key, 0);
}
