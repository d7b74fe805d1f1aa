using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace FastOrm.Cache.Tests.Integration.Support;

/// <summary>The databases that a test may run on.</summary>
public enum Provider
{
    Sqlite,
    PostgreSql,
}

/// <summary>An empty database of a test's own.</summary>
internal abstract class TestStore
{
    public abstract string ConnectionString { get; }

    public static TestStore Create(Provider provider)
        => provider == Provider.PostgreSql ? new PostgresDatabase() : new SqliteFile();

    /// <summary>Sets the provider of a context's options.</summary>
    public abstract void Use(DbContextOptionsBuilder options);

    /// <summary>A new connection to the database, closed.</summary>
    public abstract DbConnection Connect();

    /// <summary>Sets the provider of a context's options, on a connection of the test's.</summary>
    public abstract void Use(DbContextOptionsBuilder options, DbConnection connection);

    /// <summary>Called when the tables have been filled.</summary>
    public virtual void Seeded()
    {
    }

    /// <summary>Called when nobody will use it any more but to copy it. It is deleted when the tests end.</summary>
    public abstract void Close();

    /// <summary>Another database with the tables and rows of this one, which is closed. Thread-safe.</summary>
    public abstract TestStore Copy();

    public abstract void Delete();

    private sealed class SqliteFile : TestStore
    {
        private readonly string _file = Path.Combine(Path.GetTempPath(), $"fastorm-{Guid.NewGuid():N}.db");

        /// <remarks>Foreign keys are on in the SQLite that comes with EF Core, but not in every one of a system.</remarks>
        public override string ConnectionString => $"Data Source={_file};Foreign Keys=True";

        public override void Use(DbContextOptionsBuilder options) => options.UseSqlite(ConnectionString);

        public override void Use(DbContextOptionsBuilder options, DbConnection connection) => options.UseSqlite(connection);

        public override DbConnection Connect() => new SqliteConnection(ConnectionString);

        public override void Close()
        {
            // The last connection that ends leaves everything in one file.
            SqliteConnection.ClearAllPools();
            AppDomain.CurrentDomain.ProcessExit += (_, _) => Delete();
        }

        public override TestStore Copy()
        {
            var copy = new SqliteFile();
            File.Copy(_file, copy._file);
            return copy;
        }

        public override void Delete()
        {
            SqliteConnection.ClearAllPools();
            foreach (var file in new[] { _file, _file + "-wal", _file + "-shm" })
            {
                File.Delete(file);
            }
        }
    }

    private sealed class PostgresDatabase : TestStore
    {
        // Keys that the seed has given are unknown to the sequences that give the next ones.
        private const string AdvanceSequences = """
            DO $$
            DECLARE c record;
            BEGIN
              FOR c IN
                SELECT table_schema AS s, table_name AS t, column_name AS n FROM information_schema.columns WHERE is_identity = 'YES'
              LOOP
                EXECUTE format(
                  'SELECT setval(pg_get_serial_sequence(%L, %L), coalesce((SELECT max(%I) FROM %I.%I), 0) + 1, false)',
                  quote_ident(c.s) || '.' || quote_ident(c.t), c.n, c.n, c.s, c.t);
              END LOOP;
            END $$
            """;

        private readonly string _name = $"fastorm_{Guid.NewGuid():N}";

        public PostgresDatabase(string template = "template0")
        {
            PostgresServer.CreateDatabase(_name, template);
            ConnectionString = PostgresServer.ConnectionString(_name);
        }

        public override string ConnectionString { get; }

        public override void Use(DbContextOptionsBuilder options) => options.UseNpgsql(ConnectionString);

        public override void Use(DbContextOptionsBuilder options, DbConnection connection) => options.UseNpgsql(connection);

        public override DbConnection Connect() => new NpgsqlConnection(ConnectionString);

        public override void Seeded()
        {
            using var connection = new NpgsqlConnection(ConnectionString);
            using var command = new NpgsqlCommand(AdvanceSequences, connection);
            connection.Open();
            command.ExecuteNonQuery();
        }

        public override void Close()
        {
            Disconnect();
            if (PostgresServer.OutlivesTests)
            {
                AppDomain.CurrentDomain.ProcessExit += (_, _) => Delete();
            }
        }

        public override TestStore Copy() => new PostgresDatabase(_name);

        public override void Delete()
        {
            Disconnect();
            PostgresServer.Execute($"DROP DATABASE IF EXISTS {_name} WITH (FORCE)");
        }

        private void Disconnect()
        {
            using var connection = new NpgsqlConnection(ConnectionString);
            NpgsqlConnection.ClearPool(connection);
        }
    }
}
