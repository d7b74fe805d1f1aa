using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FastOrm.Cache.Tests.Integration.Support;

/// <summary>
/// A Redis server of the tests: the one that <c>FASTORM_REDIS</c> gives the address of, or <c>redis-server</c>, started on a free port in
/// a directory of its own, and ended with the process. Without either the tests fail.
/// </summary>
internal sealed class RedisServer : IDisposable
{
    private const string Remedy
        = "Install it (Debian: apt-get install redis-server), or set FASTORM_REDIS to host:port of a server that may be written to.";

    // Lives as long as its standard input: the pipe is closed when the tests end, also when their process is killed. Then the directory goes
    // too, unless it is said to be kept for the next start.
    private const string Script = """
        trap '' HUP INT PIPE TERM
        dir=$1; shift
        cd "$dir" && { redis-server "$@" >>"$dir/log" 2>&1 & }
        pid=$!
        echo $pid
        read -r word
        kill -9 $pid 2>/dev/null
        wait $pid
        [ "$word" = keep ] || rm -rf "$dir"
        """;

    private static readonly Lazy<RedisServer> SharedServer = new(static () => Start());

    private readonly string _directory = Path.Combine(Path.GetTempPath(), $"fastorm-redis-{Guid.NewGuid():N}");
    private readonly string[] _arguments;
    private Process? _process;
    private string _pid = "";

    private RedisServer(string[] arguments) => _arguments = arguments;

    /// <summary>The address of the server that tests share, each with keys of its own.</summary>
    public static string SharedAddress
        => Environment.GetEnvironmentVariable("FASTORM_REDIS") is { Length: > 0 } given ? given : SharedServer.Value.Address;

    public int Port { get; private set; } = FreePort();

    public string Address => $"127.0.0.1:{Port}";

    /// <summary>Where it keeps its files.</summary>
    public string Directory => _directory;

    /// <summary>Starts a server that a test has for itself.</summary>
    /// <param name="arguments">More arguments of <c>redis-server</c>.</param>
    public static RedisServer Start(params string[] arguments)
    {
        if (!Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Any(static folder => File.Exists(Path.Combine(folder, "redis-server"))))
        {
            throw new InvalidOperationException($"These tests need redis-server, and there is none on the PATH. {Remedy}");
        }

        var server = new RedisServer(arguments);
        System.IO.Directory.CreateDirectory(server._directory);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.Dispose();

        // The port is free when it is chosen and may be taken before it is used.
        for (var attempt = 1; !server.TryStart(); attempt++)
        {
            server.End("keep");
            if (attempt == 3)
            {
                throw new InvalidOperationException($"redis-server does not start. {Remedy}\n{server.Log}");
            }

            server.Port = FreePort();
        }

        return server;
    }

    /// <summary>Ends it without a warning, as a crash would. Its files stay.</summary>
    public void Kill() => End("keep");

    /// <summary>Starts it again, at the same address, from the files that it has.</summary>
    public void StartAgain()
    {
        if (!TryStart())
        {
            throw new InvalidOperationException($"redis-server does not start again.\n{Log}");
        }
    }

    /// <summary>Lets it stand still: connections stay, and nothing answers.</summary>
    public void Suspend() => Signal("STOP");

    public void Resume() => Signal("CONT");

    /// <summary>Runs a command and returns what it answers; lists as lines.</summary>
    /// <exception cref="InvalidOperationException">The answer is an error.</exception>
    public string Run(params string[] command) => Run(Port, command);

    /// <summary>How many subscribers of a channel it has.</summary>
    public int Listeners(string channel)
        => int.Parse(Run("PUBSUB", "NUMSUB", channel).Split('\n')[1].TrimStart(':'), CultureInfo.InvariantCulture);

    public static string Run(int port, params string[] command)
    {
        using var client = new TcpClient("127.0.0.1", port) { ReceiveTimeout = 10_000 };
        using var stream = client.GetStream();
        var request = new StringBuilder().Append(CultureInfo.InvariantCulture, $"*{command.Length}\r\n");
        foreach (var part in command)
        {
            request.Append(CultureInfo.InvariantCulture, $"${part.Length}\r\n{part}\r\n");
        }

        stream.Write(Encoding.Latin1.GetBytes(request.ToString()));
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return Answer(reader);
    }

    public void Dispose()
    {
        if (_process is null && System.IO.Directory.Exists(_directory))
        {
            System.IO.Directory.Delete(_directory, recursive: true);
        }

        End("remove");
    }

    private string Log => File.Exists(Path.Combine(_directory, "log")) ? File.ReadAllText(Path.Combine(_directory, "log")) : "";

    private bool TryStart()
    {
        var port = Port.ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo(
            "sh",
            [
                "-c", Script, "redis", _directory, "--port", port, "--bind", "127.0.0.1", "--dir", _directory, "--save", "", "--appendonly", "no",
                "--daemonize", "no", "--repl-diskless-sync-delay", "0", .. _arguments,
            ])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        _process = Process.Start(start)!;
        _pid = _process.StandardOutput.ReadLine() ?? "";
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < TimeSpan.FromSeconds(20); Thread.Yield())
        {
            if (Ping() is { } isOurs)
            {
                return isOurs;
            }

            if (!System.IO.Directory.Exists($"/proc/{_pid}"))
            {
                return false;
            }
        }

        return false;
    }

    // Null until it answers.
    private bool? Ping()
    {
        try
        {
            return Run("INFO", "server").Contains($"process_id:{_pid}\r", StringComparison.Ordinal);
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            return null;
        }
        catch (InvalidOperationException error)
        {
            return error.Message.StartsWith("NOAUTH", StringComparison.Ordinal) ? true : null;
        }
    }

    private void End(string word)
    {
        if (Interlocked.Exchange(ref _process, null) is { } process)
        {
            process.StandardInput.WriteLine(word);
            process.StandardInput.Close();
            process.WaitForExit();
            process.Dispose();
        }
    }

    private void Signal(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", _pid]);
        kill.WaitForExit();
    }

    private static string Answer(StreamReader reader)
    {
        var line = reader.ReadLine() ?? throw new IOException("Redis has closed the connection.");
        var length = line[0] is '$' or '*' ? int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture) : 0;
        switch (line[0])
        {
            case '-':
                throw new InvalidOperationException(line[1..]);
            case '*':
                return string.Join('\n', Enumerable.Range(0, Math.Max(length, 0)).Select(_ => Answer(reader)).ToArray());
            case '$' when length >= 0:
                var text = new char[length];
                reader.ReadBlock(text);
                reader.ReadLine();
                return new string(text);
            default:
                return line[0] == '$' ? "" : line[1..];
        }
    }

    // The nodes of a cluster talk to each other at a port that is higher by ten thousand.
    public static int FreePort()
    {
        while (true)
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            if (((IPEndPoint)listener.LocalEndpoint).Port is < 55_000 and var port)
            {
                return port;
            }
        }
    }
}
