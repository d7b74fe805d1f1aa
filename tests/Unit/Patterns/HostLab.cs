using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FastOrm.Cache.Tests.Unit.Patterns;

/// <summary>Starts and stops hosted services in the stages and the order in which a host does.</summary>
internal sealed class HostLab : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public HostLab(Action<IServiceCollection> add)
    {
        var services = new ServiceCollection();
        add(services);
        _services = services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true });
    }

    public IServiceProvider Services => _services;

    private IEnumerable<IHostedService> Hosted => _services.GetServices<IHostedService>();

    public async Task StartAsync(CancellationToken token = default)
    {
        await StageAsync(Hosted, service => service.StartingAsync(token));
        foreach (var service in Hosted)
        {
            await service.StartAsync(token);
        }

        await StageAsync(Hosted, service => service.StartedAsync(token));
    }

    public async Task StopAsync(CancellationToken token = default)
    {
        await StageAsync(Hosted.Reverse(), service => service.StoppingAsync(token));
        foreach (var service in Hosted.Reverse())
        {
            await service.StopAsync(token);
        }

        await StageAsync(Hosted.Reverse(), service => service.StoppedAsync(token));
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private static async Task StageAsync(IEnumerable<IHostedService> services, Func<IHostedLifecycleService, Task> run)
    {
        foreach (var service in services.OfType<IHostedLifecycleService>())
        {
            await run(service);
        }
    }
}
