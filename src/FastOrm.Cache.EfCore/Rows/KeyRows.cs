using System.Runtime.InteropServices;

namespace FastOrm.Cache.EfCore.Rows;

/// <summary>The rows of one of several keys: a whole result, or a part of one that has those of other keys as well.</summary>
/// <param name="Set">The result; null as long as nothing is known of the key.</param>
/// <param name="First">The first row of the key in it.</param>
/// <param name="Count">How many rows the key has.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct KeyRows(RowSet? Set, int First, int Count)
{
    /// <summary>Whether it is known what rows there are, which may be none.</summary>
    public bool AreKnown => Set is not null;

    /// <summary>All rows of a result, or nothing that is known.</summary>
    public static KeyRows AllOf(RowSet? set) => new(set, 0, set?.RowCount ?? 0);
}
