using Microsoft.Extensions.Hosting;

namespace FastOrm.Cache.EfCore.Entities;

/// <summary>Uses the contexts when the host starts, before any other service of it. They end with its services.</summary>
internal sealed class EntityContextsStart(EntityContexts contexts) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        contexts.Use();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
