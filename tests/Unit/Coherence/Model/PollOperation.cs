using FastOrm.Cache.Coherence;

namespace FastOrm.Cache.Tests.Unit.Coherence.Model;

/// <summary>One reading of the counter. The calls of one node follow each other by the poll interval.</summary>
internal sealed class PollOperation : Operation
{
    private CoherenceState.Question? _question;
    private Connection? _connection;
    private Reading? _reading;
    private Versions _changed;

    public override void AddTo(Fingerprint print)
    {
        base.AddTo(print);
        print.Add(_question?.History == Node.Coherence.Unknowns);
        print.AddName(_connection?.Run ?? 0);
        print.Add(_changed);
        print.Add(_reading is null);
        _reading?.AddTo(print);
    }

    protected override IEnumerable<Hop> Run()
    {
        if (World.Redis.HasDeadMarkers)
        {
            Did = "looks for what was left behind";
            yield return Hop.Network;
            if (!IsLost && World.Redis.Hears(Node.Connection) && Node.Connection.IsVerified)
            {
                World.Sweep(this);
            }
        }

        _question = Node.Coherence.Ask([]);
        _connection = Node.Connection.IsVerified ? Node.Connection : null;
        Did = "asks for the counter";
        yield return Hop.Network;

        _reading = IsLost || _connection is null ? null : World.Redis.Read(_connection, []);
        _changed = World.Changed;
        Did = _reading is null ? "gets no answer" : "is answered";
        yield return Hop.Here;

        if (_reading is null || !Node.Coherence.Accept(_question!.Value, _reading.Position))
        {
            Did = "has an answer that counts for nothing";
            yield break;
        }

        Node.Coherence.Poll();
        Node.Poll(_changed);
        Did = "polls";
    }
}
