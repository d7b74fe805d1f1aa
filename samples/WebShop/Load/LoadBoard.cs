using System.Runtime.CompilerServices;

namespace WebShop.Load;

/// <summary>Where everyone can see how the last run went, while it goes on. Thread-safe.</summary>
public sealed class LoadBoard(IHostApplicationLifetime lifetime)
{
    private readonly Lock _lock = new();
    private LoadState _state = LoadState.None;
    private TaskCompletionSource _changed = NewSignal();

    public LoadState State => Read().State;

    public void Show(LoadState state)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            _state = state;
            (changed, _changed) = (_changed, NewSignal());
        }

        changed.SetResult();
    }

    /// <summary>
    /// The state now and each one after it, until the page is closed or the shop stops. Whoever is slow misses some, but never the last.
    /// </summary>
    public async IAsyncEnumerable<LoadState> FollowAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        while (!end.IsCancellationRequested)
        {
            var (state, changed) = Read();
            yield return state;
            await changed.WaitAsync(end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private (LoadState State, Task Changed) Read()
    {
        lock (_lock)
        {
            return (_state, _changed.Task);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
