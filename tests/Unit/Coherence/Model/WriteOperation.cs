using FastOrm.Cache.Coherence;

namespace FastOrm.Cache.Tests.Unit.Coherence.Model;

/// <summary>
/// A commit, the change of the local stamps, and the change in Redis, which is sent until it is acknowledged. If it is marked, Redis is told
/// before the commit, and if that does not succeed it is committed all the same.
/// </summary>
internal sealed class WriteOperation : Operation
{
    private Versions _committed;
    private int _attempt;

    /// <summary>The stamps that it changes.</summary>
    public int[] Slots => Call.Verb == Verb.WriteRow ? Model.Slots.WrittenRow(Node.Version) : Model.Slots.Written(Call.Tags);

    /// <summary>What it takes the table of the row for, if that makes a difference.</summary>
    public long Relied => Call.Verb == Verb.WriteRow ? Node.Claim.Value : 0;

    /// <summary>Whether Redis knows that it is about to commit, as far as the rules are kept.</summary>
    public bool IsMarked => Call.Verb == Verb.WriteMarked && (World.Redis.IsMarked(Id) || !Has(ProtocolRules.MarksBeforeCommit));

    public override void AddTo(Fingerprint print)
    {
        base.AddTo(print);
        print.Add(_committed);
    }

    protected override IEnumerable<Hop> Run()
    {
        if (Call.Verb == Verb.WriteMarked && Has(ProtocolRules.MarksBeforeCommit))
        {
            Did = "is about to commit";
            yield return Hop.Network;
            if (!IsLost && World.Redis.Hears(Node.Connection) && Node.Connection.IsVerified)
            {
                World.Mark(this, _attempt++);
            }

            Did = "has told so";
            yield return Hop.Here;
        }

        World.Database = World.Database.Next(Call.Tags);
        _committed = World.Database.Of(Call.Tags);
        World.Commit(this, _committed);
        Did = "commits";
        yield return Hop.Here;

        Node.Coherence.Change(Node.Slots(Slots));
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

        Node.Coherence.Acknowledge(Node.Slots(Slots));
        Did = "has its acknowledgement";
    }
}
