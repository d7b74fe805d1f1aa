using FastOrm.Cache.Redis;
using FastOrm.Cache.Tests.Integration.Support;

namespace FastOrm.Cache.Tests.Integration.Redis;

/// <summary>A test that has a server for itself.</summary>
public abstract class RedisTierTest : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _tiers = [];
    private readonly List<RedisServer> _servers = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var tier in _tiers)
        {
            await tier.DisposeAsync();
        }

        foreach (var server in _servers)
        {
            server.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    internal RedisServer Start(params string[] arguments)
    {
        var server = RedisServer.Start(arguments);
        _servers.Add(server);
        return server;
    }

    internal IRemoteCacheTier Open(string url, Action<RedisCacheOptions>? configure = null, string name = "default")
    {
        var options = new RedisCacheOptions { Url = url, Prefix = "t:", ConnectTimeout = TimeSpan.FromSeconds(2) };
        configure?.Invoke(options);
        return Keep(new RedisTier(options, name));
    }

    internal IRemoteCacheTier Keep(IRemoteCacheTier tier)
    {
        _tiers.Add(tier);
        return tier;
    }

    internal static async Task<RemoteReading> ReadAsync(IRemoteCacheTier tier, int[] stamps, string[]? keys = null)
        => Assert.IsType<RemoteReading>(await tier.ReadAsync(stamps, keys ?? [], default));

    /// <summary>Gives each stamp a value of its own.</summary>
    internal static async Task<RemoteReading> ChangeAsync(IRemoteCacheTier tier, params int[] stamps)
    {
        foreach (var stamp in stamps)
        {
            await tier.ChangeAsync(Change([stamp]), default);
        }

        return await ReadAsync(tier, stamps);
    }

    internal static RemoteChange Change(int[] stamps, int[]? read = null, string[]? removed = null)
        => new(1, stamps, [], removed ?? [], read ?? [], []);

    internal static Task StoreAsync(IRemoteCacheTier tier, params string[] keys)
        => tier.StoreAsync([.. keys.Select(static key => new RemoteEntry(key, new byte[] { 1 }, null))], default).AsTask();

    /// <summary>Asks again until the tier can be used.</summary>
    internal static async Task<T> InTheEndAsync<T>(Func<Task<T>> ask)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            try
            {
                return await ask();
            }
            catch (IOException) when (!patience.IsCancellationRequested)
            {
                await Task.Delay(20);
            }
        }
    }
}
