using System.Buffers.Binary;
using System.Security.Cryptography;

namespace FastOrm.Cache.Tests.Unit.Support;

/// <summary>
/// What the nodes of a test share: the simplest store that keeps the rules of a tier. It does what it is told to do wrong, and counts what it
/// is asked.
/// </summary>
internal sealed class InMemoryRemoteStore(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Lock _telling = new();
    private readonly Dictionary<string, (byte[] Bytes, DateTimeOffset? End)> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Holder, DateTimeOffset? End)> _leases = new(StringComparer.Ordinal);
    private readonly Dictionary<int, long> _stamps = [];
    private readonly Dictionary<long, (int[] Stamps, DateTimeOffset? End)> _markers = [];
    private readonly Queue<RemoteMessage?> _untold = [];
    private RemoteListener[] _listeners = [];
    private int _storesBegun;
    private RemotePosition _position = NewPosition();

    /// <summary>What every call throws, if anything.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Told of every call, in the context in which it comes.</summary>
    public Action? OnCall { get; set; }

    /// <summary>Told when something was stored, before who has stored it knows.</summary>
    public Action? OnStored { get; set; }

    /// <summary>Whether messages wait until <see cref="Tell"/>.</summary>
    public bool HoldsMessages { get; set; }

    /// <summary>Whether messages reach nobody.</summary>
    public bool LosesMessages { get; set; }

    /// <summary>Whether readings lack a stamp.</summary>
    public bool LosesStamps { get; set; }

    /// <summary>Calls wait for this before anything else.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>Stores wait for this.</summary>
    public Task StoreGate { get; set; } = Task.CompletedTask;

    public int Listeners => _listeners.Length;

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

    /// <summary>The keys that are leased.</summary>
    public IReadOnlyCollection<string> Leased
    {
        get
        {
            lock (_gate)
            {
                return [.. _leases.Where(lease => !IsOver(lease.Value.End)).Select(static lease => lease.Key)];
            }
        }
    }

    public int Reads { get; private set; }

    public int Changes { get; private set; }

    public int Stores { get; private set; }

    /// <summary>How often something was marked.</summary>
    public int Marks { get; private set; }

    public int Sweeps { get; private set; }

    /// <summary>Told of every marker, when it stands.</summary>
    public Action? OnMark { get; set; }

    /// <summary>Whether there is no room for markers.</summary>
    public bool RefusesMarkers { get; set; }

    /// <summary>The markers that stand.</summary>
    public int Markers => _markers.Count;

    public int Prolongs { get; private set; }

    public int StoresBegun => Volatile.Read(ref _storesBegun);

    /// <summary>Changes the bytes of an entry.</summary>
    public void Tamper(string key, Func<byte[], byte[]> change)
    {
        lock (_gate)
        {
            var (bytes, end) = _entries[key];
            _entries[key] = (change(bytes), end);
        }
    }

    /// <summary>Loses everything and begins a new era, as a server does that starts empty.</summary>
    public void Restart()
    {
        lock (_gate)
        {
            _entries.Clear();
            _leases.Clear();
            BeginEra();
        }
    }

    /// <summary>Begins a new era; entries stay, as those of a dump do.</summary>
    public void BeginEra()
    {
        lock (_gate)
        {
            _stamps.Clear();
            _markers.Clear();
            _position = NewPosition();
        }
    }

    /// <summary>Tells all listeners that they may have missed something.</summary>
    public void BreakListening()
    {
        lock (_gate)
        {
            _untold.Enqueue(null);
        }

        Tell();
    }

    /// <summary>Tells all listeners of a change that nobody has made.</summary>
    /// <param name="ahead">By how much its counter is ahead.</param>
    public void Pretend(long ahead)
    {
        lock (_gate)
        {
            _untold.Enqueue(new RemoteMessage(_position with { Counter = _position.Counter + ahead }, 0, default, []));
        }

        Tell();
    }

    /// <summary>Tells the messages that were held.</summary>
    public void Tell()
    {
        // One thread tells at a time, and what it is to tell stands in order: so who comes back from here has heard all that was before.
        lock (_telling)
        {
            while (true)
            {
                RemoteMessage? message;
                RemoteListener[] listeners;
                lock (_gate)
                {
                    if (!_untold.TryDequeue(out message))
                    {
                        return;
                    }

                    listeners = _listeners;
                }

                foreach (var listener in listeners)
                {
                    listener.Hear(message);
                }
            }
        }
    }

    internal RemoteReading Read(ReadOnlySpan<int> stamps, IReadOnlyList<string> keys)
    {
        lock (_gate)
        {
            Reads++;
            return new RemoteReading(_position, Values(LosesStamps ? stamps[1..] : stamps), [.. keys.Select(Find)]);
        }
    }

    internal RemoteReading Change(RemoteChange change)
    {
        RemoteReading reading;
        lock (_gate)
        {
            Changes++;
            reading = ChangeNow(change, out _);
        }

        TellNow();
        return reading;
    }

    internal bool Mark(RemoteMarker marker)
    {
        lock (_gate)
        {
            if (RefusesMarkers)
            {
                return false;
            }

            Marks++;
            ChangeNow(new RemoteChange(marker.Source, marker.Stamps, [], [], ReadOnlyMemory<int>.Empty, marker.Relied), out var marked);
            _markers[marker.Id] = (marked, End(marker.Life));
        }

        TellNow();
        OnMark?.Invoke();
        return true;
    }

    internal void Renew(long id, TimeSpan life)
    {
        lock (_gate)
        {
            if (_markers.TryGetValue(id, out var marker))
            {
                _markers[id] = marker with { End = End(life) };
            }
        }
    }

    internal void Sweep()
    {
        lock (_gate)
        {
            Sweeps++;
            long[] over = [.. _markers.Where(marker => IsOver(marker.Value.End)).Select(static marker => marker.Key)];
            if (over.Length == 0)
            {
                return;
            }

            ChangeNow(
                new RemoteChange(0, ReadOnlyMemory<int>.Empty, [], [], ReadOnlyMemory<int>.Empty, []) { EndedMarkers = over }, out _);
        }

        TellNow();
    }

    private RemoteReading ChangeNow(RemoteChange change, out int[] changed)
    {
        var more = new List<int>();
        foreach (var id in change.EndedMarkers)
        {
            if (_markers.Remove(id, out var marker))
            {
                more.AddRange(marker.Stamps);
            }
        }

        changed =
        [
            .. change.Stamps.Span,
            .. more,
            .. change.Relied.Where(claim => _stamps.GetValueOrDefault(claim.Stamp, claim.Value) != claim.Value).Select(static claim => claim.Otherwise),
        ];
        foreach (var slot in changed)
        {
            _stamps[slot] = NewValue();
        }

        foreach (var key in change.Removed)
        {
            _entries.Remove(key);
        }

        _position = _position with { Counter = _position.Counter + 1 };
        if (!LosesMessages)
        {
            _untold.Enqueue(new RemoteMessage(_position, change.Source, changed, [.. change.Keys]));
        }

        return new RemoteReading(_position, Values(change.Read.Span), []);
    }

    private void TellNow()
    {
        if (!HoldsMessages)
        {
            Tell();
        }
    }

    internal RemotePosition Claim(IReadOnlyList<RemoteClaim> claims)
    {
        lock (_gate)
        {
            foreach (var (stamp, value, _) in claims)
            {
                _stamps[stamp] = _stamps.GetValueOrDefault(stamp, value) == value ? value : RemoteClaim.Disputed;
            }

            return _position;
        }
    }

    internal Task BeginStore()
    {
        Interlocked.Increment(ref _storesBegun);
        return StoreGate;
    }

    internal void Store(IReadOnlyList<RemoteEntry> entries)
    {
        lock (_gate)
        {
            Stores++;
            foreach (var entry in entries)
            {
                _entries[entry.Key] = (entry.Bytes.ToArray(), End(entry.Ttl));
            }
        }
    }

    internal void Prolong(string key, TimeSpan ttl)
    {
        lock (_gate)
        {
            Prolongs++;
            if (Find(key) is { } bytes && _entries[key].End is { } end && !(End(ttl) <= end))
            {
                _entries[key] = (bytes, End(ttl));
            }
        }
    }

    internal bool TryLease(string key, string holder, TimeSpan lasts)
    {
        lock (_gate)
        {
            var isFree = !_leases.TryGetValue(key, out var lease) || IsOver(lease.End);
            if (isFree)
            {
                _leases[key] = (holder, End(lasts));
            }

            return isFree;
        }
    }

    internal void Release(string key, string holder)
    {
        lock (_gate)
        {
            if (_leases.TryGetValue(key, out var lease) && lease.Holder == holder)
            {
                _leases.Remove(key);
            }
        }
    }

    internal void Add(RemoteListener listener)
    {
        lock (_gate)
        {
            _listeners = [.. _listeners, listener];
        }
    }

    internal void Remove(RemoteListener listener)
    {
        lock (_gate)
        {
            _listeners = [.. _listeners.Where(other => other != listener)];
        }
    }

    private long[] Values(ReadOnlySpan<int> slots)
    {
        var values = new long[slots.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var slot = slots[i];
            values[i] = _markers.Values.Any(marker => marker.Stamps.Contains(slot)) ? RemoteMarker.Pending : _stamps.GetValueOrDefault(slot);
        }

        return values;
    }

    private byte[]? Find(string key)
        => _entries.TryGetValue(key, out var entry) && !IsOver(entry.End) ? entry.Bytes : null;

    private DateTimeOffset? End(TimeSpan? lasts)
        => lasts is { } span && span < DateTimeOffset.MaxValue - time.GetUtcNow() ? time.GetUtcNow() + span : null;

    private bool IsOver(DateTimeOffset? end) => end <= time.GetUtcNow();

    private static RemotePosition NewPosition() => new(NewValue(), NewValue() & (long.MaxValue >> 4));

    private static long NewValue()
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        RandomNumberGenerator.Fill(bytes);
        return BinaryPrimitives.ReadInt64LittleEndian(bytes) | 1;
    }
}
