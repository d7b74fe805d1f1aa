using System.Runtime.InteropServices;
using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.Stamps;

namespace FastOrm.Cache.Coherence;

/// <content>Look-ups: one entry or many are asked for, and each is judged by the same rule.</content>
internal sealed partial class RemoteLink
{
    /// <summary>Looks for an entry, and reads the stamps under which it could be stored.</summary>
    /// <param name="key">The key of the entry.</param>
    /// <param name="seen">The local stamps on which it depends, read before.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <returns>What was read, or null if the tier cannot be asked: then nothing is stored there either.</returns>
    public async ValueTask<RemoteLook?> LookAsync(string key, Dependency[] seen, CancellationToken cancellationToken)
    {
        if (await AskAsync(SlotsOf(seen), [key], cancellationToken).ConfigureAwait(false) is not { } reading)
        {
            return null;
        }

        var look = Judge(key, reading.Entries[0], seen, reading.Stamps, reading.Position, out var open);
        return Allowed(open is null
            ? look
            : Judge(look, open, await ReadMoreAsync(new SlotTable(open.Slots), cancellationToken).ConfigureAwait(false)));
    }

    /// <summary>Looks for several entries, as is done for one, in as few round trips.</summary>
    /// <param name="keys">The keys of the entries.</param>
    /// <param name="seen">For each the local stamps on which it depends, read before.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public async ValueTask<RemoteLook?[]> LookAsync(string[] keys, Dependency[][] seen, CancellationToken cancellationToken)
    {
        var looks = new RemoteLook?[keys.Length];
        var table = new SlotTable(2 * keys.Length + 4); // Entities have two of their own, values one, and all some in common.
        var places = new int[seen.Length][];
        for (var i = 0; i < places.Length; i++)
        {
            places[i] = i == 0 ? table.Add(seen[0], [], []) : table.Add(seen[i], seen[i - 1], places[i - 1]);
        }

        if (await AskAsync(table.Slots, keys, cancellationToken).ConfigureAwait(false) is not { } reading)
        {
            return looks;
        }

        var opens = new Envelope?[keys.Length];
        var more = new SlotTable();
        var stamps = new long[seen.Select(static dependencies => dependencies.Length).DefaultIfEmpty().Max()];
        for (var i = 0; i < keys.Length; i++)
        {
            var read = stamps.AsSpan(0, seen[i].Length);
            Pick(reading.Stamps, places[i], read);
            looks[i] = Judge(keys[i], reading.Entries[i], seen[i], read, reading.Position, out opens[i]);
            more.Add(opens[i]?.Slots);
        }

        if (more.Slots.Length > 0)
        {
            var second = await ReadMoreAsync(more, cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < keys.Length; i++)
            {
                looks[i] = opens[i] is { } open ? Judge(looks[i]!, open, second) : looks[i];
            }
        }

        for (var i = 0; i < looks.Length; i++)
        {
            looks[i] = Allowed(looks[i]!);
        }

        return looks;
    }

    /// <summary>What a reading says of an entry.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="bytes">Its bytes, if there are any.</param>
    /// <param name="seen">The local stamps on which it should depend.</param>
    /// <param name="stamps">The shared ones, as they were read.</param>
    /// <param name="position">Where they were read.</param>
    /// <param name="open">The entry, if it depends on something that the caller has not named: that takes one more question.</param>
    private RemoteLook Judge(
        string key, byte[]? bytes, Dependency[] seen, ReadOnlySpan<long> stamps, RemotePosition position, out Envelope? open)
    {
        open = null;
        if (bytes is not null && Read(key, bytes) is { } entry)
        {
            if (!AreOf(entry.Slots, seen))
            {
                open = entry.Era == position.Era && AreSlots(entry.Slots) ? entry : null;
            }
            else if (_state.IsValid(entry.Era, entry.Stamps, position, stamps))
            {
                return new RemoteLook(key, position.Era, entry.Slots, entry.Stamps, entry, seen);
            }
        }

        return new RemoteLook(key, position.Era, SlotsOf(seen), stamps.ToArray(), Entry: null, seen);
    }

    /// <summary>What one more question says of an entry that has named its stamps itself.</summary>
    private RemoteLook Judge(RemoteLook look, Envelope open, (SlotTable Table, Dependency[] Seen, RemoteReading? Reading) second)
    {
        if (second.Reading is not { } reading)
        {
            return look;
        }

        var (seen, stamps) = (new Dependency[open.Slots.Length], new long[open.Slots.Length]);
        for (var i = 0; i < seen.Length; i++)
        {
            var index = second.Table.IndexOf(open.Slots[i]);
            (seen[i], stamps[i]) = (second.Seen[index], reading.Stamps[index]);
        }

        return _state.IsValid(open.Era, open.Stamps, reading.Position, stamps) ? look with { Entry = open, Dependencies = seen } : look;
    }

    private async ValueTask<(SlotTable Table, Dependency[] Seen, RemoteReading? Reading)> ReadMoreAsync(
        SlotTable table, CancellationToken cancellationToken)
    {
        var seen = Array.ConvertAll(table.Slots, slot => _stamps.At(slot).Seen());
        return (table, seen, await TryReadAsync(table.Slots, cancellationToken).ConfigureAwait(false));
    }

    // Where something is about to be committed what is loaded is not kept, and so not stored either.
    private RemoteLook? Allowed(RemoteLook look) => look.Entry is not null || MayKeep(look.Slots, look.Stamps) ? look : null;

    /// <summary>Reads an entry that was found; null, and counted, if it is none of this cache.</summary>
    private Envelope? Read(string key, byte[] bytes)
    {
        var plain = _terms.Cipher is { } cipher ? cipher.Decrypt(key, bytes) : bytes;
        if (plain is null)
        {
            _counters.Bypass(RemoteBypasses.Undecipherable);
            return null;
        }

        var entry = Envelope.TryRead(key, plain);
        if (entry is null)
        {
            _counters.Bypass(RemoteBypasses.Foreign);
        }

        return entry;
    }

    private static void Pick(long[] stamps, int[] places, Span<long> picked)
    {
        for (var i = 0; i < picked.Length; i++)
        {
            picked[i] = stamps[places[i]];
        }
    }

    // Nothing that was stored depends on nothing.
    private bool AreSlots(int[] slots)
    {
        foreach (var slot in slots)
        {
            if ((uint)slot >= (uint)_stamps.Count)
            {
                return false;
            }
        }

        return slots.Length > 0;
    }

    private static bool AreOf(int[] slots, Dependency[] dependencies)
    {
        if (slots.Length != dependencies.Length)
        {
            return false;
        }

        for (var i = 0; i < slots.Length; i++)
        {
            if (slots[i] != dependencies[i].Slot)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Slots, each once, in the order in which they are asked for.</summary>
    private sealed class SlotTable(int capacity = 0)
    {
        private readonly Dictionary<int, int> _indexes = new(capacity);
        private int[]? _slots;

        public SlotTable(int[] slots)
            : this(slots.Length)
        {
            Add(slots);
        }

        // Asked for when all are added. They come in the order in which they were added, since none is ever removed.
        public int[] Slots => _slots ??= [.. _indexes.Keys];

        /// <param name="dependencies">What is added.</param>
        /// <param name="last">What was added before, which most often has much in common with it, at the same places.</param>
        /// <param name="lastPlaces">What that has given.</param>
        /// <returns>The place of each among all that are asked for.</returns>
        public int[] Add(Dependency[] dependencies, Dependency[] last, int[] lastPlaces)
        {
            var places = new int[dependencies.Length];
            for (var i = 0; i < places.Length; i++)
            {
                var slot = dependencies[i].Slot;
                places[i] = i < last.Length && last[i].Slot == slot ? lastPlaces[i] : Add(slot);
            }

            return places;
        }

        public void Add(int[]? slots)
        {
            foreach (var slot in slots ?? [])
            {
                Add(slot);
            }
        }

        public int IndexOf(int slot) => _indexes[slot];

        private int Add(int slot)
        {
            ref var index = ref CollectionsMarshal.GetValueRefOrAddDefault(_indexes, slot, out var exists);
            return exists ? index : index = _indexes.Count - 1;
        }
    }
}
