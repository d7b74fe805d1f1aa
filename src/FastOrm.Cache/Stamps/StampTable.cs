using System.Runtime.CompilerServices;

namespace FastOrm.Cache.Stamps;

/// <summary>
/// The stamps of one node: every tag hashes into a slot, and to invalidate a tag is to change the number in its slot.
/// </summary>
/// <remarks>
/// An entry keeps the numbers that it saw before its load began and is valid only while all of them still stand, so a load
/// that was overtaken by a write is dead on arrival. The table has a fixed size: there is nothing to reclaim and nothing to
/// leak, and two tags that share a slot are only invalidated together. Its pages are made when one of their slots is first used, so that a
/// cache of a few entries, of which an application may have many, takes a few pages and not megabytes.
/// </remarks>
internal sealed class StampTable(bool isShared = false)
{
    /// <summary>The slots for user tags, names and queries. A power of two.</summary>
    public const int TagSlots = 1 << 16;

    /// <summary>The slots for tables and databases. A power of two.</summary>
    public const int TableSlots = 1 << 14;

    /// <summary>The slots for rows and for the values of columns. A power of two.</summary>
    public const int RowSlots = 1 << 17;

    /// <summary>The slots for what tables are taken for, by nodes that share stamps. A power of two.</summary>
    public const int ShapeSlots = 1 << 12;

    /// <summary>The slots for the keys of values. A power of two.</summary>
    public const int GuardSlots = 1 << 16;

    /// <summary>The same where nodes share them: there an entry depends on the slot of its key for as long as it is stored.</summary>
    public const int SharedGuardSlots = 1 << 20;

    // The first slot is read on every hit: the rest of its cache line is left alone.
    private const int Tags = 8;
    private const int Tables = Tags + TagSlots;
    private const int Rows = Tables + TableSlots;
    private const int Shapes = Rows + RowSlots;
    private const int Guards = Shapes + ShapeSlots;

    private readonly int _guardMask = (isShared ? SharedGuardSlots : GuardSlots) - 1;
    private readonly long[]?[] _pages = new long[]?[((Guards + (isShared ? SharedGuardSlots : GuardSlots)) / Stamp.PageSlots) + 1];

    /// <summary>The number of slots. What is not below it is no slot.</summary>
    public int Count => Guards + _guardMask + 1;

    /// <summary>The stamp that every entry depends on: changed by a clear.</summary>
    public Stamp All => At(0);

    public Stamp Tag(ulong hash) => At(Tags + (int)(hash & (TagSlots - 1)));

    /// <summary>
    /// The stamp on which a load of a key depends until its value is stored, and nothing that is stored in memory: so that to set or forget
    /// one key takes no other with it.
    /// </summary>
    public Stamp Guard(ulong hash) => At(Guards + ((int)hash & _guardMask));

    public Stamp Table(ulong hash) => At(Tables + (int)(hash & (TableSlots - 1)));

    public Stamp Row(ulong hash) => At(Rows + (int)(hash & (RowSlots - 1)));

    /// <summary>Not changed like the others: nodes claim it, each with what it takes a table for.</summary>
    public Stamp Shape(ulong hash) => At(Shapes + (int)(hash & (ShapeSlots - 1)));

    /// <summary>Whether the slot is one of those for the keys of values.</summary>
    public static bool IsGuard(int slot) => slot >= Guards;

    /// <summary>The stamp in a slot, by the number that it has on every node.</summary>
    public Stamp At(int slot)
    {
        ref var page = ref _pages[(uint)slot / Stamp.PageSlots];
        return new(Volatile.Read(ref page) ?? NewPage(ref page), slot);
    }

    // Whoever comes second uses the page of the first. Apart from the entries, which are made at the same time: where pages stand between them,
    // hits of one after the other take a tenth longer (measured with a thousand values).
    private static long[] NewPage(ref long[]? page)
    {
        var made = GC.AllocateArray<long>(Stamp.PageSlots, pinned: true);
        return Interlocked.CompareExchange(ref page, made, null) ?? made;
    }
}

/// <summary>One stamp: a slot in a <see cref="StampTable"/>.</summary>
/// <param name="page">The page of the slot.</param>
/// <param name="slot">The number of the slot in the table.</param>
internal readonly struct Stamp(long[] page, int slot)
{
    /// <summary>The slots of a page: 4 KB. A power of two.</summary>
    public const int PageSlots = 1 << 9;

    /// <summary>The number of the slot, the same on every node.</summary>
    public int Slot => slot;

    public long Current
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Volatile.Read(ref page[slot & (PageSlots - 1)]);
    }

    /// <summary>Invalidates everything that depends on this stamp. A full fence: a later load sees what was written before.</summary>
    /// <returns>What it has become.</returns>
    public long Change() => Interlocked.Increment(ref page[slot & (PageSlots - 1)]);

    /// <summary>The same, but only if nobody has changed it since it was seen.</summary>
    public bool TryChange(long seen) => Interlocked.CompareExchange(ref page[slot & (PageSlots - 1)], seen + 1, seen) == seen;

    public Dependency Seen() => new(this, Current);

    /// <summary>That the stamp has this value.</summary>
    public Dependency At(long value) => new(this, value);
}

/// <summary>A stamp and the value that it had before a load began.</summary>
internal readonly struct Dependency(Stamp stamp, long seen)
{
    /// <summary>The number of the stamp's slot.</summary>
    public int Slot => stamp.Slot;

    /// <summary>The value that it had.</summary>
    public long Value => seen;

    /// <summary>The value that it has.</summary>
    public long Current => stamp.Current;

    /// <summary>That the stamp has been changed once since.</summary>
    public Dependency Next => new(stamp, seen + 1);

    public bool IsCurrent
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => stamp.Current == seen;
    }

    /// <summary>All of the first, and those of the second whose stamps are not among them.</summary>
    public static Dependency[] Both(Dependency[] first, Dependency[] second)
    {
        var slots = new HashSet<int>(first.Length);
        foreach (var dependency in first)
        {
            slots.Add(dependency.Slot);
        }

        var more = Array.FindAll(second, dependency => !slots.Contains(dependency.Slot));
        return more.Length == 0 ? first : [.. first, .. more];
    }

    /// <summary>Whether none of the stamps has changed since it was read.</summary>
    public static bool AreCurrent(Dependency[] dependencies)
    {
        foreach (ref readonly var dependency in dependencies.AsSpan())
        {
            if (!dependency.IsCurrent)
            {
                return false;
            }
        }

        return true;
    }
}
