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
            Answer(Tags.None);
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

        if (isCertain && Node.KeptOf(Call.Tags) is { } kept)
        {
            _certain = kept.IsAsked ? _certain : default;
            Serve(kept.Value, "has it in memory");
            yield break;
        }

        _seen = Node.See(Call.Tags);
        Did = "does not have it";
        yield return Hop.Here;

        if (Ask(Node.Slots(Call.Tags)))
        {
            yield return Hop.Network;
            Answer(Call.Tags);
            yield return Hop.Here;
            if (Accept())
            {
                if (_reading!.Entry is { } entry && IsValid(entry))
                {
                    Node.Keep(Call.Tags, new Node.Kept(entry.Value, IsAsked: true), _seen);
                    Serve(entry.Value, "has it from Redis");
                    yield break;
                }

                Did = "does not get it from Redis";
                if (!Node.Coherence.MayKeep(Node.Slots(Call.Tags), _reading.Stamps))
                {
                    (_reading, Did) = (null, "finds it marked");
                }
            }
        }

        yield return Hop.Here;
        _loaded = World.Database.Of(Call.Tags);
        Did = "loads";
        yield return Hop.Here;
        if (!Has(ProtocolRules.StampsBeforeLoad) && Ask(Node.Slots(Call.Tags)))
        {
            yield return Hop.Network;
            Answer(Call.Tags);
            yield return Hop.Here;
        }

        Node.Keep(Call.Tags, new Node.Kept(_loaded, IsAsked: _reading is not null), _seen);
        Serve(_loaded, "has it from the database");
        if (_reading is not null)
        {
            yield return Hop.Network;
            Did = "stores it in Redis";
            Store();
        }
    }

    private bool Ask(int[] slots)
    {
        _question = Node.Coherence.Ask(slots);
        _connection = Node.Connection.IsVerified ? Node.Connection : null;
        Did = _question is null ? "may not ask Redis" : "asks Redis";
        _reading = null;
        return _question is not null;
    }

    private void Answer(Tags tags)
    {
        _reading = IsLost || _connection is null ? null : World.Redis.Read(_connection, tags);
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

    private bool IsValid(StoredEntry entry)
        => Node.Coherence.IsValid(entry.Era, entry.Stamps, _reading!.Position, _reading.Stamps);

    private void Store()
    {
        if (!IsLost)
        {
            World.Redis.Store(_connection!, Call.Tags, new StoredEntry(_reading!.Position.Era, _reading.Stamps, _loaded));
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
