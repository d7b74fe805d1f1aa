using System.Runtime.InteropServices;
using StackExchange.Redis;

namespace FastOrm.Cache.Redis;

/// <summary>The tier that nodes share, in Redis. <c>docs/redis.md</c> says what is stored there.</summary>
internal sealed partial class RedisTier : IRemoteCacheTier
{
    private readonly RedisConnection[] _connections;
    private readonly RedisConnection _listening;
    private readonly RedisNames _names;
    private uint _turn;

    /// <summary>A tier of its own connections. Nothing is connected before it is needed.</summary>
    /// <exception cref="InvalidOperationException">The client cannot do what the options ask for.</exception>
    public RedisTier(RedisCacheOptions options, string name)
    {
        var configuration = RedisConfiguration.Of(options);
        _connections = [.. Enumerable.Range(0, options.MaxConnections).Select(_ => new RedisConnection(configuration.Clone()))];
        _listening = RedisClient.OrdersMessagesAlone ? _connections[0] : new RedisConnection(configuration.Clone(), isForMessages: true);
        _names = new RedisNames(options.Prefix, name, configuration.DefaultDatabase ?? 0);
    }

    /// <summary>A tier over a connection that its owner keeps.</summary>
    public RedisTier(IConnectionMultiplexer multiplexer, RedisCacheOptions options, string name)
    {
        var database = options.Database ?? multiplexer.GetDatabase().Database;
        _connections = [new RedisConnection(multiplexer, database)];
        _listening = _connections[0];
        _names = new RedisNames(options.Prefix, name, database);
    }

    public ValueTask<RemoteReading?> ReadAsync(
        ReadOnlyMemory<int> stamps, IReadOnlyList<string> keys, CancellationToken cancellationToken)
        => new(DoAsync(
            (stamps, keys),
            static (tier, link, asked) => tier.ReadAsync(link, asked.stamps, asked.keys),
            cancellationToken));

    public ValueTask<RemoteReading> ChangeAsync(RemoteChange change, CancellationToken cancellationToken)
        => new(DoAsync(change, static (tier, link, change) => tier.ChangeAsync(link, change), cancellationToken));

    public ValueTask<RemotePosition> ClaimAsync(IReadOnlyList<RemoteClaim> claims, CancellationToken cancellationToken)
        => new(DoAsync(claims, static (tier, link, claims) => tier.ClaimAsync(link, claims), cancellationToken));

    public ValueTask<bool> MarkAsync(RemoteMarker marker, CancellationToken cancellationToken)
        => new(DoAsync(marker, static (tier, link, marker) => tier.MarkAsync(link, marker), cancellationToken));

    public async ValueTask RenewAsync(long id, TimeSpan life, CancellationToken cancellationToken)
        => await DoAsync(
            (id, life),
            static (tier, link, asked) => link.RunAsync(
                RedisScripts.Renew, tier._names.Stamps, [RedisMessageCodec.Bytes(asked.id), (long)asked.life.TotalMilliseconds]),
            cancellationToken).ConfigureAwait(false);

    public async ValueTask SweepAsync(CancellationToken cancellationToken)
        => await DoAsync(0, static (tier, link, _) => tier.SweepAsync(link), cancellationToken).ConfigureAwait(false);

    public ValueTask StoreAsync(IReadOnlyList<RemoteEntry> entries, CancellationToken cancellationToken)
        => new(DoAsync(
            entries,
            static (tier, link, entries) => Task.WhenAll(entries.Select(entry => link.Database.StringSetAsync(
                tier._names.Entry(entry.Key), Value(entry.Bytes), NotTooShort(entry.Ttl), When.Always, CommandFlags.None))),
            cancellationToken));

    public async ValueTask ProlongAsync(string key, TimeSpan ttl, CancellationToken cancellationToken)
        => await DoAsync(
            (key, ttl),
            static (tier, link, asked) => link.RunAsync(
                RedisScripts.Prolong, tier._names.Entry(asked.key), [(long)NotTooShort(asked.ttl)!.Value.TotalMilliseconds]),
            cancellationToken).ConfigureAwait(false);

    public ValueTask<bool> TryLeaseAsync(string key, string holder, TimeSpan time, CancellationToken cancellationToken)
        => new(DoAsync(
            (key, holder, time),
            static (tier, link, asked) => link.Database.StringSetAsync(
                tier._names.Lease(asked.key),
                RedisNames.Bytes(asked.holder),
                NotTooShort(asked.time),
                When.NotExists,
                CommandFlags.DemandMaster),
            cancellationToken));

    public ValueTask ReleaseAsync(string key, string holder, CancellationToken cancellationToken)
        => new(DoAsync(
            (key, holder),
            static (tier, link, asked)
                => link.RunAsync(RedisScripts.Release, tier._names.Lease(asked.key), [RedisNames.Bytes(asked.holder)]),
            cancellationToken));

    public async ValueTask<IAsyncDisposable> ListenAsync(
        Action<RemoteMessage> onChange, Action onLost, CancellationToken cancellationToken)
    {
        Task<RedisListener>? starting = null;
        try
        {
            return await DoAsync(
                _listening,
                _names.Channel,
                (_, link, channel) => starting = RedisListener.StartAsync(link.Multiplexer, channel, onChange, onLost),
                cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (starting is not null)
        {
            // Nobody has it to end it.
            _ = starting.ContinueWith(
                static started => started.Result.DisposeAsync().AsTask(),
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnRanToCompletion,
                TaskScheduler.Default);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections.Append(_listening))
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    private Task<T> DoAsync<TAsked, T>(
        TAsked asked, Func<RedisTier, RedisLink, TAsked, Task<T>> ask, CancellationToken cancellationToken)
        => DoAsync(
            _connections[_connections.Length == 1 ? 0 : Interlocked.Increment(ref _turn) % (uint)_connections.Length],
            asked,
            ask,
            cancellationToken);

    private async Task<T> DoAsync<TAsked, T>(
        RedisConnection connection,
        TAsked asked,
        Func<RedisTier, RedisLink, TAsked, Task<T>> ask,
        CancellationToken cancellationToken)
    {
        RedisLink? link = null;
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            link = await connection.GetAsync(cancellationToken).ConfigureAwait(false);
            return await RedisClient.WaitAsync(ask(this, link, asked), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (RedisTrouble.IsKnown(error))
        {
            throw RedisTrouble.Explain(error, link);
        }
        finally
        {
            if (link is { HoldsUp: true })
            {
                await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            }
        }
    }

    private static byte[] Value(ReadOnlyMemory<byte> bytes)
        => MemoryMarshal.TryGetArray(bytes, out var part) && part.Count == part.Array!.Length ? part.Array : bytes.ToArray();

    // Redis counts milliseconds, and takes none for an error.
    private static TimeSpan? NotTooShort(TimeSpan? time)
        => time < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : time;
}
