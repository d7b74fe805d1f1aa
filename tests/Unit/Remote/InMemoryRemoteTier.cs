namespace FastOrm.Cache.Tests.Unit.Remote;

/// <summary>A tier for several caches of one process: what a server does, with a switch for its troubles.</summary>
internal sealed class InMemoryRemoteTier(TimeProvider time) : IRemoteCacheTier
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, long> _stamps = [];
    private readonly Dictionary<string, (ReadOnlyMemory<byte> Bytes, DateTimeOffset Until)> _entries = [];
    private readonly Dictionary<string, (string Holder, DateTimeOffset Until)> _leases = [];
    private readonly List<Listener> _listeners = [];
    private RemotePosition _position = NewPosition();

    /// <summary>Every operation fails.</summary>
    public bool IsDown { get; set; }

    /// <summary>Messages reach nobody.</summary>
    public bool IsMute { get; set; }

    public int Reads { get; private set; }

    public int Changes { get; private set; }

    public int Stores { get; private set; }

    public IReadOnlyCollection<string> Keys
    {
        get
        {
            lock (_gate)
            {
                return [.. _entries.Keys];
            }
        }
    }

    /// <summary>The next operations wait for this.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public async ValueTask<RemoteReading?> ReadAsync(
        ReadOnlyMemory<int> stamps, IReadOnlyList<string> keys, bool createsStamps, CancellationToken cancellationToken)
    {
        await BeginAsync(cancellationToken);
        lock (_gate)
        {
            Reads++;
            return Read(stamps.Span, keys, createsStamps);
        }
    }

    public async ValueTask<RemoteReading> ChangeAsync(RemoteChange change, CancellationToken cancellationToken)
    {
        await BeginAsync(cancellationToken);
        lock (_gate)
        {
            Changes++;
            var value = Random.Shared.NextInt64(1, long.MaxValue);
            foreach (var slot in change.Stamps.Span)
            {
                _stamps[slot] = value;
            }

            foreach (var key in change.Removed)
            {
                _entries.Remove(key);
            }

            _position = _position with { Counter = _position.Counter + 1 };
            foreach (var listener in IsMute ? [] : _listeners.ToArray())
            {
                listener.OnChange(new RemoteMessage(_position, change.Source, change.Stamps.ToArray(), change.Keys));
            }

            return Read(change.Read.Span, [], createsStamps: true);
        }
    }

    public async ValueTask StoreAsync(IReadOnlyList<RemoteEntry> entries, CancellationToken cancellationToken)
    {
        await BeginAsync(cancellationToken);
        lock (_gate)
        {
            Stores++;
            foreach (var entry in entries)
            {
                _entries[entry.Key] = (entry.Bytes, entry.Ttl is { } ttl ? time.GetUtcNow() + ttl : DateTimeOffset.MaxValue);
            }
        }
    }

    public async ValueTask<bool> TryLeaseAsync(string key, string holder, TimeSpan duration, CancellationToken cancellationToken)
    {
        await BeginAsync(cancellationToken);
        lock (_gate)
        {
            if (_leases.TryGetValue(key, out var lease) && lease.Until > time.GetUtcNow())
            {
                return false;
            }

            _leases[key] = (holder, time.GetUtcNow() + duration);
            return true;
        }
    }

    public async ValueTask ReleaseAsync(string key, string holder, CancellationToken cancellationToken)
    {
        await BeginAsync(cancellationToken);
        lock (_gate)
        {
            if (_leases.TryGetValue(key, out var lease) && lease.Holder == holder)
            {
                _leases.Remove(key);
            }
        }
    }

    public async ValueTask<IAsyncDisposable> ListenAsync(Action<RemoteMessage> onChange, Action onLost, CancellationToken cancellationToken)
    {
        await BeginAsync(cancellationToken);
        lock (_gate)
        {
            var listener = new Listener(this, onChange, onLost);
            _listeners.Add(listener);
            return listener;
        }
    }

    /// <summary>Everything is lost, as when a server restarts empty.</summary>
    public void Empty()
    {
        lock (_gate)
        {
            _stamps.Clear();
            _entries.Clear();
            _position = NewPosition();
        }
    }

    /// <summary>Changes the bytes of an entry.</summary>
    public void Tamper(string key, Func<byte[], byte[]> change)
    {
        lock (_gate)
        {
            var (bytes, until) = _entries[key];
            _entries[key] = (change(bytes.ToArray()), until);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static RemotePosition NewPosition() => new(Random.Shared.NextInt64(1, long.MaxValue), Random.Shared.Next());

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        await Gate.WaitAsync(cancellationToken);
        if (IsDown)
        {
            throw new InvalidOperationException("The tier is down.");
        }
    }

    private RemoteReading Read(ReadOnlySpan<int> stamps, IReadOnlyList<string> keys, bool createsStamps)
    {
        var values = new long[stamps.Length];
        for (var i = 0; i < values.Length; i++)
        {
            if (!_stamps.TryGetValue(stamps[i], out values[i]) && createsStamps)
            {
                values[i] = _stamps[stamps[i]] = Random.Shared.NextInt64(1, long.MaxValue);
            }
        }

        return new RemoteReading(_position, values, [.. keys.Select(Entry)]);
    }

    private ReadOnlyMemory<byte>? Entry(string key)
        => _entries.TryGetValue(key, out var entry) && entry.Until > time.GetUtcNow()
            ? entry.Bytes
            : (ReadOnlyMemory<byte>?)null;

    private sealed class Listener(InMemoryRemoteTier tier, Action<RemoteMessage> onChange, Action onLost) : IAsyncDisposable
    {
        public Action<RemoteMessage> OnChange => onChange;

        public Action OnLost => onLost;

        public ValueTask DisposeAsync()
        {
            lock (tier._gate)
            {
                tier._listeners.Remove(this);
            }

            return ValueTask.CompletedTask;
        }
    }
}
