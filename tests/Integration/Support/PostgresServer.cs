using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace FastOrm.Cache.Tests.Integration.Support;

/// <summary>
/// The PostgreSQL server of the tests: the one that <c>FASTORM_POSTGRES</c> gives a connection string of, or one of their own, which
/// is started on first use in a directory of its own and ends with the process. Without either the tests fail.
/// </summary>
internal static class PostgresServer
{
    private const string Remedy
        = "Install it (Debian: apt-get install postgresql), "
            + "or set FASTORM_POSTGRES to the connection string of a server on which databases may be created.";

    // Lives as long as its standard input: the pipe is closed when the tests end, also when their process is killed.
    private const string Script = """
        bin=$1 data=$2 port=$3
        trap '' HUP INT PIPE TERM
        trap 'rm -rf "$data"' EXIT
        "$bin/initdb" -D "$data" --no-sync --auth=trust --username=postgres --encoding=UTF8 --locale=C >&2 || exit 1
        cat >>"$data/postgresql.conf" <<END
        port = $port
        listen_addresses = '127.0.0.1'
        unix_socket_directories = ''
        dynamic_shared_memory_type = mmap
        max_connections = 300
        shared_buffers = 64MB
        fsync = off
        synchronous_commit = off
        full_page_writes = off
        max_prepared_transactions = 20
        END
        "$bin/pg_ctl" -D "$data" -l "$data/log" --wait --timeout=120 start >&2 || { cat "$data/log" >&2; exit 1; }
        echo ready
        cat >/dev/null
        "$bin/pg_ctl" -D "$data" --wait --mode=immediate stop >&2
        """;

    private static readonly string? Given = Environment.GetEnvironmentVariable("FASTORM_POSTGRES") is { Length: > 0 } given ? given : null;
    private static readonly Lazy<string> Server = new(Find);

    /// <summary>Whether databases must be deleted because they do not go with the server.</summary>
    public static bool OutlivesTests => Given is not null;

    /// <summary>A connection string of a database on the server.</summary>
    public static string ConnectionString(string database)
        => new NpgsqlConnectionStringBuilder(Server.Value) { Database = database }.ConnectionString;

    /// <summary>Makes a database as another is, to which nobody is connected.</summary>
    public static void CreateDatabase(string name, string template)
    {
        using var connection = Open();

        // Since version 15 it is copied page by page through the log, unless one asks for what earlier versions do: a fifth of the time.
        var strategy = connection.PostgreSqlVersion.Major >= 15 ? " STRATEGY file_copy" : "";
        Execute(connection, $"CREATE DATABASE {name} TEMPLATE {template}{strategy}");
    }

    /// <summary>Runs a statement on the server's own database.</summary>
    public static void Execute(string sql)
    {
        using var connection = Open();
        Execute(connection, sql);
    }

    private static NpgsqlConnection Open()
    {
        var connection = new NpgsqlConnection(Server.Value);
        connection.Open();
        return connection;
    }

    private static void Execute(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    private static string Find() => Given ?? Start(FindPrograms());

    private static string FindPrograms()
    {
        var onPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(static folder => new FileInfo(Path.Combine(folder, "postgres")))
            .Where(static file => file.Exists)
            .Select(static file => (file.ResolveLinkTarget(returnFinalTarget: true) ?? file).FullName);
        const string Debian = "/usr/lib/postgresql";
        var ofDebian = (Directory.Exists(Debian) ? Directory.GetDirectories(Debian) : [])
            .OrderByDescending(static folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var v) ? v : 0)
            .Select(static folder => Path.Combine(folder, "bin", "postgres"));
        return onPath.Concat(ofDebian)
            .Where(static file => File.Exists(file) && File.Exists(Path.Combine(Path.GetDirectoryName(file)!, "initdb")))
            .Select(Path.GetDirectoryName)
            .FirstOrDefault()
            ?? throw new InvalidOperationException($"These tests need a PostgreSQL server, and there is none. {Remedy}");
    }

    private static string Start(string programs)
    {
        // The port is free when it is chosen and may be taken before it is used.
        for (var attempt = 1; ; attempt++)
        {
            var port = FreePort();
            var (error, isReady) = TryStart(programs, port);
            if (isReady)
            {
                return $"Host=127.0.0.1;Port={port};Username=postgres;Database=postgres;SSL Mode=Disable;Maximum Pool Size=40";
            }

            if (attempt == 3)
            {
                throw new InvalidOperationException($"The PostgreSQL server in {programs} does not start. {Remedy}\n{error}");
            }
        }
    }

    private static (string Error, bool IsReady) TryStart(string programs, int port)
    {
        var data = Path.Combine(Path.GetTempPath(), $"fastorm-postgres-{Guid.NewGuid():N}");
        string[] command = ["sh", "-c", Script, "postgres", programs, data, port.ToString(CultureInfo.InvariantCulture)];
        if (Environment.IsPrivilegedProcess)
        {
            // PostgreSQL refuses to run as root; its packages create a user.
            command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--", .. command];
        }

        var start = new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            WorkingDirectory = "/",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var errors = new ConcurrentQueue<string?>();
        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, line) => errors.Enqueue(line.Data);
        process.BeginErrorReadLine();
        if (process.StandardOutput.ReadLine() != "ready")
        {
            process.WaitForExit();
            return (string.Join('\n', errors), false);
        }

        AppDomain.CurrentDomain.ProcessExit += (_, _) => Stop(process);
        return ("", true);
    }

    private static void Stop(Process process)
    {
        process.StandardInput.Close();
        process.WaitForExit();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
