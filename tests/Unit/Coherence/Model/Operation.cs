using System.Runtime.CompilerServices;
using FastOrm.Cache.Coherence;

namespace FastOrm.Cache.Tests.Unit.Coherence.Model;

/// <summary>One call on its way, in steps. Between two of them anything else may happen.</summary>
internal abstract class Operation
{
    private IEnumerator<Hop>? _steps;
    private Hop _next;

    public required World World { get; init; }

    public required Call Call { get; init; }

    /// <summary>The same in every history of one program.</summary>
    public required int Id { get; init; }

    public required Node Node { get; init; }

    /// <summary>What its last step was: a literal.</summary>
    public string Did { get; protected set; } = "";

    public bool MayBeLost => _next != Hop.Here;

    /// <summary>Whether it waits for a connection that can be used.</summary>
    public bool IsBlocked => _next == Hop.Sending && !(World.Redis.Hears(Node.Connection) && Node.Connection.IsVerified);

    protected bool IsLost { get; private set; }

    public static Operation Of(World world, Call call, int id)
    {
        var node = world.Nodes[call.Node];
        return call.Verb switch
        {
            Verb.Read or Verb.ReadVerified or Verb.ReadRow => new ReadOperation { World = world, Call = call, Id = id, Node = node },
            Verb.Write or Verb.WriteMarked or Verb.WriteRow => new WriteOperation { World = world, Call = call, Id = id, Node = node },
            Verb.Poll => new PollOperation { World = world, Call = call, Id = id, Node = node },
            _ => new OtherOperation { World = world, Call = call, Id = id, Node = node },
        };
    }

    /// <summary>Does the next step.</summary>
    /// <returns>Whether it goes on.</returns>
    public bool Advance(bool isLost)
    {
        IsLost = isLost;
        _steps ??= Run().GetEnumerator();
        var goesOn = _steps.MoveNext();
        _next = goesOn ? _steps.Current : Hop.Here;
        World.Log?.Invoke($"{Call}: {Did}{(isLost ? " (lost)" : "")}");
        return goesOn;
    }

    public virtual void AddTo(Fingerprint print)
    {
        print.Add(Id);
        print.Add((int)_next);
        print.Add(RuntimeHelpers.GetHashCode(Did)); // A literal.
    }

    protected abstract IEnumerable<Hop> Run();

    protected bool Has(ProtocolRules rule) => (World.Rules & rule) != ProtocolRules.None;
}

/// <summary>Where the next step is.</summary>
internal enum Hop
{
    Here,

    /// <summary>Past the network: it may be lost.</summary>
    Network,

    /// <summary>The same, once there is a connection. It may be lost after that.</summary>
    Sending,
}
