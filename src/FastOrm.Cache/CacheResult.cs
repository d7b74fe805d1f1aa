using System.Runtime.InteropServices;

namespace FastOrm.Cache;

/// <summary>What a cache knows of a key: nothing, that there is no value, or a value.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
[StructLayout(LayoutKind.Auto)]
public readonly record struct CacheResult<T>
{
    internal CacheResult(T? value, bool hasValue = true, bool isStale = false)
    {
        IsCached = true;
        HasValue = hasValue;
        Value = value;
        IsStale = isStale;
    }

    /// <summary>Whether the cache knows anything of the key. If not, its value has to be loaded.</summary>
    public bool IsCached { get; }

    /// <summary>Whether there is a value, which may be <see langword="null"/>. Not for a miss, nor for an absence that is remembered.</summary>
    public bool HasValue { get; }

    /// <summary>The value; the default of its type if there is none.</summary>
    public T? Value { get; }

    /// <summary>Whether the time of the value is over, and it is served because it is being loaded anew or could not be.</summary>
    public bool IsStale { get; }

    internal static CacheResult<T> Absent => new(default, hasValue: false);
}
