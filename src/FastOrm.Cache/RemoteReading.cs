using System.Runtime.InteropServices;

namespace FastOrm.Cache;

/// <summary>Where the history of a tier's stamps was.</summary>
/// <param name="Era">
/// Which history: random, and another one as soon as stamps may have been lost or gone back, as when a server restarts from a dump. Never
/// zero.
/// </param>
/// <param name="Counter">The number of changes in it, counted from a random start.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct RemotePosition(long Era, long Counter);

/// <summary>What was read from a tier that nodes share.</summary>
/// <param name="Position">The position at which the stamps were read.</param>
/// <param name="Stamps">
/// The values of the stamps in the order asked for; zero for one that nobody has changed in this era, <see cref="RemoteMarker.Pending"/> for
/// one that is marked.
/// </param>
/// <param name="Entries">The entries in the order asked for, not changed by anyone; <see langword="null"/> for one that is missing.</param>
public sealed record RemoteReading(RemotePosition Position, long[] Stamps, byte[]?[] Entries);

/// <summary>One invalidation, and what comes with it.</summary>
/// <param name="Source">The node that makes it.</param>
/// <param name="Stamps">The numbers of the stamps that get a new value.</param>
/// <param name="Keys">The keys of values that leave the memory of every node.</param>
/// <param name="Removed">The keys of entries that are removed from the tier.</param>
/// <param name="Read">The numbers of the stamps that are to be read, as they are after the change.</param>
/// <param name="Relied">
/// What the node relies on: for each of them whose stamp has another value, the stamp <see cref="RemoteClaim.Otherwise"/> gets a new one too.
/// </param>
public sealed record RemoteChange(
    long Source,
    ReadOnlyMemory<int> Stamps,
    IReadOnlyList<string> Keys,
    IReadOnlyList<string> Removed,
    ReadOnlyMemory<int> Read,
    IReadOnlyList<RemoteClaim> Relied)
{
    /// <summary>The markers that end with it; the stamps that they mark change as well. None unless it is set.</summary>
    public IReadOnlyList<long> EndedMarkers { get; init; } = [];
}

/// <summary>What nodes must agree on, or know that they do not.</summary>
/// <param name="Stamp">The number of the stamp that says it. It is claimed, and never changed like others.</param>
/// <param name="Value">What the node holds it for: neither zero nor <see cref="Disputed"/>.</param>
/// <param name="Otherwise">The stamp that changes instead where nodes do not agree.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct RemoteClaim(int Stamp, long Value, int Otherwise)
{
    /// <summary>The value of a stamp that was claimed with two values.</summary>
    public const long Disputed = -1;
}

/// <summary>That a writer is about to commit, to a tier that nodes share.</summary>
/// <param name="Source">The node.</param>
/// <param name="Id">What the marker is known by: random, neither zero nor <see cref="Pending"/>.</param>
/// <param name="Stamps">The numbers of the stamps that it will change.</param>
/// <param name="Relied">What the node relies on, as of a change: where others do not, more is marked.</param>
/// <param name="Life">How long the marker stands unless it is ended or renewed.</param>
public sealed record RemoteMarker(long Source, long Id, ReadOnlyMemory<int> Stamps, IReadOnlyList<RemoteClaim> Relied, TimeSpan Life)
{
    /// <summary>The value of a stamp that is marked: nothing is valid under it, and nothing is stored.</summary>
    public const long Pending = long.MinValue;
}

/// <summary>What a tier tells of a change.</summary>
/// <param name="Position">The position after the change.</param>
/// <param name="Source">The node that has made it.</param>
/// <param name="Stamps">The numbers of the stamps that have a new value.</param>
/// <param name="Keys">The keys of values that leave the memory of every node.</param>
public sealed record RemoteMessage(RemotePosition Position, long Source, ReadOnlyMemory<int> Stamps, IReadOnlyList<string> Keys);

/// <summary>An entry for a tier that nodes share.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Bytes">The entry. Not changed by anyone.</param>
/// <param name="Ttl">How long it is kept; <see langword="null"/> for as long as there is room.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct RemoteEntry(string Key, ReadOnlyMemory<byte> Bytes, TimeSpan? Ttl);
