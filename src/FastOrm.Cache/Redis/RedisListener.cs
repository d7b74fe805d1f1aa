using StackExchange.Redis;

namespace FastOrm.Cache.Redis;

/// <summary>A subscription to the changes of a cache.</summary>
internal sealed class RedisListener : IAsyncDisposable
{
    private static readonly TimeSpan ConnectionTime = TimeSpan.FromSeconds(5);

    private readonly IConnectionMultiplexer _multiplexer;
    private readonly ISubscriber _subscriber;
    private readonly Action<RemoteMessage> _onChange;
    private readonly Action _onLost;
    private readonly TaskCompletionSource _restored = new(TaskCreationOptions.RunContinuationsAsynchronously);
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

    public static async Task<RedisListener> StartAsync(
        IConnectionMultiplexer multiplexer, string channel, Action<RemoteMessage> onChange, Action onLost)
    {
        var listener = new RedisListener(multiplexer, onChange, onLost);
        try
        {
            listener._end = await RedisClient.SubscribeAsync(
                listener._subscriber, new RedisChannel(channel, RedisChannel.PatternMode.Literal), listener.Hear).ConfigureAwait(false);

            await listener.HearsAsync().ConfigureAwait(false);
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

    // A client that has the channel already, or that is not connected, does not wait for the server: a ping does. The connection for messages is
    // made after that for commands, and is waited for.
    private async Task HearsAsync()
    {
        try
        {
            await _subscriber.PingAsync().ConfigureAwait(false);
        }
        catch (RedisConnectionException) when (_multiplexer.IsConnected)
        {
            await _restored.Task.WaitAsync(ConnectionTime).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _subscriber.PingAsync().ConfigureAwait(false);
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

    private void OnRestored(object? sender, ConnectionFailedEventArgs restored)
    {
        if (restored.ConnectionType == ConnectionType.Subscription)
        {
            _restored.TrySetResult();
        }

        _ = BeginAgainAsync();
    }

    private void OnReconfigured(object? sender, EndPointEventArgs server) => _ = BeginAgainAsync();

    // The client is told of the connection before the server knows again what it listens to; what is asked after that is answered later.
    private async Task BeginAgainAsync()
    {
        _onLost();
        await ((Task)_subscriber.PingAsync()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _onLost();
    }
}
