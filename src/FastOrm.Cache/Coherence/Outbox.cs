using System.Runtime.InteropServices;

namespace FastOrm.Cache.Coherence;

/// <summary>The local invalidations that the shared tier is to be told of, in their order, and until it has acknowledged them.</summary>
/// <remarks>
/// One change is under way at a time, and what comes meanwhile goes with the next one, each slot and key once: so a burst of writes is few
/// messages. What could not be sent stays; beyond a bound it becomes the one stamp on which everything depends.
/// </remarks>
internal sealed class Outbox(CoherenceState state, long self, Func<RemoteChange, ValueTask<RemoteReading?>> send, TimeProvider time)
    : IDisposable
{
    /// <summary>The most different slots that wait; beyond that, everything is invalidated instead.</summary>
    /// <remarks>A message of so many takes Redis a fraction of the time of an operation.</remarks>
    public const int MaxSlots = 1 << 17;

    /// <summary>The most different keys that wait: as many as two slots each have room for.</summary>
    public const int MaxKeys = MaxSlots / 2;

    private static readonly TimeSpan[] Pauses
        = [TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)];

    private static readonly Task<RemoteReading?> Unread = Task.FromResult<RemoteReading?>(null);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stopped = new();
    private Batch? _next;
    private bool _isSending;
    private bool _isFailing;
    private Task _sender = Task.CompletedTask;

    /// <summary>The number of slots, keys and claims that wait.</summary>
    public int Count => Waiting.Count;

    /// <summary>The same, and whether they were so many that one slot stands for all of them.</summary>
    public (int Count, bool IsEverything) Waiting
    {
        get
        {
            lock (_gate)
            {
                return _next is { } next ? (next.Size, next.IsEverything) : default;
            }
        }
    }

    /// <summary>Changes the local stamps, and sends the change.</summary>
    /// <param name="slots">The slots, in the order in which they are changed here.</param>
    /// <param name="keys">The keys of values that leave the memory of the other nodes.</param>
    /// <param name="removed">The keys of entries that leave the tier.</param>
    /// <param name="read">The slots whose stamps the caller asks for.</param>
    /// <param name="relied">What the caller relies on.</param>
    /// <param name="changed">What the last of the local stamps became.</param>
    /// <param name="marker">A marker that ends with the change; zero for none.</param>
    /// <returns>What was read, once the tier has acknowledged the change; null as soon as it is known that this will take time.</returns>
    public Task<RemoteReading?> SendAsync(
        ReadOnlySpan<int> slots,
        ReadOnlySpan<string> keys,
        ReadOnlySpan<string> removed,
        ReadOnlySpan<int> read,
        IReadOnlyList<RemoteClaim>? relied,
        out long changed,
        long marker = 0)
    {
        changed = state.Change(slots);
        lock (_gate)
        {
            if (_stopped.IsCancellationRequested)
            {
                return Unread; // Nobody would end it.
            }

            _next ??= new Batch();
            _next.Add(state, slots, keys, removed, relied ?? [], marker == 0 ? [] : [marker]);
            if (_isFailing)
            {
                return Unread; // Nobody waits for a tier that does not answer.
            }

            var task = _next.Read(read);
            if (!_isSending)
            {
                _isSending = true;

                // It may go on for long, and not for whoever happened to be the first.
                using var ownContext = ExecutionContext.SuppressFlow();
                _sender = Task.Run(RunAsync);
            }

            return task;
        }
    }

    /// <summary>Until everything is sent that is waiting now.</summary>
    public async Task DrainAsync()
    {
        while (true)
        {
            Task sender;
            lock (_gate)
            {
                if (!_isSending)
                {
                    return;
                }

                sender = _sender;
            }

            await sender.ConfigureAwait(false);
        }
    }

    /// <summary>Lets what waits be sent, unless the tier does not answer, for as long as a caller waits for one operation.</summary>
    public void Finish(TimeSpan time)
    {
        lock (_gate)
        {
            if (_isFailing || !_isSending)
            {
                return;
            }
        }

        _ = DrainAsync().Wait(time);
    }

    /// <summary>Tries no longer. Who waits is told that nothing was read.</summary>
    public void Dispose()
    {
        _stopped.Cancel();
        lock (_gate)
        {
            _next?.End(null);
        }
    }

    private async Task RunAsync()
    {
        for (var failures = 0; ;)
        {
            Batch batch;
            lock (_gate)
            {
                if (_next is null || _stopped.IsCancellationRequested)
                {
                    _next?.End(null);
                    _isSending = false;
                    return;
                }

                (batch, _next) = (_next, null);
            }

            if (await TrySendAsync(batch).ConfigureAwait(false) is { } reading)
            {
                lock (_gate)
                {
                    (failures, _isFailing) = (0, false);
                }

                state.Acknowledge(batch.Slots);
                batch.End(reading);
                continue;
            }

            lock (_gate)
            {
                // What came meanwhile goes after it. It may have been carried out: to change a stamp once more does no harm.
                if (_next is { } later)
                {
                    batch.Absorb(state, later);
                }

                batch.End(null);
                (_next, _isFailing) = (batch, true);
            }

            await PauseAsync(Pauses[Math.Min(failures++, Pauses.Length - 1)]).ConfigureAwait(false);
        }
    }

    private async ValueTask<RemoteReading?> TrySendAsync(Batch batch)
    {
        try
        {
            return await send(batch.Change(self)).ConfigureAwait(false);
        }
        catch (Exception)
        {
            return null; // Whatever it was: what is not sent now would be kept, and nobody would send it.
        }
    }

    private async Task PauseAsync(TimeSpan pause)
    {
        try
        {
            await Task.Delay(pause, time, _stopped.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // It is seen by the loop.
        }
    }

    /// <summary>What one message tells.</summary>
    private sealed class Batch
    {
        private readonly List<int> _slots = [];
        private readonly HashSet<int> _distinct = [];
        private readonly HashSet<string> _keys = new(StringComparer.Ordinal);
        private readonly HashSet<string> _removed = new(StringComparer.Ordinal);
        private readonly HashSet<RemoteClaim> _relied = [];
        private readonly HashSet<long> _markers = [];
        private readonly List<int> _read = [];
        private List<(int From, int Count, TaskCompletionSource<RemoteReading?> Caller)>? _callers;

        /// <summary>Whether there were too many.</summary>
        public bool IsEverything { get; private set; }

        public int Size => _slots.Count + _keys.Count + _removed.Count + _relied.Count;

        public ReadOnlySpan<int> Slots => CollectionsMarshal.AsSpan(_slots);

        public RemoteChange Change(long self)
            => new(self, _slots.ToArray(), [.. _keys], [.. _removed], _read.ToArray(), [.. _relied]) { EndedMarkers = [.. _markers] };

        public void Add(
            CoherenceState state,
            ReadOnlySpan<int> slots,
            ReadOnlySpan<string> keys,
            ReadOnlySpan<string> removed,
            IReadOnlyCollection<RemoteClaim> relied,
            IReadOnlyCollection<long> markers)
        {
            AddSlots(state, slots);
            _relied.UnionWith(relied);
            _markers.UnionWith(markers);
            foreach (var key in keys)
            {
                _keys.Add(key);
            }

            foreach (var key in removed)
            {
                _removed.Add(key);
            }

            if (_slots.Count + _relied.Count > MaxSlots || Math.Max(Math.Max(_keys.Count, _removed.Count), _markers.Count) > MaxKeys)
            {
                Overflow(state);
            }
        }

        public Task<RemoteReading?> Read(ReadOnlySpan<int> read)
        {
            var caller = new TaskCompletionSource<RemoteReading?>(TaskCreationOptions.RunContinuationsAsynchronously);
            (_callers ??= []).Add((_read.Count, read.Length, caller));
            _read.AddRange(read);
            return caller.Task;
        }

        public void Absorb(CoherenceState state, Batch later)
        {
            IsEverything |= later.IsEverything;
            Add(state, later.Slots, [.. later._keys], [.. later._removed], later._relied, later._markers);
            foreach (var (from, count, caller) in later._callers ?? [])
            {
                (_callers ??= []).Add((_read.Count + from, count, caller));
            }

            _read.AddRange(later._read);
        }

        /// <summary>Answers those who wait. The change may still have to be sent.</summary>
        public void End(RemoteReading? reading)
        {
            var isWhole = reading?.Stamps.Length == _read.Count;
            foreach (var (from, count, caller) in _callers ?? [])
            {
                caller.TrySetResult(isWhole ? reading! with { Stamps = reading.Stamps.AsSpan(from, count).ToArray() } : null);
            }

            _callers = null;
            _read.Clear();
        }

        // In the order in which they came: what reads many rows depends on the stamp of their table, which changes before theirs.
        private void AddSlots(CoherenceState state, ReadOnlySpan<int> slots)
        {
            foreach (var slot in slots)
            {
                if (_distinct.Add(slot))
                {
                    _slots.Add(slot);
                }
                else
                {
                    state.Acknowledge([slot]); // It is still unsent: the one that waits stands for both.
                }
            }
        }

        // Everything depends on the first stamp: so it stands for all others.
        private void Overflow(CoherenceState state)
        {
            IsEverything = true;
            int[] everything = [0];
            state.ChangeEverything(everything);
            state.Acknowledge(Slots);
            _slots.Clear();
            _distinct.Clear();
            AddSlots(state, everything);
            _keys.Clear();
            _removed.Clear();
            _relied.Clear();
            _markers.Clear(); // Their time will be over.
            End(null); // Who has set a value would store it after that.
        }
    }
}
