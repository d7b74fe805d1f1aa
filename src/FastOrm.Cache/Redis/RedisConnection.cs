using StackExchange.Redis;

namespace FastOrm.Cache.Redis;

/// <summary>A connection that is made when it is first needed, or that its owner has made.</summary>
internal sealed class RedisConnection : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly ConfigurationOptions? _configuration;
    private readonly bool _isForMessages;
    private readonly int _database;
    private Task<RedisLink>? _link;
    private bool _isDisposed;

    /// <param name="configuration">What the client is told.</param>
    /// <param name="isForMessages">Whether the order of messages counts, and not the time of answers.</param>
    public RedisConnection(ConfigurationOptions configuration, bool isForMessages = false)
    {
        _configuration = configuration;
        _isForMessages = isForMessages;
        _database = configuration.DefaultDatabase ?? 0;
    }

    public RedisConnection(IConnectionMultiplexer multiplexer, int database)
    {
        _database = database;
        _link = Task.FromResult(new RedisLink(multiplexer, database));
    }

    /// <summary>The connection; where Redis is absent it comes into being all the same, and is made by and by.</summary>
    public ValueTask<RedisLink> GetAsync(CancellationToken cancellationToken)
    {
        Task<RedisLink> link;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_link is null || _link.IsFaulted)
            {
                // Elsewhere: the client resolves names and opens sockets before it first waits. And not for the request that is the first: what
                // reads from the sockets would go on with its context.
                using var ownContext = ExecutionContext.SuppressFlow();
                _link = Task.Run(ConnectAsync, CancellationToken.None);
            }

            link = _link;
        }

        return link.IsCompletedSuccessfully
            ? new ValueTask<RedisLink>(link.Result)
            : new ValueTask<RedisLink>(link.WaitAsync(cancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
        }

        if (_link is null)
        {
            return;
        }

        await ((Task)_link).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_link.IsCompletedSuccessfully)
        {
            return;
        }

        using var link = await _link.ConfigureAwait(false);
        if (_configuration is not null && link.Multiplexer is ConnectionMultiplexer own)
        {
            await own.CloseAsync(allowCommandsToComplete: false).ConfigureAwait(false);
            own.Dispose();
        }
    }

    private async Task<RedisLink> ConnectAsync()
    {
        var multiplexer = await ConnectionMultiplexer.ConnectAsync(_configuration!, log: null).ConfigureAwait(false);
        if (!_isForMessages)
        {
            RedisClient.LetAnswersGoOn(multiplexer);
        }

        return new RedisLink(multiplexer, _database);
    }
}
