using System.Runtime.InteropServices;

namespace FastOrm.Cache.Tests.Unit.Coherence.Model;

/// <summary>What a program does. Whatever concerns only the server has no node.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Call(Verb Verb, int Node = 0, Tags Tags = Tags.None)
{
    public override string ToString() => Verb switch
    {
        Verb.Read => $"node {Node} reads {Tags}",
        Verb.ReadVerified => $"node {Node} reads {Tags}, and wants to be certain,",
        Verb.ReadRow => $"node {Node} reads the row",
        Verb.WriteRow => $"node {Node} writes the row",
        Verb.Write => $"node {Node} writes {Tags}",
        Verb.WriteMarked => $"node {Node} writes {Tags}, marked,",
        <= Verb.Crash => $"node {Node}: {Verb}",
        _ => $"Redis: {Verb}",
    };
}

internal enum Verb
{
    Read,
    ReadVerified,
    ReadRow,
    Write,
    WriteRow,
    WriteMarked,
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
