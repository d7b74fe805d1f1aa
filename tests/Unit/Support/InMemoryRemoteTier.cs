namespace FastOrm.Cache.Tests.Unit.Support;

/// <summary>The tier of one node, in the memory that the nodes of a test share. A call is over when it returns, unless it has to wait at the store's gate.</summary>
internal sealed class InMemoryRemoteTier(InMemoryRemoteStore store) : IRemoteCacheTier
{
    private volatile bool _isDisposed;

    public ValueTask<RemoteReading?> ReadAsync(
        ReadOnlyMemory<int> stamps, IReadOnlyList<string> keys, CancellationToken cancellationToken)
        => Do<RemoteReading?>(() => store.Read(stamps.Span, keys), cancellationToken);

    public ValueTask<RemoteReading> ChangeAsync(RemoteChange change, CancellationToken cancellationToken)
        => Do(() => store.Change(change), cancellationToken);

    public ValueTask<RemotePosition> ClaimAsync(IReadOnlyList<RemoteClaim> claims, CancellationToken cancellationToken)
        => Do(() => store.Claim(claims), cancellationToken);

    public ValueTask<bool> MarkAsync(RemoteMarker marker, CancellationToken cancellationToken)
        => Do(() => store.Mark(marker), cancellationToken);

    public async ValueTask RenewAsync(long id, TimeSpan life, CancellationToken cancellationToken)
        => await Do(() => Done(() => store.Renew(id, life)), cancellationToken);

    public async ValueTask SweepAsync(CancellationToken cancellationToken) => await Do(() => Done(store.Sweep), cancellationToken);

    public async ValueTask StoreAsync(IReadOnlyList<RemoteEntry> entries, CancellationToken cancellationToken)
    {
        await store.BeginStore().WaitAsync(cancellationToken);
        await Do(() => Done(() => store.Store(entries)), cancellationToken);
        store.OnStored?.Invoke();
    }

    public async ValueTask ProlongAsync(string key, TimeSpan ttl, CancellationToken cancellationToken)
        => await Do(() => Done(() => store.Prolong(key, ttl)), cancellationToken);

    public ValueTask<bool> TryLeaseAsync(string key, string holder, TimeSpan time, CancellationToken cancellationToken)
        => Do(() => store.TryLease(key, holder, time), cancellationToken);

    public async ValueTask ReleaseAsync(string key, string holder, CancellationToken cancellationToken)
        => await Do(() => Done(() => store.Release(key, holder)), cancellationToken);

    public ValueTask<IAsyncDisposable> ListenAsync(
        Action<RemoteMessage> onChange, Action onLost, CancellationToken cancellationToken)
        => Do<IAsyncDisposable>(() => new RemoteListener(store, onChange, onLost), cancellationToken);

    public ValueTask DisposeAsync()
    {
        _isDisposed = true;
        return default;
    }

    private ValueTask<T> Do<T>(Func<T> action, CancellationToken cancellationToken)
        => store.Gate.IsCompleted ? DoNow(action, cancellationToken) : DoLaterAsync(action, cancellationToken);

    private async ValueTask<T> DoLaterAsync<T>(Func<T> action, CancellationToken cancellationToken)
    {
        await store.Gate.WaitAsync(cancellationToken);
        return await DoNow(action, cancellationToken);
    }

    private ValueTask<T> DoNow<T>(Func<T> action, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<T>(cancellationToken);
        }

        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            store.OnCall?.Invoke();
            return store.Failure is { } failure ? ValueTask.FromException<T>(failure) : new ValueTask<T>(action());
        }
        catch (ObjectDisposedException error)
        {
            return ValueTask.FromException<T>(error);
        }
    }

    private static bool Done(Action action)
    {
        action();
        return true;
    }
}

/// <summary>One who listens.</summary>
internal sealed class RemoteListener : IAsyncDisposable
{
    private readonly InMemoryRemoteStore _store;
    private readonly Action<RemoteMessage> _onChange;
    private readonly Action _onLost;

    public RemoteListener(InMemoryRemoteStore store, Action<RemoteMessage> onChange, Action onLost)
    {
        (_store, _onChange, _onLost) = (store, onChange, onLost);
        store.Add(this);
    }

    /// <summary>Tells of a change, or that some may have been missed.</summary>
    public void Hear(RemoteMessage? message)
    {
        if (message is null)
        {
            _onLost();
        }
        else
        {
            _onChange(message);
        }
    }

    public ValueTask DisposeAsync()
    {
        _store.Remove(this);
        return default;
    }
}
