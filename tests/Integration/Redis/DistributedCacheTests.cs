using System.Globalization;
using FastOrm.Cache.Tests.Integration.Support;
using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;

namespace FastOrm.Cache.Tests.Integration.Redis;

/// <summary>
/// What two applications with one Redis set and get through <see cref="IDistributedCache"/>. Their clocks are the test's, that of Redis its
/// own: there a test lets time pass by taking it from the key.
/// </summary>
public sealed class DistributedCacheTests : IAsyncDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly DistributedCacheEntryOptions Sliding = new() { SlidingExpiration = Minute };

    private readonly RedisServer _server = RedisServer.Start();
    private readonly ManualTimeProvider _time = new();
    private readonly string _prefix = $"fastorm-test:{Guid.NewGuid():N}:";
    private readonly ServiceProvider _one;
    private readonly ServiceProvider _other;

    public DistributedCacheTests() => (_one, _other) = (Start(), Start());

    private IDistributedCache A => _one.GetRequiredKeyedService<IDistributedCache>("session");

    private IDistributedCache B => _other.GetRequiredKeyedService<IDistributedCache>("session");

    [Fact]
    public async Task What_one_application_sets_another_gets_replaces_and_removes()
    {
        await A.SetAsync("k", [1, 2], Sliding);
        Assert.Equal([1, 2], await B.GetAsync("k"));
        B.Set("k", [3], Sliding);
        await HeardAsync(async () => await A.GetAsync("k") is [3]);
        await A.RemoveAsync("k");
        await HeardAsync(async () => await B.GetAsync("k") is null);
        Assert.Null(A.Get("k"));
    }

    [Fact]
    public async Task What_another_application_uses_stays()
    {
        await A.SetAsync("k", [1], Sliding);
        Assert.InRange(Rest(), 1, 75_000);
        for (var i = 0; i < 5; i++)
        {
            _time.Advance(0.9 * Minute);
            Take(70_000);
            Assert.Equal([1], await B.GetAsync("k"));
            await HeardAsync(() => Task.FromResult(Rest() > 60_000)); // Beside the caller.
        }

        Assert.InRange(Rest(), 60_000, 75_000);
        Assert.Equal([1], await A.GetAsync("k"));
        _time.Advance(1.25 * Minute);
        Take(75_000);
        Assert.Null(await A.GetAsync("k"));
        Assert.Null(await B.GetAsync("k"));
    }

    [Fact]
    public async Task What_also_has_an_absolute_end_is_kept_by_Redis_no_longer_however_it_is_used()
    {
        await A.SetAsync("k", [1], new() { SlidingExpiration = Minute, AbsoluteExpirationRelativeToNow = 1.5 * Minute });
        _time.Advance(0.9 * Minute);
        Take(70_000);
        await B.GetAsync("k");
        await HeardAsync(() => Task.FromResult(Rest() > 20_000));
        Assert.InRange(Rest(), 20_000, 36_000);
    }

    public async ValueTask DisposeAsync()
    {
        await _one.DisposeAsync();
        await _other.DisposeAsync();
        _server.Dispose();
    }

    private string Key => $"{_prefix}session:v:k";

    /// <summary>How long Redis keeps the value, in milliseconds.</summary>
    private long Rest() => long.Parse(_server.Run("PTTL", Key), CultureInfo.InvariantCulture);

    private void Take(long milliseconds)
        => _server.Run("PEXPIRE", Key, Math.Max(0, Rest() - milliseconds).ToString(CultureInfo.InvariantCulture));

    private static async Task HeardAsync(Func<Task<bool>> isSo)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await isSo())
        {
            await Task.Delay(10, patience.Token);
        }
    }

    private ServiceProvider Start()
        => new ServiceCollection()
            .AddFastOrmCache("session", options =>
            {
                options.TimeProvider = _time;
                (options.PollInterval, options.TrustWhileDisconnected) = (TimeSpan.FromHours(1), TimeSpan.FromDays(1));
                options.UseRedis(_server.Address, redis => redis.Prefix = _prefix).AsDistributedCache();
            })
            .BuildServiceProvider();
}
