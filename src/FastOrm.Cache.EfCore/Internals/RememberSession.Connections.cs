using System.Data.Common;
using FastOrm.Cache.EfCore.Invalidation;
using FastOrm.Cache.EfCore.Keys;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.EfCore.Internals;

/// <content>Connections that are not what their connection string says.</content>
internal sealed partial class RememberSession
{
    /// <summary>Whether connections to the database lead elsewhere, and nothing in the key of a query tells where.</summary>
    public bool IsMoving(DatabaseIdentity database) => _moving!.Contains(database);

    private bool IsOnMovingConnection => _moving!.Any && IsMoving(Database);

    /// <summary>The connection string with which a load is about to open its connection; null when it is open.</summary>
    public string? StringToOpen() => OpenConnections.Find(Connection!) is null ? Connection!.DbConnection.ConnectionString : null;

    /// <summary>Looks whether opening the connection has led to another database than the one that is keyed.</summary>
    public void NoteOpened(DatabaseIdentity keyed, string before, DbConnection opened)
    {
        if (Options.Variations.Count > 0 || string.Equals(before, opened.ConnectionString, StringComparison.Ordinal))
        {
            return; // Or the application has named what tells the databases apart.
        }

        // A password that is gone once the connection is open makes no difference.
        var provider = Context.Database.ProviderName;
        if (DatabaseIdentity.Of(provider, before, null).Key == DatabaseIdentity.Of(provider, opened.ConnectionString, null).Key)
        {
            return;
        }

        if (_moving!.Add(keyed))
        {
            Log.MovingConnection(Logger, opened.Database);
        }

        DatabaseStamps.InvalidateAll(Cache, keyed); // Stored by a context whose connection was not sent elsewhere.
    }
}
