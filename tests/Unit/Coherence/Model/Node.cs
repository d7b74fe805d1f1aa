using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastOrm.Cache.Coherence;
using FastOrm.Cache.Stamps;

namespace FastOrm.Cache.Tests.Unit.Coherence.Model;

/// <summary>
/// One process: the decisions of production, its local stamps, and its memory. The table of stamps is large, and only ever
/// tells whether something has changed since, so one serves node after node.
/// </summary>
internal sealed class Node
{
    private readonly ProtocolRules _rules;
    private readonly StampTable _stamps;
    private readonly (Dependency[] Dependencies, int[] Slots, Kept Kept)?[] _memory = new (Dependency[], int[], Kept)?[Reading.EntryCount];
    private Versions _polled;

    public Node(World world, int number, int life, StampTable stamps)
    {
        (Number, Life, _stamps, _rules) = (number, life, stamps, world.Rules);
        Source = (life * 10) + number + 1; // Zero is nobody.
        Coherence = new CoherenceState(stamps, Source, world.Rules);
        Connection = world.Redis.Connect();
        Promised = world.Changed;
        Certain = world.Certain;
    }

    public int Number { get; }

    /// <summary>How often it was started. What an earlier life has begun has no end.</summary>
    public int Life { get; }

    public long Source { get; }

    public CoherenceState Coherence { get; }

    public Connection Connection { get; set; }

    public bool IsSubscribed { get; set; } = true;

    /// <summary>Nothing older than that is served by a read that begins now.</summary>
    public Versions Promised { get; private set; }

    /// <summary>Which version of the application it runs.</summary>
    public int Version => Number / 2;

    public ClaimTable Claims { get; } = new();

    /// <summary>What it takes the table of the row for.</summary>
    public RemoteClaim Claim => new(Model.Slots.Claim, Version + 1, Model.Slots.Bulk);

    public int[] Slots(int[] slots) => Array.ConvertAll(slots, slot => _stamps.Tag((ulong)slot).Slot);

    /// <summary>What others had marked when they committed it: nothing older is served to those who want to be certain.</summary>
    public Versions Certain { get; set; }

    public void Promise(Versions versions) => Promised = Promised.AtLeast(versions);

    /// <summary>What had been changed when the last poll was answered is served no longer.</summary>
    public void Poll(Versions changed)
    {
        Promise(_polled);
        _polled = changed;
    }

    public Dependency SeeAll() => _stamps.All.Seen();

    public Dependency[] See(Dependency all, int[] slots) => [all, .. slots.Select(slot => _stamps.Tag((ulong)slot).Seen())];

    /// <returns>Whether it may be served later.</returns>
    public bool Keep(int entry, Kept kept, int[] slots, Dependency[] seen)
    {
        var dependencies = (_rules & ProtocolRules.SequenceGuardsStore) != ProtocolRules.None ? seen : See(SeeAll(), slots);
        _memory[entry] = (dependencies, slots, kept);
        return Dependency.AreCurrent(dependencies);
    }

    public Kept? KeptOf(int entry)
        => _memory[entry] is { } known && Dependency.AreCurrent(known.Dependencies) ? known.Kept : null;

    public void Evict() => Array.Clear(_memory);

    public void AddTo(Fingerprint print)
    {
        print.Add(Life);
        print.AddName(Connection.Run);
        print.Add(Connection.IsVerified);
        print.Add(IsSubscribed);
        print.Add(Promised);
        print.Add(Certain);
        print.Add(_polled);
        for (var entry = 1; entry < Reading.EntryCount; entry++)
        {
            var kept = KeptOf(entry);
            print.Add(kept?.Value ?? new Versions(-1, -1));
            print.Add(kept?.IsAsked == true);
            print.AddSlots(kept is null ? [] : _memory[entry]!.Value.Slots);
        }

        print.Add(Claims.Has(Claim, Coherence.Era));

        if (Coherence.Position is { } position)
        {
            print.AddName(position.Era);
            print.Add(position.Counter);
            print.Add(CounterRead(Coherence));
            print.Add(CounterDue(Coherence));
        }
    }

    /// <param name="Value">What was loaded.</param>
    /// <param name="IsAsked">Whether Redis was asked for it before.</param>
    [StructLayout(LayoutKind.Auto)]
    public readonly record struct Kept(Versions Value, bool IsAsked);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_read")]
    private static extern ref long CounterRead(CoherenceState state);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_due")]
    private static extern ref long CounterDue(CoherenceState state);
}
