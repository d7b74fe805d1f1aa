namespace FastOrm.Cache.Tests.Unit.Coherence.Model;

/// <summary>What happens to a node, and to the server.</summary>
internal sealed class OtherOperation : Operation
{
    protected override IEnumerable<Hop> Run() => Call.Verb switch
    {
        Verb.Connect => Connect(),
        Verb.Unsubscribe => Unsubscribe(),
        Verb.Crash => Once("crashes, and starts again", () => World.Restart(Call.Node)),
        Verb.Evict => Once("forgets what it has in memory", Node.Evict),
        Verb.Dump => Once("is saved", World.Redis.Dump),
        Verb.LoseHash => Once("loses the hash", World.Redis.LoseHash),
        _ => Once("is another process", () => World.Redis.Restart(isEmpty: Call.Verb == Verb.RestartEmpty)),
    };

    private IEnumerable<Hop> Once(string did, Action act)
    {
        act();
        Did = did;
        yield break;
    }

    private IEnumerable<Hop> Connect()
    {
        var connection = World.Redis.Connect();
        Node.Connection = connection;
        Did = "connects";
        yield return Hop.Here;
        World.Redis.Verify(connection);
        Did = "has verified its connection";
    }

    private IEnumerable<Hop> Unsubscribe()
    {
        Node.IsSubscribed = false;
        World.LoseMessages(Node);
        Did = "is cut off from messages";
        yield return Hop.Here;
        Lose("notices it");
        yield return Hop.Here;
        Node.IsSubscribed = true;
        Did = "is subscribed again";
        yield return Hop.Here;
        Lose("notices it");
    }

    private void Lose(string did)
    {
        Node.Coherence.Lose();
        Node.Promise(World.Changed);
        Did = did;
    }
}
