using StackExchange.Redis;

namespace FastOrm.Cache.Redis;

/// <summary>A subscription to the changes of a cache.</summary>
internal sealed class RedisListener : IAsyncDisposable
{
    private readonly IConnectionMultiplexer _multiplexer;
    private readonly ISubscriber _subscriber;
    private readonly Action<RemoteMessage> _onChange;
    private readonly Action _onLost;
    private Func<Task>? _end;

    private RedisListener(IConnectionMultiplexer multiplexer, Action<RemoteMessage> onChange, Action onLost)
    {
        (_multiplexer, _onChange, _onLost) = (multiplexer, onChange, onLost);
        _subscriber = multiplexer.GetSubscriber();
        multiplexer.ConnectionFailed += OnFailed;
        multiplexer.ConnectionRestored += OnRestored;
        multiplexer.ConfigurationChanged += OnReconfigured;
        multiplexer.ConfigurationChangedBroadcast += OnReconfigured;
    }

    public static async Task<IAsyncDisposable> StartAsync(
        IConnectionMultiplexer multiplexer, string channel, Action<RemoteMessage> onChange, Action onLost)
    {
        var listener = new RedisListener(multiplexer, onChange, onLost);
        try
        {
            listener._end = await RedisClient.SubscribeAsync(
                listener._subscriber, new RedisChannel(channel, RedisChannel.PatternMode.Literal), listener.Hear).ConfigureAwait(false);

            // A client that is not connected, or that has the channel already, does not wait for the server: this does.
            await listener._subscriber.PingAsync().ConfigureAwait(false);
            return listener;
        }
        catch
        {
            await listener.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _multiplexer.ConnectionFailed -= OnFailed;
        _multiplexer.ConnectionRestored -= OnRestored;
        _multiplexer.ConfigurationChanged -= OnReconfigured;
        _multiplexer.ConfigurationChangedBroadcast -= OnReconfigured;
        if (_end is { } end)
        {
            // Where there is no connection, there is nothing to end.
            await end().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Hear(RedisValue bytes)
    {
        if (RedisMessageCodec.Decode((byte[]?)bytes) is { } message)
        {
            _onChange(message);
        }
        else
        {
            _onLost();
        }
    }

    // Of every connection, because the client may hear messages on the one for commands as well.
    private void OnFailed(object? sender, ConnectionFailedEventArgs failure) => _onLost();

    private void OnRestored(object? sender, ConnectionFailedEventArgs restored) => _ = BeginAgainAsync();

    private void OnReconfigured(object? sender, EndPointEventArgs server) => _ = BeginAgainAsync();

    // The client is told of the connection before the server knows again what it listens to; what is asked after that is answered later.
    private async Task BeginAgainAsync()
    {
        _onLost();
        await ((Task)_subscriber.PingAsync()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _onLost();
    }
}
