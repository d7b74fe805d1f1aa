using FastOrm.Cache.Stamps;

namespace FastOrm.Cache.Coherence;

/// <summary>What the shared tier has answered to one look-up.</summary>
/// <param name="Key">The key of the entry there.</param>
/// <param name="Era">The era of the stamps.</param>
/// <param name="Slots">The slots that were asked for.</param>
/// <param name="Stamps">The stamps, as they were after the local ones were read: under these a load that follows may be stored.</param>
/// <param name="Entry">The entry, if there is one that may be served.</param>
/// <param name="Dependencies">The local stamps on which that entry depends.</param>
internal sealed record RemoteLook(string Key, long Era, int[] Slots, long[] Stamps, Envelope? Entry, Dependency[] Dependencies);
