using FastOrm.Cache.Diagnostics;
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
        var slots = new SlotSet();
        foreach (var dependencies in seen)
        {
            slots.Add(SlotsOf(dependencies));
        }

        if (await AskAsync(slots.Slots, keys, cancellationToken).ConfigureAwait(false) is not { } reading)
        {
            return looks;
        }

        var era = reading.Position.Era;
        var entries = new Envelope?[keys.Length];
        var more = new SlotSet();
        for (var i = 0; i < keys.Length; i++)
        {
            entries[i] = reading.Entries[i] is { } bytes ? Known(keys[i], bytes, era) : null;
            if (entries[i] is { } entry && !entry.Slots.AsSpan().SequenceEqual(SlotsOf(seen[i])))
            {
                more.Add(entry.Slots); // It depends on something that the caller has not named.
            }
        }

        var second = await ReadMoreAsync(more, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < keys.Length; i++)
        {
            var own = SlotsOf(seen[i]);
            var stamps = slots.Of(own, reading.Stamps);
            looks[i] = entries[i] is { } entry && Dependencies(entry, own, seen[i], (slots, reading), second) is { } dependencies
                ? new RemoteLook(keys[i], era, own, stamps, entry, dependencies)
                : new RemoteLook(keys[i], era, own, stamps, Entry: null, seen[i]);
        }

        return looks;
    }

    private Envelope? Known(string key, ReadOnlyMemory<byte> bytes, long era)
    {
        var entry = Envelope.TryRead(key, bytes);
        if (entry is null)
        {
            _counters.Bypass(RemoteBypasses.Foreign);
        }

        return entry?.Era == era && Array.TrueForAll(entry.Slots, slot => (uint)slot < (uint)_stamps.Count) ? entry : null;
    }

    private async ValueTask<(SlotSet Slots, Dependency[] Seen, RemoteReading? Reading)> ReadMoreAsync(
        SlotSet more, CancellationToken cancellationToken)
    {
        if (more.Slots.Length == 0)
        {
            return (more, [], null);
        }

        var seen = Array.ConvertAll(more.Slots, slot => _stamps.At(slot).Seen());
        var reading = _state.Ask(more.Slots) is { } question
            ? await ReadAsync(question, more.Slots, [], cancellationToken).ConfigureAwait(false)
            : null;
        return (more, seen, reading);
    }

    private Dependency[]? Dependencies(
        Envelope entry,
        int[] own,
        Dependency[] seen,
        (SlotSet Slots, RemoteReading Reading) first,
        (SlotSet Slots, Dependency[] Seen, RemoteReading? Reading) second)
    {
        if (entry.Slots.AsSpan().SequenceEqual(own))
        {
            return _state.IsValid(entry.Era, entry.Stamps, first.Reading.Position, first.Slots.Of(own, first.Reading.Stamps)) ? seen : null;
        }

        return second.Reading is { } reading
            && second.Slots.Has(entry.Slots)
            && _state.IsValid(entry.Era, entry.Stamps, reading.Position, second.Slots.Of(entry.Slots, reading.Stamps))
                ? Array.ConvertAll(entry.Slots, slot => second.Seen[second.Slots.IndexOf(slot)])
                : null;
    }

    /// <summary>Slots, each once.</summary>
    private sealed class SlotSet
    {
        private readonly Dictionary<int, int> _indexes = [];
        private readonly List<int> _slots = [];
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

        public long[] Of(int[] slots, long[] values) => Array.ConvertAll(slots, slot => values[_indexes[slot]]);
    }
}
