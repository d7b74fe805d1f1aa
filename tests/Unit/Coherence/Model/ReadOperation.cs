using FastOrm.Cache.Coherence;
using FastOrm.Cache.Stamps;

namespace FastOrm.Cache.Tests.Unit.Coherence.Model;

/// <summary>
/// Memory, else Redis, else the database; and what is served is checked against what the node had promised when the read
/// began.
/// </summary>
internal sealed class ReadOperation : Operation
{
    private Versions _promised;
    private Versions _certain;
    private Dependency[] _seen = [];
    private CoherenceState.Question? _question;
    private Connection? _connection;
    private Reading? _reading;
    private Reading? _first;
    private int[] _slots = [];
    private Versions _loaded;

    public override void AddTo(Fingerprint print)
    {
        base.AddTo(print);
        print.Add(_promised);
        print.Add(_certain);
        print.Add(Dependency.AreCurrent(_seen));
        print.Add(_question?.History == Node.Coherence.Unknowns);
        print.AddName(_connection?.Run ?? 0);
        print.Add(_loaded);
        print.Add(_reading is null);
        _reading?.AddTo(print);
        _first?.AddTo(print);
        print.AddSlots(_slots);
    }

    protected override IEnumerable<Hop> Run()
    {
        _promised = Node.Promised;
        var isCertain = true;
        if (Call.Verb == Verb.ReadVerified)
        {
            _promised = _promised.AtLeast(World.Changed);
            _certain = Node.Certain;
            Ask([]);
            yield return Hop.Network;
            Answer([], entry: 0);
            yield return Hop.Here;

            // At once the messages were waited for in vain, later they may have come.
            isCertain = Accept();
            if (isCertain && !Node.Coherence.HasHeard(_reading!.Position))
            {
                Node.Coherence.GiveUp(_reading.Position);
                isCertain = Node.Coherence.HasHeard(_reading.Position);
            }

            Did = isCertain ? "is certain of the changes of others" : "cannot be certain of the changes of others";
            _reading = null;
            yield return Hop.Here;
        }

        if (isCertain && Node.KeptOf(Entry) is { } kept)
        {
            _certain = kept.IsAsked ? _certain : default;
            Serve(kept.Value, "has it in memory");
            yield break;
        }

        var all = Node.SeeAll();
        _slots = Slots.Read(Call.Tags);
        if (Call.Verb == Verb.ReadRow)
        {
            // Whoever claims before it sees the stamps may rely on a claim of an era that is over.
            var era = Node.Coherence.Era;
            if (era != 0 && Has(ProtocolRules.ClaimsBeforeScopes) && Node.Claims.TryBegin(Node.Claim, era))
            {
                _seen = [all];
                Did = "claims what it takes the table for";
                yield return Hop.Network;
                var made = !IsLost && Node.Connection.IsVerified ? World.Redis.Claim(Node.Connection, Node.Claim.Value) : null;
                Did = made is null ? "gets no answer" : "is answered";
                yield return Hop.Network;
                Node.Claims.End(Node.Claim, era, !IsLost && made?.Era == era);
            }

            if (Node.Claims.Has(Node.Claim, Node.Coherence.Era) || !Has(ProtocolRules.ClaimsBeforeScopes))
            {
                _slots = Slots.ReadRow(Node.Version);
            }
        }

        _seen = Node.See(all, _slots);
        Did = "does not have it";
        yield return Hop.Here;

        if (Ask(_slots))
        {
            yield return Hop.Network;
            Answer(_slots, Entry);
            yield return Hop.Here;
            if (Accept())
            {
                if (_reading!.Entry is { } entry && entry.Slots.AsSpan().SequenceEqual(_slots))
                {
                    if (IsValid(entry, _reading))
                    {
                        Node.Keep(Entry, new Node.Kept(entry.Value, IsAsked: true), _slots, _seen);
                        Serve(entry.Value, "has it from Redis");
                        yield break;
                    }
                }
                else if (_reading.Entry is { } other && other.Era == _reading.Position.Era)
                {
                    // It depends on something else: one more question. It also depends on what this node would load it under, because of its own
                    // writes it hears by nothing else.
                    _first = _reading;
                    var (ownSlots, ownSeen) = (_slots, _seen);
                    (_slots, _seen) = (other.Slots, Node.See(Node.SeeAll(), other.Slots));
                    if (Ask(_slots))
                    {
                        yield return Hop.Network;
                        Answer(_slots, entry: 0);
                        yield return Hop.Here;
                        if (Accept() && IsValid(other, _reading!))
                        {
                            Node.Keep(Entry, new Node.Kept(other.Value, IsAsked: true), [.. _slots, .. ownSlots], [.. _seen, .. ownSeen]);
                            Serve(other.Value, "has it from Redis, where it depends on something else");
                            yield break;
                        }
                    }

                    (_slots, _seen, _reading, _first) = (ownSlots, ownSeen, _first, null);
                }

                Did = "does not get it from Redis";
                if (!Node.Coherence.MayKeep(Node.Slots(_slots), _reading!.Stamps))
                {
                    (_reading, Did) = (null, "finds it marked");
                }
            }
        }

        yield return Hop.Here;
        _loaded = World.Database.Of(Call.Tags);
        Did = "loads";
        yield return Hop.Here;
        if (!Has(ProtocolRules.StampsBeforeLoad) && Ask(_slots))
        {
            yield return Hop.Network;
            Answer(_slots, Entry);
            yield return Hop.Here;
        }

        var isKept = Node.Keep(Entry, new Node.Kept(_loaded, IsAsked: _reading is not null), _slots, _seen);
        Serve(_loaded, "has it from the database");
        if (_reading is not null && isKept)
        {
            yield return Hop.Network;
            Did = "stores it in Redis";
            Store();
        }
    }

    private int Entry => Call.Verb == Verb.ReadRow ? Reading.RowEntry : (int)Call.Tags;

    private bool Ask(int[] slots)
    {
        _question = Node.Coherence.Ask(Node.Slots(slots));
        _connection = Node.Connection.IsVerified ? Node.Connection : null;
        Did = _question is null ? "may not ask Redis" : "asks Redis";
        _reading = null;
        return _question is not null;
    }

    private void Answer(int[] slots, int entry)
    {
        _reading = IsLost || _connection is null ? null : World.Redis.Read(_connection, slots, entry);
        Did = _reading is null ? "gets no answer" : "is answered";
    }

    private bool Accept()
    {
        if (_reading is not null && !Node.Coherence.Accept(_question!.Value, _reading.Position))
        {
            _reading = null;
        }

        Did = "has an answer that counts for nothing";
        return _reading is not null;
    }

    private bool IsValid(StoredEntry entry, Reading reading)
        => Node.Coherence.IsValid(entry.Era, entry.Stamps, reading.Position, reading.Stamps);

    private void Store()
    {
        if (!IsLost)
        {
            World.Redis.Store(_connection!, Entry, new StoredEntry(_reading!.Position.Era, _slots, _reading.Stamps, _loaded));
        }
    }

    private void Serve(Versions value, string how)
    {
        Did = how;
        var promised = _promised.AtLeast(_certain);
        if (value.IsOlderThan(promised.Of(Call.Tags)))
        {
            throw new StaleReadException($"{Call} and {Did}, {value}, after {promised} was promised");
        }
    }
}

internal sealed class StaleReadException(string message) : Exception(message);
