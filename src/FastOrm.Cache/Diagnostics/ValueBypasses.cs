namespace FastOrm.Cache.Diagnostics;

/// <summary>Why a value was not read or not stored: the keys of <see cref="CacheStatistics.Bypasses"/>.</summary>
internal static class ValueBypasses
{
    /// <summary>The value can be neither shared, nor copied, nor written and read again: returned, not stored.</summary>
    public const string NotSerializable = "not serializable";

    /// <summary>The value was larger than the limits: returned, not stored.</summary>
    public const string TooLarge = "result too large";

    /// <summary>The key was forgotten or a tag flushed while the value was loaded: returned, not stored.</summary>
    public const string Overtaken = "overtaken by a write";

    /// <summary>The cache was switched off: the loader was run.</summary>
    public const string Disabled = "switched off";
}
