namespace FastOrm.Cache.Tests.Unit.Coherence.Model;

/// <summary>
/// The server: one hash with the stamps, the era and the counter, and the entries. All of it can be lost at once, or go back
/// to what it was at the last dump; that is also what a promoted replica looks like that had not got everything.
/// </summary>
internal sealed class RedisModel(World world)
{
    private long _names = 1;
    private long _run = 1;
    private Data _data = new();
    private Data _dump = new();

    public Connection Connect() => new() { Run = _run };

    public bool Hears(Connection connection) => connection.Run == _run;

    /// <summary>Rule 8: the era is of this very process, or another one begins.</summary>
    public void Verify(Connection connection)
    {
        if (!Hears(connection))
        {
            return;
        }

        if (_data.EraRun != _run && (world.Options & WorldOptions.VerifiesConnections) != WorldOptions.None)
        {
            BeginEra();
        }

        connection.IsVerified = true;
    }

    /// <summary>Stamps, and an entry if there is one to ask for.</summary>
    public Reading? Read(Connection connection, int[] slots, int entry = 0)
    {
        if (!Hears(connection))
        {
            return null;
        }

        HaveEra();
        return new Reading(Position, Array.ConvertAll(slots, StampOf), _data.Entries[entry]);
    }

    /// <summary>Whether somebody has marked something and died.</summary>
    public bool HasDeadMarkers => _data.Markers.Exists(marker => marker.IsDead(world));

    /// <summary>Changes stamps, and those that were marked by a writer who is done.</summary>
    /// <param name="slots">The stamps.</param>
    /// <param name="relied">What the writer takes the table of the row for; zero if it makes no difference.</param>
    /// <param name="ends">Whose markers end.</param>
    public (RemotePosition Position, int[] Changed) Change(int[] slots, long relied, Predicate<Marker> ends)
    {
        HaveEra();
        int[] changed = [.. slots, .. _data.Markers.Where(marker => ends(marker)).SelectMany(static marker => marker.Slots)];
        if (relied != 0 && _data.Claim != 0 && _data.Claim != relied)
        {
            changed = [.. changed, Slots.Bulk];
        }

        _data.Markers.RemoveAll(ends);
        Renew(changed);
        return (Position, changed);
    }

    public RemotePosition Mark(Marker marker)
    {
        HaveEra();
        Renew(marker.Slots);
        _data.Markers.Add(marker);
        return Position;
    }

    public RemotePosition? Claim(Connection connection, long value)
    {
        if (!Hears(connection))
        {
            return null;
        }

        HaveEra();
        _data.Claim = _data.Claim == 0 || _data.Claim == value ? value : RemoteClaim.Disputed;
        return Position;
    }

    public bool IsMarked(int write) => _data.Markers.Exists(marker => marker.Write == write);

    public void Store(Connection connection, int entry, StoredEntry stored)
    {
        if (Hears(connection))
        {
            _data.Entries[entry] = stored;
        }
    }

    public void Dump() => _dump = _data.Copy();

    public void Restart(bool isEmpty)
    {
        _data = isEmpty ? new Data() : _dump.Copy();
        _run = ++_names;
    }

    public void LoseHash() => _data = new Data { Entries = _data.Entries };

    public void AddTo(Fingerprint print)
    {
        print.AddName(_run);
        _data.AddTo(print);
        _dump.AddTo(print);
    }

    private RemotePosition Position => new(_data.Era, _data.Counter);

    private void Renew(int[] slots)
    {
        foreach (var slot in slots)
        {
            _data.Stamps[slot] = ++_names;
        }

        _data.Counter++;
    }

    private long StampOf(int slot)
        => _data.Markers.Exists(marker => marker.Slots.Contains(slot)) ? RemoteMarker.Pending : _data.Stamps[slot];

    private void HaveEra()
    {
        if (_data.Era == 0)
        {
            BeginEra();
        }
    }

    // The counter begins where that of every era begins: of all random numbers that is the one most easily taken for another.
    private void BeginEra()
    {
        if ((world.Options & WorldOptions.DeletesStamps) != WorldOptions.None)
        {
            _data.Stamps = new long[Slots.Count];
            _data.Markers.Clear();
            _data.Claim = 0;
        }

        (_data.Era, _data.EraRun, _data.Counter) = (++_names, _run, 0);
    }

    private sealed class Data
    {
        public long Era { get; set; }

        public long EraRun { get; set; }

        public long Counter { get; set; }

        public long[] Stamps { get; set; } = new long[Slots.Count];

        public long Claim { get; set; }

        public List<Marker> Markers { get; init; } = [];

        public StoredEntry?[] Entries { get; init; } = new StoredEntry?[Reading.EntryCount];

        public Data Copy()
            => new() { Era = Era, EraRun = EraRun, Counter = Counter, Claim = Claim, Stamps = [.. Stamps], Markers = [.. Markers], Entries = [.. Entries] };

        public void AddTo(Fingerprint print)
        {
            print.AddName(Era);
            print.AddName(EraRun);
            print.Add(Counter);
            print.AddNames(Stamps);
            print.Add(Claim);
            foreach (var marker in Markers)
            {
                print.Add(marker.Write);
                print.Add(marker.Writer.Life);
            }

            foreach (var entry in Entries)
            {
                print.Add(entry is null ? 0 : 1);
                entry?.AddTo(print);
            }
        }
    }
}

/// <summary>A connection of a node to one process of the server. It breaks with that.</summary>
internal sealed class Connection
{
    public required long Run { get; init; }

    public bool IsVerified { get; set; }
}

/// <summary>That a write is about to commit.</summary>
internal sealed record Marker(int Write, Node Writer, int[] Slots)
{
    /// <summary>Its time is over only when nobody lives who renews it.</summary>
    public bool IsDead(World world) => world.Nodes[Writer.Number] != Writer;
}

internal sealed record StoredEntry(long Era, int[] Slots, long[] Stamps, Versions Value)
{
    public void AddTo(Fingerprint print)
    {
        print.AddName(Era);
        print.AddSlots(Slots);
        print.AddNames(Stamps);
        print.Add(Value);
    }
}

internal sealed record Reading(RemotePosition Position, long[] Stamps, StoredEntry? Entry)
{
    /// <summary>One entry for each combination of tags, beginning with that of none, which is never stored; and that of the row.</summary>
    public const int EntryCount = 5;

    public const int RowEntry = 4;

    public void AddTo(Fingerprint print)
    {
        print.AddName(Position.Era);
        print.Add(Position.Counter);
        print.AddNames(Stamps);
        print.Add(Entry is null ? 0 : 1);
        Entry?.AddTo(print);
    }
}
