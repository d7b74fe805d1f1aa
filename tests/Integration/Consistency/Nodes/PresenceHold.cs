using Npgsql;

namespace FastOrm.Cache.Tests.Integration.Consistency.Nodes;

/// <summary>
/// Rows that nobody else adds or removes until it is disposed of. Who takes a version after that gives a row that comes back one that is greater
/// than those of all that removed it before.
/// </summary>
internal sealed class PresenceHold : IAsyncDisposable
{
    private readonly NpgsqlConnection? _connection;
    private readonly HashSet<int> _there;

    private PresenceHold(NpgsqlConnection? connection, HashSet<int> there) => (_connection, _there) = (connection, there);

    /// <summary>Waits until nobody else holds one of the rows. Past EF Core, and past the cache.</summary>
    public static async Task<PresenceHold> TakeAsync(NpgsqlDataSource database, int[] rows)
    {
        if (rows.Length == 0)
        {
            return new PresenceHold(null, []);
        }

        var connection = await database.OpenConnectionAsync();
        foreach (var row in rows.Order())
        {
            await ExecuteAsync(connection, "SELECT pg_advisory_lock(@row)", new NpgsqlParameter("row", (long)row));
        }

        var there = new HashSet<int>();
        await using var command = new NpgsqlCommand("""SELECT "Id" FROM items WHERE "Id" = ANY(@rows)""", connection)
        {
            Parameters = { new("rows", rows) },
        };
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            there.Add(reader.GetInt32(0));
        }

        return new PresenceHold(connection, there);
    }

    /// <summary>Whether a row is there.</summary>
    public bool Has(int row) => _there.Contains(row);

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
        {
            await ExecuteAsync(_connection, "SELECT pg_advisory_unlock_all()");
            await _connection.DisposeAsync();
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, params NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        await command.ExecuteNonQueryAsync();
    }
}
