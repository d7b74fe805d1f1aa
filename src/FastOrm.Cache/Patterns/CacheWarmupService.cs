using FastOrm.Cache.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace FastOrm.Cache.Patterns;

/// <summary>
/// Runs the warm-ups when the host starts: before its other services if they have to wait, otherwise beside them.
/// </summary>
internal sealed class CacheWarmupService : IHostedLifecycleService, IDisposable
{
    private readonly IServiceScopeFactory _scopes;
    private readonly CacheWarmup[] _warmups;
    private readonly CacheWarmupOptions _options;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public CacheWarmupService(IServiceProvider services, IEnumerable<CacheWarmup> warmups)
    {
        services.GetRequiredService<ICache>(); // Also the static default cache is this one from now on.
        _scopes = services.GetRequiredService<IServiceScopeFactory>();
        _warmups = [.. warmups];
        _options = services.GetService<CacheWarmupOptions>() ?? new CacheWarmupOptions();
        _logger = Quietly.Logging(services.GetService<ILogger<CacheWarmupService>>() ?? NullLogger<CacheWarmupService>.Instance);
    }

    // The first of the stages: no other service has been started, so no request comes before the caches are warm.
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        if (!_options.BlocksStart && !_options.FailureStopsStart)
        {
            _running = Task.Run(() => RunAsync(_stop.Token), CancellationToken.None);
            return;
        }

        var ended = await RunAsync(cancellationToken).ConfigureAwait(false);
        var failed = ended.FirstOrDefault(static progress => progress.Failed > 0);
        if (_options.FailureStopsStart && failed is not null)
        {
            throw new InvalidOperationException(
                $"The cache warm-up \"{failed.Name}\" has failed ({failed.Done} of {failed.Total} items done, "
                + $"{failed.Failed} failed). Remove the cause, or unset CacheWarmupOptions.FailureStopsStart to start all the same.",
                failed.Error);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        Quietly.Cancel(_stop);
        await _running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => Quietly.Cancel(_stop);

    private async Task<CacheWarmupProgress[]> RunAsync(CancellationToken cancellationToken)
    {
        using var run = new WarmupRun(_scopes, _options.Parallelism);
        return await Task.WhenAll(_warmups.Select(async warmup =>
        {
            var report = new WarmupReport(warmup.Name, _options, _logger);
            await warmup.RunAsync(run, report, cancellationToken).ConfigureAwait(false);
            return report.Progress;
        })).ConfigureAwait(false);
    }
}
