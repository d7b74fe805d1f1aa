using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace FastOrm.Cache.Tests.Unit.Diagnostics;

public sealed class HealthCheckTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly InMemoryRemoteStore _store;
    private ServiceProvider? _services;

    public HealthCheckTests() => _store = new InMemoryRemoteStore(_time);

    public void Dispose() => _services?.Dispose();

    [Fact]
    public async Task A_cache_in_memory_is_well_until_it_is_switched_off()
    {
        var cache = Setup(static _ => { });
        var well = await CheckAsync();
        Assert.Equal((HealthStatus.Healthy, 0L), (well.Status, well.Data["entries"]));

        cache.IsEnabled = false;
        var off = await CheckAsync();
        Assert.Equal(HealthStatus.Degraded, off.Status);
        Assert.Contains("switched off", off.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_shared_tier_that_nobody_hears_is_degraded_and_never_worse()
    {
        _store.Failure = new TimeoutException();
        Setup(options => options.UseRemoteTier(_ => new InMemoryRemoteTier(_store)));
        var entry = await CheckAsync();

        Assert.Equal(HealthStatus.Degraded, entry.Status);
        Assert.Equal(false, entry.Data["listening"]);
        Assert.True(entry.Data.ContainsKey("breaker"));
        Assert.True(entry.Data.ContainsKey("backlog"));
    }

    [Fact]
    public async Task With_its_tier_it_is_well()
    {
        Setup(options => options.UseRemoteTier(_ => new InMemoryRemoteTier(_store)));
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync()).Status);
    }

    private ICache Setup(Action<FastOrmCacheOptions> configure)
    {
        var services = new ServiceCollection().AddLogging().AddFastOrmCache("session", options =>
        {
            options.TimeProvider = _time;
            configure(options);
        });
        services.AddHealthChecks().AddFastOrmCache("session", tags: ["ready"]);
        _services = services.BuildServiceProvider();
        return _services.GetRequiredService<ICacheProvider>().Get("session");
    }

    private async Task<HealthReportEntry> CheckAsync()
    {
        var report = await _services!.GetRequiredService<HealthCheckService>().CheckHealthAsync(static check => check.Tags.Contains("ready"));
        return report.Entries["fastorm-cache:session"];
    }
}
