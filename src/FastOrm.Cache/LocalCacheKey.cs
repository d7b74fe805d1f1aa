using System.Runtime.CompilerServices;

namespace FastOrm.Cache.Memory;

/// <summary>
/// The key of an entry in memory: a string, or an object that compares its own bytes. The hash is computed once, by whoever
/// made the key; equality always asks the identity, so a colliding hash is never another entry's value.
/// </summary>
internal readonly struct EntryKey(int hash, object identity) : IEquatable<EntryKey>
{
    public EntryKey(string key)
        : this(StringComparer.Ordinal.GetHashCode(key), key)
    {
    }

    public object Identity => identity;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Equals(EntryKey other)
        => hash == other.GetHashCode() && (ReferenceEquals(identity, other.Identity) || identity.Equals(other.Identity));

    public override bool Equals(object? obj) => obj is EntryKey other && Equals(other);

    public override int GetHashCode() => hash;
}
