using Microsoft.Extensions.DependencyInjection;

namespace FastOrm.Cache.Patterns;

/// <summary>What all warm-ups of a start share: the bound, and where their services come from.</summary>
internal sealed class WarmupRun(IServiceScopeFactory scopes, int parallelism) : IDisposable
{
    private readonly SemaphoreSlim _turns = new(parallelism, parallelism);

    public int Parallelism => parallelism;

    /// <summary>Runs the work with services of its own, when it is its turn.</summary>
    public async Task InScopeAsync(Func<IServiceProvider, CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        await _turns.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var scope = scopes.CreateAsyncScope();
            await using var ending = scope.ConfigureAwait(false);
            await work(scope.ServiceProvider, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turns.Release();
        }
    }

    public void Dispose() => _turns.Dispose();
}
