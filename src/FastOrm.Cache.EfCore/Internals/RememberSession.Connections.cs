using System.Data.Common;
using FastOrm.Cache.EfCore.Invalidation;
using FastOrm.Cache.EfCore.Keys;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.EfCore.Internals;

/// <content>Connections that are not what their connection string says.</content>
internal sealed partial class RememberSession
{
    // With VaryBy the application has named what tells the databases apart. An open connection is keyed by where it leads.
    private bool IsOnMovingConnection
        => (_changer is not null && IsOnChangedConnection()) || (_moving!.Any && IsMoving(Database));

    /// <summary>Whether connections to the database lead elsewhere, and nothing in the key of a query tells where.</summary>
    public bool IsMoving(DatabaseIdentity database) => _moving!.Contains(database);

    /// <summary>The connection string with which a load is about to open its connection; null when nobody could change it.</summary>
    public string? StringToOpen()
        => _isWatched && OpenConnections.Find(Connection!) is null ? Connection!.DbConnection.ConnectionString : null;

    /// <summary>Looks whether opening the connection has led to another database than the one that is keyed.</summary>
    public void NoteOpened(DatabaseIdentity keyed, string before, DbConnection opened)
    {
        if (string.Equals(before, opened.ConnectionString, StringComparison.Ordinal))
        {
            return;
        }

        // A password that is gone once the connection is open makes no difference, nor do other words for the same.
        var provider = Context.Database.ProviderName;
        if (DatabaseIdentity.Of(provider, before, null).Place == DatabaseIdentity.Of(provider, opened.ConnectionString, null).Place)
        {
            return;
        }

        _moving!.Add(keyed);
        Warn(keyed, "an interceptor");
        DatabaseStamps.InvalidateAll(InvalidationCause.MovedConnection, Cache, keyed); // Stored by a context whose connection was not sent elsewhere.
    }

    private bool IsOnChangedConnection()
    {
        if (OpenConnections.Find(Connection!) is not null)
        {
            return false;
        }

        Warn(Database, _changer!.GetType().Name);
        return true;
    }

    private void Warn(DatabaseIdentity database, string interceptor)
    {
        if (_moving!.IsFirstWarning(database))
        {
            Log.MovingConnection(Logger, interceptor);
        }
    }
}
