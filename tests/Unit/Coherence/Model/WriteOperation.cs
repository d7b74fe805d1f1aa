namespace FastOrm.Cache.Tests.Unit.Coherence.Model;

/// <summary>A commit, the change of the local stamps, and the change in Redis, which is sent until it is acknowledged.</summary>
internal sealed class WriteOperation : Operation
{
    private Versions _committed;
    private int _attempt;

    public override void AddTo(Fingerprint print)
    {
        base.AddTo(print);
        print.Add(_committed);
    }

    protected override IEnumerable<Hop> Run()
    {
        World.Database = World.Database.Next(Call.Tags);
        _committed = World.Database.Of(Call.Tags);
        Did = "commits";
        yield return Hop.Here;

        Node.Coherence.Change(Node.Slots(Call.Tags));
        Node.Promise(_committed);
        Did = "changes its own stamps";
        do
        {
            yield return Hop.Sending;
            if (IsLost)
            {
                Did = "tells Redis, which does not hear it";
                continue;
            }

            World.Change(this, _committed, _attempt++);
            Did = "has changed Redis";
            yield return Hop.Network;
        }
        while (IsLost);

        Node.Coherence.Acknowledge(Node.Slots(Call.Tags));
        Did = "has its acknowledgement";
    }
}
