using StackExchange.Redis;

namespace FastOrm.Cache.Redis;

/// <summary>A connection, and what is known of the server at its other end.</summary>
/// <remarks>
/// A client makes new sockets by itself, and at the end of a new one may be another server process, with the data of an old dump. It counts
/// the sockets that it opens, each before it sends anything over it. So if the count is the same before a question and after its answer as
/// it was around the answer in which a server told its <c>run_id</c>, then the question was answered by that server process. This says
/// nothing where the client knows several servers: there the next question may go to another, over a socket that it has had for long.
/// </remarks>
internal sealed class RedisLink : IDisposable
{
    private readonly IConnectionMultiplexer _multiplexer;
    private volatile Server? _server;
    private volatile ConnectionFailedEventArgs? _failure;

    public RedisLink(IConnectionMultiplexer multiplexer, int database)
    {
        _multiplexer = multiplexer;
        Database = multiplexer.GetDatabase(database);
        HoldsUp = RedisClient.HoldsUp(multiplexer);
        ChannelPrefix = ConfigurationOptions.Parse(multiplexer.Configuration, ignoreUnknown: true).ChannelPrefix;
        multiplexer.ConnectionFailed += OnFailed;
        multiplexer.ConnectionRestored += OnRestored;
    }

    public IConnectionMultiplexer Multiplexer => _multiplexer;

    public IDatabase Database { get; }

    /// <summary>Whether what awaits an answer holds up other answers, so that it has to go on elsewhere.</summary>
    public bool HoldsUp { get; }

    /// <summary>What the client puts before the channels that it is given; scripts have to do the same.</summary>
    public string? ChannelPrefix { get; }

    /// <summary>The last failure of a connection that has not been restored.</summary>
    public ConnectionFailedEventArgs? Failure => _failure;

    /// <summary>The number of sockets that were ever opened for commands.</summary>
    public long Sockets => _multiplexer.GetCounters().Interactive.SocketCount;

    /// <summary>Whether commands may go to several servers.</summary>
    public bool HasManyServers => _multiplexer.GetEndPoints().Length > 1;

    /// <summary>The one server that is known to answer, if it is.</summary>
    public Server? Known => _server is { } server && server.Sockets == Sockets ? server : null;

    /// <summary>Runs a script on the server that has a key.</summary>
    public async Task<RedisResult> RunAsync(string script, RedisKey key, RedisValue[] values)
    {
        try
        {
            return await Database.ScriptEvaluateAsync(script, [key], values, CommandFlags.DemandMaster).ConfigureAwait(false);
        }
        catch (RedisServerException error) when (RedisTrouble.IsUnknownScript(error))
        {
            // The server has forgotten it, and the client now knows.
            return await Database.ScriptEvaluateAsync(script, [key], values, CommandFlags.DemandMaster).ConfigureAwait(false);
        }
    }

    /// <summary>Looks at the connection no more; it stays.</summary>
    public void Dispose()
    {
        _multiplexer.ConnectionFailed -= OnFailed;
        _multiplexer.ConnectionRestored -= OnRestored;
    }

    /// <summary>Takes note of what a server has told.</summary>
    /// <param name="sockets">The number of sockets before it was asked.</param>
    /// <param name="runId">By what it is known.</param>
    public void Verify(long sockets, byte[] runId)
    {
        if (_server is { } server && server.Sockets == sockets && server.RunId.AsSpan().SequenceEqual(runId))
        {
            return;
        }

        _server = sockets == Sockets && _multiplexer.GetEndPoints() is [var only]
            && _multiplexer.GetServer(only).ServerType == ServerType.Standalone
                ? new Server(sockets, runId)
                : null;
    }

    private void OnFailed(object? sender, ConnectionFailedEventArgs failure) => _failure = failure;

    private void OnRestored(object? sender, ConnectionFailedEventArgs restored) => _failure = null;

    /// <summary>A server process.</summary>
    /// <param name="Sockets">The number of sockets when it answered.</param>
    /// <param name="RunId">By what it is known.</param>
    internal sealed record Server(long Sockets, byte[] RunId);
}
