using FastOrm.Cache.Stamps;

namespace FastOrm.Cache.Diagnostics;

/// <summary>The last invalidations of a cache, and which of them was the last to change a stamp.</summary>
/// <remarks>
/// To note one costs one object and a number for each of its stamps, and takes no lock. Who was the last is kept in a table that is far
/// smaller than that of the stamps: a place tells its slot, so of two slots that share one the older loses its cause, and none ever gets that
/// of the other.
/// </remarks>
internal sealed class InvalidationLog(TimeProvider time)
{
    /// <summary>How many are kept. A power of two.</summary>
    public const int Capacity = 256;

    private const int Places = 1 << 14;
    private const int NumberBits = 40;
    private const long NumberMask = (1L << NumberBits) - 1;
    private const int SlotBits = 63 - NumberBits;

    private readonly InvalidationNote?[] _last = new InvalidationNote?[Capacity];
    private readonly long[] _places = new long[Places]; // The slot, and the number of the last that changed it.
    private readonly long[] _byCause = new long[Enum.GetValues<InvalidationCause>().Length];
    private long _count;

    /// <summary>The last invalidations, the newest first.</summary>
    public IReadOnlyList<CacheInvalidation> Recent
    {
        get
        {
            var recent = new List<CacheInvalidation>(Capacity);
            for (var number = Volatile.Read(ref _count); number > 0 && recent.Count < Capacity; number--)
            {
                if (Find(number) is { } note)
                {
                    recent.Add(note.Snapshot());
                }
                else if (recent.Count > 0)
                {
                    break; // Only the newest may not be there yet.
                }
            }

            return recent;
        }
    }

    /// <summary>How many there were of a cause.</summary>
    public long CountOf(InvalidationCause cause) => Volatile.Read(ref _byCause[(int)cause]);

    /// <summary>Notes an invalidation that is about to change stamps: whoever sees the new ones finds its cause.</summary>
    /// <param name="note">What is noted of it; one that was noted before is noted as happening again.</param>
    /// <param name="stamps">The stamps.</param>
    public void Note(InvalidationNote note, ReadOnlySpan<Stamp> stamps)
    {
        Enter(note, stamps.Length);
        foreach (var stamp in stamps)
        {
            Mark(stamp.Slot, note.Number);
        }
    }

    /// <summary>The same by the numbers of the slots, which may come from elsewhere.</summary>
    public void Note(InvalidationNote note, ReadOnlySpan<int> slots)
    {
        Enter(note, slots.Length);
        foreach (var slot in slots)
        {
            Mark(slot, note.Number);
        }
    }

    /// <summary>The latest of the last invalidations that has changed one of the stamps, or null.</summary>
    /// <param name="dependencies">The stamps.</param>
    /// <param name="onlyChanged">Whether those count alone that have changed since they were read.</param>
    public InvalidationNote? LastOf(ReadOnlySpan<Dependency> dependencies, bool onlyChanged = false)
    {
        var latest = 0L;
        foreach (ref readonly var dependency in dependencies)
        {
            if (!onlyChanged || !dependency.IsCurrent)
            {
                latest = Math.Max(latest, NumberOf(dependency.Slot));
            }
        }

        return Find(latest);
    }

    /// <summary>An entry was found dead by its stamps: it counts once.</summary>
    public void FoundDead(LocalCacheEntry entry)
    {
        if (entry.IsFirstDeath())
        {
            LastOf(entry.Dependencies, onlyChanged: true)?.Dropped(1);
        }
    }

    private void Enter(InvalidationNote note, int stamps)
    {
        note.At = time.GetUtcNow().UtcTicks;
        note.Stamps = stamps;
        if (note.Number != 0 && Find(note.Number) is not null)
        {
            return; // A write whose end nobody tells is invalidated by each look-up until it is known.
        }

        note.Number = Interlocked.Increment(ref _count);
        Volatile.Write(ref _last[note.Number % Capacity], note);
        Interlocked.Increment(ref _byCause[(int)note.Cause]);
    }

    private void Mark(int slot, long number)
    {
        if ((uint)slot < 1u << SlotBits)
        {
            Volatile.Write(ref _places[slot % Places], ((long)slot << NumberBits) | (number & NumberMask));
        }
    }

    private long NumberOf(int slot)
        => Volatile.Read(ref _places[slot % Places]) is var place && place >> NumberBits == slot ? place & NumberMask : 0;

    // One that was overtaken by 256 others is forgotten.
    private InvalidationNote? Find(long number)
        => Volatile.Read(ref _last[number % Capacity]) is { } note && note.Number == number ? note : null;
}
