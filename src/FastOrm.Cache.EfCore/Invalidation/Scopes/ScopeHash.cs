using System.Numerics;
using FastOrm.Cache.EfCore.Plans;

namespace FastOrm.Cache.EfCore.Invalidation.Scopes;

/// <summary>The hashes by which scopes find their stamps: of a row by its key, of the rows that get one value in one column.</summary>
/// <remarks>Two scopes that share a hash are only invalidated together.</remarks>
internal static class ScopeHash
{
    private const ulong Row = 0xD6E8_FEB8_6659_FD93;
    private const ulong Insert = 0xA076_1D64_78BD_642F;

    /// <summary>The row with this primary key, its values in the order of the key's columns.</summary>
    public static ulong OfRow(TableName table, ReadOnlySpan<UInt128> key)
    {
        var hash = Mix(table.Hash ^ Row);
        foreach (var value in key)
        {
            hash = Add(hash, value);
        }

        return hash;
    }

    /// <summary>The rows whose column is given this value.</summary>
    public static ulong OfChange(TableName table, ulong column, UInt128 value)
        => Add(Mix(table.Hash ^ BitOperations.RotateLeft(column, 23)), value);

    /// <summary>The rows that are inserted with this value in the column.</summary>
    public static ulong OfInsert(TableName table, ulong column, UInt128 value)
        => Add(Mix(table.Hash ^ BitOperations.RotateLeft(column, 23) ^ Insert), value);

    private static ulong Add(ulong hash, UInt128 value) => Mix(Mix(hash ^ (ulong)value) + (ulong)(value >> 64));

    // The finalizer of SplitMix64: every bit of the result depends on every bit of the value.
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58_476D_1CE4_E5B9;
        value = (value ^ (value >> 27)) * 0x94D0_49BB_1331_11EB;
        return value ^ (value >> 31);
    }
}
