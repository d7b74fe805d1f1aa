using Microsoft.Extensions.Hosting;

namespace FastOrm.Cache.Patterns;

/// <summary>
/// Makes a write-behind queue when the host starts, so that wrong options are found then, and drains it when the host stops.
/// </summary>
internal sealed class WriteBehindService<T>(WriteBehindQueue<T> queue) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // The last of the stages: whoever puts values in (a web server, a worker) has stopped.
    public Task StoppedAsync(CancellationToken cancellationToken) => queue.StopAsync(cancellationToken);
}
