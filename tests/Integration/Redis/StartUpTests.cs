using FastOrm.Cache.Engine;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.Extensions.Logging;

namespace FastOrm.Cache.Tests.Integration.Redis;

/// <summary>
/// A cache whose Redis cannot be used: what is wrong in itself is refused when the cache is made; of anything else there is one warning with its
/// remedy, and the cache works without.
/// </summary>
public sealed class StartUpTests : RedisTierTest
{
    private const int Trouble = 121;
    private const string Prefix = "t:";

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly LogCapture _logs = new();

    [Theory]
    [InlineData("http://localhost:6379", null, "Redis.Url")]
    [InlineData("localhost:port", null, "Redis.Url")]
    [InlineData("redis://localhost:6379/first", null, "Redis.Url")]
    [InlineData("localhost:6379", "nonsense=secret", "Redis.Configuration")]
    [InlineData("localhost:6379", "connectTimeout=secret", "Redis.Configuration")]
    public void What_cannot_be_parsed_is_refused_by_its_name_and_not_shown(string url, string? configuration, string option)
    {
        var error = Assert.ThrowsAny<ArgumentException>(() => New(url, options => options.Configuration = configuration));

        Assert.Contains(option, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_is_told_once_with_its_remedy()
    {
        // With time enough for the server's own answer, on however busy a machine: without it there is nothing to tell but that it is slow.
        static void WithWrongPassword(RedisCacheOptions options)
            => (options.Password, options.OperationTimeout) = ("secret", TimeSpan.FromSeconds(20));

        (await ToldOnceAsync(Start("--requirepass", "right").Address, "Redis.Password", WithWrongPassword)).Dispose();
    }

    [Fact]
    public async Task Tls_where_the_server_has_none_is_told_once_with_its_remedy()
        => (await ToldOnceAsync($"rediss://{Start().Address}", "rediss:// if it has TLS, redis:// if not")).Dispose();

    [Fact]
    public async Task A_server_that_stands_still_is_told_once_with_its_remedy()
    {
        var server = Start();
        server.Suspend();
        (await ToldOnceAsync(server.Address, "Redis.Url", static options => options.OperationTimeout = TimeSpan.FromMilliseconds(50))).Dispose();
        server.Resume();
    }

    [Fact]
    public async Task A_replica_that_cannot_be_written_to_is_told_once_with_its_remedy()
        => (await ToldOnceAsync(Start("--replicaof", $"127.0.0.1 {Start().Port}").Address, "address of the master")).Dispose();

    [Fact]
    public async Task An_application_starts_without_its_Redis_and_uses_it_when_it_is_there()
    {
        var server = Start();
        server.Kill();
        using var one = await ToldOnceAsync(server.Address, "See whether it runs");
        using var other = New(server.Address);

        server.StartAgain();

        await Eventually(async () =>
        {
            await one.SetAsync("shared", 7, Hour);
            return (await other.TryGetAsync<int>("shared")).HasValue;
        });
        Assert.Equal(7, (await other.TryGetAsync<int>("shared")).Value);
    }

    [Fact]
    public async Task Keys_and_bytes_that_are_not_ours_are_misses()
    {
        var server = Start();
        using var one = New(server.Address);
        using var other = New(server.Address);
        await Eventually(async () =>
        {
            await one.SetAsync("k", 1, Hour);
            return server.Run("EXISTS", "t:default:v:k") == "1";
        });
        var ours = server.Run("GET", "t:default:v:k");
        server.Run("SET", "t:default:v:stolen", ours);
        server.Run("SET", "t:default:v:text", "text");
        server.Run("SET", "t:default:v:cut", ours[..20]);
        server.Run("RPUSH", "t:default:v:list", "item");
        server.Run("SET", "t:default:other", ours);
        server.Run("SET", "another", "key");

        foreach (var key in (string[])["stolen", "text", "cut", "list"])
        {
            Assert.False((await other.TryGetAsync<int>(key)).HasValue);
            Assert.Equal(2, await other.RememberAsync(key, Hour, static _ => Task.FromResult(2)));
        }

        Assert.Equal(1, (await other.TryGetAsync<int>("k")).Value);
        Assert.Equal(6, other.Statistics.Bypasses["remote: an entry of another format"]);
        Assert.Equal("key", server.Run("GET", "another"));
    }

    [Fact]
    public async Task A_cache_that_keeps_nothing_in_memory_lives_from_Redis_alone()
    {
        var server = Start();
        using var one = New(server.Address, tiers: CacheTiers.Remote);
        using var other = New(server.Address, tiers: CacheTiers.Remote);
        await Eventually(async () =>
        {
            await one.SetAsync("k", 1, new CacheEntryOptions { Ttl = Hour, Tags = ["t"] });
            return (await other.TryGetAsync<int>("k")).HasValue;
        });

        Assert.Equal(1, await other.RememberAsync("k", Hour, static _ => Task.FromResult(2)));
        Assert.Equal((0, 0), (one.Statistics.Entries, other.Statistics.Entries));
        await one.FlushAsync("t");
        Assert.Equal(3, await other.RememberAsync("k", Hour, static _ => Task.FromResult(3)));
    }

    private async Task<CacheEngine> ToldOnceAsync(string url, string remedy, Action<RedisCacheOptions>? configure = null)
    {
        var cache = New(url, configure);
        var loads = 0;
        Task<int> Ask() => cache.RememberAsync($"secret {loads}", Hour, _ => Task.FromResult(++loads)).AsTask();
        await Eventually(async () =>
        {
            await Ask();
            return _logs.Of(new EventId(Trouble)).Count > 0;
        });
        for (var i = 0; i < 20; i++)
        {
            await Ask();
        }

        Assert.Equal(loads, await cache.RememberAsync($"secret {loads - 1}", Hour, static _ => Task.FromResult(-1)));
        var warning = Assert.Single(_logs.Of(new EventId(Trouble)));
        Assert.Contains(remedy, warning, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", warning, StringComparison.Ordinal);
        return cache;
    }

    private CacheEngine New(string url, Action<RedisCacheOptions>? configure = null, CacheTiers tiers = CacheTiers.All)
        => (CacheEngine)FastCache.Create(options =>
        {
            options.LoggerFactory = _logs;
            options.Tiers = tiers;
            options.UseRedis(url, redis =>
            {
                (redis.Prefix, redis.ConnectTimeout) = (Prefix, TimeSpan.FromSeconds(2));
                configure?.Invoke(redis);
            });
        });

    private static async Task Eventually(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await condition())
        {
            await Task.Delay(20, patience.Token);
        }
    }
}
