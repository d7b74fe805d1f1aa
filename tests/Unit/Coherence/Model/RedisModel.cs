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

    public Reading? Read(Connection connection, Tags entry)
    {
        if (!Hears(connection))
        {
            return null;
        }

        HaveEra();
        return new Reading(Position, StampsOf(entry), _data.Entries[(int)entry]);
    }

    /// <summary>Whether somebody has marked something and died.</summary>
    public bool HasDeadMarkers => _data.Markers.Exists(marker => marker.IsDead(world));

    /// <summary>Changes tags, and those that were marked by a writer who is done.</summary>
    public (RemotePosition Position, Tags Changed) Change(Tags tags, Predicate<Marker> ends)
    {
        HaveEra();
        foreach (var marker in _data.Markers.Where(marker => ends(marker)))
        {
            tags |= marker.Tags;
        }

        _data.Markers.RemoveAll(ends);
        Renew(tags);
        return (Position, tags);
    }

    public RemotePosition Mark(Marker marker)
    {
        HaveEra();
        Renew(marker.Tags);
        _data.Markers.Add(marker);
        return Position;
    }

    public bool IsMarked(int write) => _data.Markers.Exists(marker => marker.Write == write);

    public void Store(Connection connection, Tags entry, StoredEntry stored)
    {
        if (Hears(connection))
        {
            _data.Entries[(int)entry] = stored;
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

    private void Renew(Tags tags)
    {
        for (var i = 0; i < _data.Stamps.Length; i++)
        {
            _data.Stamps[i] = ((int)tags & (1 << i)) != 0 ? ++_names : _data.Stamps[i];
        }

        _data.Counter++;
    }

    private long[] StampsOf(Tags entry) => entry switch
    {
        Tags.None => [],
        Tags.Both => [StampOf(Tags.First), StampOf(Tags.Second)],
        _ => [StampOf(entry)],
    };

    private long StampOf(Tags tag)
        => _data.Markers.Exists(marker => (marker.Tags & tag) != Tags.None) ? RemoteMarker.Pending : _data.Stamps[(int)tag - 1];

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
            _data.Stamps = new long[2];
            _data.Markers.Clear();
        }

        (_data.Era, _data.EraRun, _data.Counter) = (++_names, _run, 0);
    }

    private sealed class Data
    {
        public long Era { get; set; }

        public long EraRun { get; set; }

        public long Counter { get; set; }

        public long[] Stamps { get; set; } = new long[2];

        public List<Marker> Markers { get; init; } = [];

        public StoredEntry?[] Entries { get; init; } = new StoredEntry?[4];

        public Data Copy()
            => new() { Era = Era, EraRun = EraRun, Counter = Counter, Stamps = [.. Stamps], Markers = [.. Markers], Entries = [.. Entries] };

        public void AddTo(Fingerprint print)
        {
            print.AddName(Era);
            print.AddName(EraRun);
            print.Add(Counter);
            print.AddNames(Stamps);
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
internal sealed record Marker(int Write, Node Writer, Tags Tags)
{
    /// <summary>Its time is over only when nobody lives who renews it.</summary>
    public bool IsDead(World world) => world.Nodes[Writer.Number] != Writer;
}

internal sealed record StoredEntry(long Era, long[] Stamps, Versions Value)
{
    public void AddTo(Fingerprint print)
    {
        print.AddName(Era);
        print.AddNames(Stamps);
        print.Add(Value);
    }
}

internal sealed record Reading(RemotePosition Position, long[] Stamps, StoredEntry? Entry)
{
    public void AddTo(Fingerprint print)
    {
        print.AddName(Position.Era);
        print.Add(Position.Counter);
        print.AddNames(Stamps);
        print.Add(Entry is null ? 0 : 1);
        Entry?.AddTo(print);
    }
}
