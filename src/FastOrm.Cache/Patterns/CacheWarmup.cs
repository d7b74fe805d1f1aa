namespace FastOrm.Cache.Patterns;

/// <summary>A registered warm-up.</summary>
internal abstract class CacheWarmup(string name)
{
    public string Name => name;

    /// <summary>Loads its items. Throws only if it is cancelled; what fails is told to the report.</summary>
    public abstract Task RunAsync(WarmupRun run, WarmupReport report, CancellationToken cancellationToken);
}

/// <summary>A warm-up of items that are found when it runs.</summary>
internal sealed class CacheWarmup<TItem>(
    string name,
    Func<IServiceProvider, CancellationToken, Task<IReadOnlyCollection<TItem>>> find,
    Func<IServiceProvider, TItem, CancellationToken, Task> warm) : CacheWarmup(name)
{
    public override async Task RunAsync(WarmupRun run, WarmupReport report, CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyCollection<TItem> items = [];
            await run.InScopeAsync(FindAsync, cancellationToken).ConfigureAwait(false);
            report.Found(items.Count);
            await WarmAsync(run, report, items, cancellationToken).ConfigureAwait(false);

            async Task FindAsync(IServiceProvider services, CancellationToken token)
                => items = await find(services, token).ConfigureAwait(false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            report.Failed(exception);
        }

        report.Ended();
    }

    private Task WarmAsync(
        WarmupRun run, WarmupReport report, IReadOnlyCollection<TItem> items, CancellationToken cancellationToken)
        => Parallel.ForEachAsync(
            items,
            new ParallelOptions { MaxDegreeOfParallelism = run.Parallelism, CancellationToken = cancellationToken },
            async (item, token) =>
            {
                try
                {
                    await run.InScopeAsync((services, inner) => warm(services, item, inner), token).ConfigureAwait(false);
                    report.Done();
                }
                catch (Exception exception) when (!token.IsCancellationRequested)
                {
                    report.Failed(exception);
                }
            });
}
