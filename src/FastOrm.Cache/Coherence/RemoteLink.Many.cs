using FastOrm.Cache.Stamps;

namespace FastOrm.Cache.Coherence;

/// <content>Several entries in one round trip.</content>
internal sealed partial class RemoteLink
{
    /// <summary>Looks for several entries, as is done for one, in as few round trips.</summary>
    /// <param name="keys">The keys of the entries.</param>
    /// <param name="seen">For each the local stamps on which it depends, read before.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public async ValueTask<RemoteLook?[]> LookAsync(string[] keys, Dependency[][] seen, CancellationToken cancellationToken)
    {
        var looks = new RemoteLook?[keys.Length];
        var own = Array.ConvertAll(seen, static dependencies => SlotsOf(dependencies));
        var slots = new SlotSet(2 * keys.Length);
        foreach (var named in own)
        {
            slots.Add(named);
        }

        if (await AskAsync(slots.Slots, keys, cancellationToken).ConfigureAwait(false) is not { } reading)
        {
            return looks;
        }

        var era = reading.Position.Era;
        var entries = new Envelope?[keys.Length];
        var more = new SlotSet(0);
        for (var i = 0; i < keys.Length; i++)
        {
            entries[i] = reading.Entries[i] is { } bytes ? Known(keys[i], bytes, era) : null;
            if (entries[i] is { } entry && !entry.Slots.AsSpan().SequenceEqual(own[i]))
            {
                more.Add(entry.Slots); // It depends on something that the caller has not named.
            }
        }

        var second = await ReadMoreAsync(more, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < keys.Length; i++)
        {
            var stamps = slots.Of(own[i], reading.Stamps);
            looks[i] = entries[i] is { } entry && Dependencies(entry, (own[i], stamps, seen[i]), reading.Position, second) is { } dependencies
                ? new RemoteLook(keys[i], era, own[i], stamps, entry, dependencies)
                : MayKeep(own[i], stamps) ? new RemoteLook(keys[i], era, own[i], stamps, Entry: null, seen[i]) : null;
        }

        return looks;
    }

    private Envelope? Known(string key, byte[] bytes, long era)
        => Read(key, bytes) is { } entry && entry.Era == era && AreSlots(entry.Slots) ? entry : null;

    private async ValueTask<(SlotSet Slots, Dependency[] Seen, RemoteReading? Reading)> ReadMoreAsync(
        SlotSet more, CancellationToken cancellationToken)
    {
        if (more.Slots.Length == 0)
        {
            return (more, [], null);
        }

        var seen = Array.ConvertAll(more.Slots, slot => _stamps.At(slot).Seen());
        return (more, seen, await TryReadAsync(more.Slots, cancellationToken).ConfigureAwait(false));
    }

    private Dependency[]? Dependencies(
        Envelope entry,
        (int[] Slots, long[] Stamps, Dependency[] Seen) own,
        RemotePosition position,
        (SlotSet Slots, Dependency[] Seen, RemoteReading? Reading) second)
    {
        if (entry.Slots.AsSpan().SequenceEqual(own.Slots))
        {
            return _state.IsValid(entry.Era, entry.Stamps, position, own.Stamps) ? own.Seen : null;
        }

        return second.Reading is { } reading
            && second.Slots.Has(entry.Slots)
            && _state.IsValid(entry.Era, entry.Stamps, reading.Position, second.Slots.Of(entry.Slots, reading.Stamps))
                ? Array.ConvertAll(entry.Slots, slot => second.Seen[second.Slots.IndexOf(slot)])
                : null;
    }

    /// <summary>Slots, each once.</summary>
    private sealed class SlotSet(int capacity)
    {
        private readonly Dictionary<int, int> _indexes = new(capacity);
        private readonly List<int> _slots = new(capacity);
        private int[]? _array;

        public int[] Slots => _array ??= [.. _slots];

        public void Add(int[] slots)
        {
            _array = null;
            foreach (var slot in slots)
            {
                if (_indexes.TryAdd(slot, _slots.Count))
                {
                    _slots.Add(slot);
                }
            }
        }

        public bool Has(int[] slots) => Array.TrueForAll(slots, _indexes.ContainsKey);

        public int IndexOf(int slot) => _indexes[slot];

        public long[] Of(int[] slots, long[] values)
        {
            var of = new long[slots.Length];
            for (var i = 0; i < of.Length; i++)
            {
                of[i] = values[_indexes[slots[i]]];
            }

            return of;
        }
    }
}
