using System.Runtime.InteropServices;

namespace FastOrm.Cache.Tests.Unit.Coherence.Model;

/// <summary>What a program does. Whatever concerns only the server has no node.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Call(Verb Verb, int Node = 0, Tags Tags = Tags.None)
{
    public override string ToString() => Verb switch
    {
        Verb.Read or Verb.Write => $"node {Node} {(Verb == Verb.Read ? "reads" : "writes")} {Tags}",
        <= Verb.Crash => $"node {Node}: {Verb}",
        _ => $"Redis: {Verb}",
    };
}

internal enum Verb
{
    Read,
    Write,
    Poll,
    Connect,
    Evict,
    Unsubscribe,
    Crash,
    Dump,
    RestartEmpty,
    RestartFromDump,
    LoseHash,
}
