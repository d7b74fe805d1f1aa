using FastOrm.Cache.Memory;
using FastOrm.Cache.Stamps;

namespace FastOrm.Cache.Engine;

/// <summary>One load that is led by one caller and may be waited for by others.</summary>
internal sealed class Load(LocalCacheKey key, Dependency[] seen, bool isSecond, TimeSpan maxWait, TimeProvider time)
{
    private Load? _successor;
    private LocalCacheEntry? _offered;
    private readonly TaskCompletionSource<LoadOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<LoadOutcome> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public LocalCacheKey Key => key;

    public bool IsFinished => _outcome.Task.IsCompleted;

    /// <summary>What those who wait may be served meanwhile: found by the leader in the tier that nodes share, its time being over.</summary>
    public LocalCacheEntry? Offered => Volatile.Read(ref _offered);

    /// <summary>The stamps as they were before the load began.</summary>
    public Dependency[] Seen => seen;

    /// <summary>Whether the load follows one that failed. A second failure goes to everyone who waits.</summary>
    public bool IsSecond => isSecond;

    /// <summary>The one load that follows this one: the candidate of the first caller, who leads it.</summary>
    public Load Successor(Load candidate, out bool leads)
    {
        var first = Interlocked.CompareExchange(ref _successor, candidate, null);
        leads = first is null;
        return first ?? candidate;
    }

    /// <summary>Tells those who wait how the load ended. Only the first call counts.</summary>
    public void Finish(LoadOutcome outcome)
    {
        _outcome.TrySetResult(outcome);
        _first.TrySetResult(outcome);
    }

    /// <summary>Gives those who wait something that they may go on with.</summary>
    public void Offer(LocalCacheEntry stale)
    {
        Volatile.Write(ref _offered, stale);
        _first.TrySetResult(LoadOutcome.Offered);
    }

    /// <summary>Waits for the end of the load, at most the bounded time.</summary>
    /// <param name="async">Whether to wait without blocking; otherwise the returned task is complete.</param>
    /// <param name="takesOffers">Whether an offer ends the wait, too.</param>
    /// <param name="cancellationToken">The waiter's own; cancelling it changes nothing for anyone else.</param>
    /// <exception cref="OperationCanceledException">The waiter was cancelled.</exception>
    public ValueTask<LoadOutcome> WaitAsync(bool async, bool takesOffers, CancellationToken cancellationToken)
        => WaitAsync(async, takesOffers, maxWait, cancellationToken);

    /// <summary>The same for one who has waited for other loads before, and has only some of the bounded time left.</summary>
    public async ValueTask<LoadOutcome> WaitAsync(bool async, bool takesOffers, TimeSpan left, CancellationToken cancellationToken)
    {
        var outcome = (takesOffers ? _first : _outcome).Task;
        if (maxWait == TimeSpan.Zero)
        {
            return LoadOutcome.NotShared;
        }

        if (!async)
        {
            return outcome.Wait(left, cancellationToken)
                ? await outcome.ConfigureAwait(false)
                : LoadOutcome.NotShared;
        }

        try
        {
            return await outcome.WaitAsync(left, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return LoadOutcome.NotShared;
        }
    }
}

/// <summary>How a load ended, for those who waited for it.</summary>
internal enum LoadEnd
{
    /// <summary>With a value that may be shared.</summary>
    Loaded,

    /// <summary>With something that is not shared, or not in time: each waiter loads for itself.</summary>
    NotShared,

    /// <summary>Its leader was cancelled: a waiter takes over.</summary>
    Cancelled,

    /// <summary>With an exception.</summary>
    Failed,

    /// <summary>Not yet: there is something stale that may be served meanwhile.</summary>
    Offered,
}

/// <summary>How a load ended and what it gave.</summary>
internal sealed record LoadOutcome(LoadEnd End, object? Value = null, Exception? Error = null)
{
    public static LoadOutcome NotShared { get; } = new(LoadEnd.NotShared);

    public static LoadOutcome Cancelled { get; } = new(LoadEnd.Cancelled);

    public static LoadOutcome Offered { get; } = new(LoadEnd.Offered);

    public static LoadOutcome Loaded(object value) => new(LoadEnd.Loaded, value);

    public static LoadOutcome Failed(Exception error) => new(LoadEnd.Failed, Error: error);
}
