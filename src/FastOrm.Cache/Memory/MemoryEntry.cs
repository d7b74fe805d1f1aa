using FastOrm.Cache.Stamps;

namespace FastOrm.Cache.Memory;

/// <summary>One entry of the memory tier. Immutable but for the tier's own marks.</summary>
internal sealed class MemoryEntry(EntryKey key, object? value, Dependency[] dependencies, long storedAt, long expiresAt, int size)
{
    public EntryKey Key => key;

    public object? Value => value;

    /// <summary>The stamps that must still stand for the value to be valid.</summary>
    public Dependency[] Dependencies => dependencies;

    /// <summary>When the load of the value began, on the cache's clock.</summary>
    public long StoredAt => storedAt;

    /// <summary>When the value's time is over, on the cache's clock.</summary>
    public long ExpiresAt => expiresAt;

    /// <summary>The estimated size in bytes.</summary>
    public int Size => size;
}
