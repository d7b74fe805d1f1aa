using System.Runtime.CompilerServices;

namespace FastOrm.Cache;

/// <summary>
/// The key of a <see cref="LocalCacheEntry"/>. A tier knows no more of it than whether two keys are equal, and their hash. It is the same
/// only within this process.
/// </summary>
/// <remarks>
/// A string, or an object that compares its own bytes. The hash is computed once, by whoever made the key; equality always asks the
/// identity, so a colliding hash is never another entry's value.
/// </remarks>
public readonly struct LocalCacheKey : IEquatable<LocalCacheKey>
{
    private readonly int _hash;
    private readonly object? _identity;

    internal LocalCacheKey(int hash, object identity) => (_hash, _identity) = (hash, identity);

    internal LocalCacheKey(string key)
        : this(StringComparer.Ordinal.GetHashCode(key), key)
    {
    }

    internal object Identity => _identity!;

    /// <summary>Whether both are keys of the same entry.</summary>
    /// <param name="left">One key.</param>
    /// <param name="right">Another key.</param>
    public static bool operator ==(LocalCacheKey left, LocalCacheKey right) => left.Equals(right);

    /// <summary>Whether the keys are those of different entries.</summary>
    /// <param name="left">One key.</param>
    /// <param name="right">Another key.</param>
    public static bool operator !=(LocalCacheKey left, LocalCacheKey right) => !left.Equals(right);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Equals(LocalCacheKey other)
        => _hash == other._hash
            && (ReferenceEquals(_identity, other._identity) || (_identity is not null && _identity.Equals(other._identity)));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is LocalCacheKey other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;
}
