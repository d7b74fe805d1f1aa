using FastOrm.Cache.Coherence;
using FastOrm.Cache.Stamps;

namespace FastOrm.Cache.Tests.Unit.Coherence.Model;

/// <summary>
/// Nodes, a database, a Redis, and messages between them, in the middle of a program. It only ever does the step that it is
/// told to do.
/// </summary>
internal sealed class World
{
    public const int NodeCount = 3;

    [ThreadStatic]
    private static StampTable[]? _tables;

    private readonly Call[][] _threads;
    private readonly int[] _begun;
    private readonly Operation?[] _running;
    private readonly List<Message> _messages = [];
    private int _lives;
    private int _losses;

    public World(Call[][] threads, int losses, ProtocolRules rules, WorldOptions options)
    {
        (_threads, _losses, Rules, Options) = (threads, losses, rules, options);
        (_begun, _running) = (new int[threads.Length], new Operation?[threads.Length]);
        _tables ??= [.. Enumerable.Range(0, NodeCount).Select(static _ => new StampTable())];
        Redis = new RedisModel(this);
        Nodes = [.. Enumerable.Range(0, NodeCount).Select(number => new Node(this, number, life: 0, _tables[number]))];
        foreach (var node in Nodes)
        {
            Redis.Verify(node.Connection);
        }
    }

    public ProtocolRules Rules { get; }

    public WorldOptions Options { get; }

    public RedisModel Redis { get; }

    public Node[] Nodes { get; }

    /// <summary>Told of each step, if anyone wants to know.</summary>
    public Action<string>? Log { get; init; }

    /// <summary>What is committed.</summary>
    public Versions Database { get; set; }

    /// <summary>What of it Redis has been told of.</summary>
    public Versions Changed { get; private set; }

    /// <summary>What of it was marked when it was committed.</summary>
    public Versions Certain { get; private set; }

    /// <summary>All that may happen next.</summary>
    public void AddSteps(List<Step> steps)
    {
        for (var thread = 0; thread < _threads.Length; thread++)
        {
            if (_running[thread] is { } running)
            {
                AddSteps(steps, running.Id, !running.IsBlocked, running.MayBeLost);
            }
            else
            {
                AddSteps(steps, Step.OfCall(thread, _begun[thread]), _begun[thread] < _threads[thread].Length, mayBeLost: false);
            }
        }

        // Nodes without anything left to do hear of it in the end.
        foreach (var message in _messages)
        {
            AddSteps(steps, message.Id, IsBusy(message.To.Number), mayBeLost: true);
        }
    }

    /// <summary>Does a step, if it can be done now.</summary>
    public void Do(Step step)
    {
        if (step.IsLost && --_losses < 0)
        {
            return;
        }

        if (!step.IsMessage)
        {
            Advance(step);
        }
        else if (_messages.FindIndex(message => message.Id == step.Id) is >= 0 and var place)
        {
            Deliver(place, step.IsLost);
        }
    }

    /// <summary>
    /// Lets everything end well: every message arrives, every change is acknowledged, and each node polls twice.
    /// </summary>
    public void Settle()
    {
        Log?.Invoke("- and then -");
        foreach (var node in Nodes.Where(node => !Redis.Hears(node.Connection) || !node.Connection.IsVerified))
        {
            Finish(new Call(Verb.Connect, node.Number));
        }

        for (var thread = 0; thread < _threads.Length; thread++)
        {
            while (_running[thread] is { } running)
            {
                Advance(new Step(running.Id));
            }
        }

        foreach (var node in Nodes.Where(_ => Redis.HasDeadMarkers))
        {
            Finish(new Call(Verb.Poll, node.Number));
        }

        while (_messages.Count > 0)
        {
            Deliver(0, isLost: false);
        }

        foreach (var verb in (Verb[])[Verb.Read, Verb.Poll, Verb.Poll, Verb.Read, Verb.Evict, Verb.Read])
        {
            foreach (var node in Nodes)
            {
                for (var tags = Tags.First; tags <= (verb == Verb.Read ? Tags.Both : Tags.First); tags++)
                {
                    Finish(new Call(verb, node.Number, tags));
                }

                if (verb == Verb.Read)
                {
                    Finish(new Call(Verb.ReadRow, node.Number, Tags.Second));
                }
            }
        }

        foreach (var node in Nodes)
        {
            node.Promise(Certain);
            Finish(new Call(Verb.Read, node.Number, Tags.Both));
        }

        Assert.All(Nodes, node => Assert.False(node.Promised.IsOlderThan(Changed), "The promise is less than it should be."));
    }

    public void Mark(WriteOperation write, int attempt)
        => Publish(write, attempt, write.Node.Source, write.Slots, Redis.Mark(new Marker(write.Id, write.Node, write.Slots)));

    public void Commit(WriteOperation write, Versions committed)
    {
        if (write.IsMarked)
        {
            Certain = Certain.AtLeast(committed);
            foreach (var other in Nodes.Where(node => node != write.Node))
            {
                other.Certain = other.Certain.AtLeast(committed);
            }
        }
    }

    public void Change(WriteOperation write, Versions committed, int attempt)
    {
        var (position, changed) = Redis.Change(write.Slots, write.Relied, marker => marker.Write == write.Id);
        Changed = Changed.AtLeast(committed);
        Publish(write, attempt, write.Node.Source, changed, position);
    }

    /// <summary>Changes what was marked by those who have died: nothing that was loaded before is valid after that.</summary>
    public void Sweep(Operation poll)
    {
        var (position, changed) = Redis.Change([], relied: 0, marker => marker.IsDead(this));
        Changed = Changed.AtLeast(Database.Of(Slots.TagsOf(changed)));
        Publish(poll, attempt: 0, source: 0, changed, position);
    }

    public void LoseMessages(Node node) => _messages.RemoveAll(message => message.To == node);

    public void Restart(int number)
    {
        LoseMessages(Nodes[number]);
        Nodes[number] = new Node(this, number, ++_lives, _tables![number]);
        Redis.Verify(Nodes[number].Connection);
        for (var thread = 0; thread < _threads.Length; thread++)
        {
            if (_running[thread] is { } running && running.Node.Number == number && running.Call.Verb < Verb.Crash)
            {
                _running[thread] = null;
            }
        }
    }

    public ulong Print(Fingerprint print)
    {
        print.Clear();
        print.Add(_losses);
        print.Add(Database);
        print.Add(Changed);
        Redis.AddTo(print);
        foreach (var node in Nodes)
        {
            node.AddTo(print);
        }

        for (var thread = 0; thread < _threads.Length; thread++)
        {
            print.Add(_begun[thread]);
            print.Add(_running[thread] is null);
            _running[thread]?.AddTo(print);
        }

        foreach (var message in _messages)
        {
            print.Add(message.Id);
            print.AddName(message.Content.Position.Era);
            print.Add(message.Content.Position.Counter);
            print.Add(message.Changed);
        }

        return print.Value;
    }

    private void Publish(Operation by, int attempt, long source, int[] changed, RemotePosition position)
    {
        foreach (var node in Nodes.Where(static node => node.IsSubscribed))
        {
            var content = new RemoteMessage(position, source, by.Node.Slots(changed), []);
            _messages.Add(new Message(Step.OfMessage(by.Id, attempt, node.Number), node, content, Changed));
        }
    }

    private void AddSteps(List<Step> steps, int id, bool isPossible, bool mayBeLost)
    {
        if (isPossible)
        {
            steps.Add(new Step(id));
            if (mayBeLost && _losses > 0)
            {
                steps.Add(new Step(id, IsLost: true));
            }
        }
    }

    private void Deliver(int place, bool isLost)
    {
        var message = _messages[place];
        _messages.RemoveAt(place);
        var how = isLost ? "never hears" : "hears";
        Log?.Invoke($"node {message.To.Number} {how} the message {message.Content.Position.Counter}");
        if (!isLost)
        {
            message.To.Coherence.Hear(message.Content);
            message.To.Promise(message.Changed);
        }
    }

    private void Advance(Step step)
    {
        var (thread, place) = Step.CallOf(step.Id);
        if (thread >= _threads.Length)
        {
            return;
        }

        // A shorter history leaves calls out.
        if (_running[thread] is null && place >= _begun[thread] && place < _threads[thread].Length)
        {
            _running[thread] = Operation.Of(this, _threads[thread][place], step.Id);
            _begun[thread] = place + 1;
        }

        if (_running[thread] is { IsBlocked: false } running && running.Id == step.Id && (running.MayBeLost || !step.IsLost))
        {
            _running[thread] = running.Advance(step.IsLost) ? running : null;
        }
    }

    private void Finish(Call call)
    {
        var operation = Operation.Of(this, call, id: -1);
        while (operation.Advance(isLost: false))
        {
            // To its end.
        }
    }

    private bool IsBusy(int node)
    {
        for (var thread = 0; thread < _threads.Length; thread++)
        {
            for (var place = _begun[thread] - (_running[thread] is null ? 0 : 1); place < _threads[thread].Length; place++)
            {
                if (_threads[thread][place].Node == node)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private sealed record Message(int Id, Node To, RemoteMessage Content, Versions Changed);
}

/// <summary>One step of whoever has that number: a call of the program, or a message.</summary>
internal readonly record struct Step(int Id, bool IsLost = false)
{
    private const int Calls = 100;
    private const int FirstMessage = 1_000_000;

    public bool IsMessage => Id >= FirstMessage;

    public static int OfCall(int thread, int place) => (thread * Calls) + place;

    public static (int Thread, int Place) CallOf(int id) => (id / Calls, id % Calls);

    public static int OfMessage(int call, int attempt, int node)
        => FirstMessage + (((call * 100) + attempt) * World.NodeCount) + node;
}

/// <summary>What the world does besides the rules of the nodes; less in tests of the model only.</summary>
[Flags]
internal enum WorldOptions
{
    None = 0,

    /// <summary>A connection counts only if the era is of its server.</summary>
    VerifiesConnections = 1,

    /// <summary>A new era has none of the stamps of the old one.</summary>
    DeletesStamps = 2,

    All = 3,
}
