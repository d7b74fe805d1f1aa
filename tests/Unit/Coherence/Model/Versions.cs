using System.Runtime.InteropServices;

namespace FastOrm.Cache.Tests.Unit.Coherence.Model;

/// <summary>
/// How often each tag was written: what the database holds, what an entry holds, and what a node has promised at least to
/// serve.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Versions(int First, int Second)
{
    public Versions Next(Tags tags) => new(First + (int)(tags & Tags.First), Second + ((int)(tags & Tags.Second) >> 1));

    /// <summary>Those of some tags, and nothing of the others.</summary>
    public Versions Of(Tags tags)
        => new((tags & Tags.First) != Tags.None ? First : 0, (tags & Tags.Second) != Tags.None ? Second : 0);

    public Versions AtLeast(Versions other) => new(Math.Max(First, other.First), Math.Max(Second, other.Second));

    public bool IsOlderThan(Versions other) => First < other.First || Second < other.Second;

    public override string ToString() => $"{First}.{Second}";
}

/// <summary>What a write changes, and what an entry depends on: there is one entry for each combination.</summary>
[Flags]
internal enum Tags
{
    None = 0,
    First = 1,
    Second = 2,
    Both = First | Second,
}
