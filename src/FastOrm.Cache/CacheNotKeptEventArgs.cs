namespace FastOrm.Cache;

/// <summary>Why a value was not stored.</summary>
/// <param name="key">The key.</param>
/// <param name="reason">Under which it was counted.</param>
/// <param name="error">What was thrown.</param>
public sealed class CacheNotKeptEventArgs(string key, string reason, Exception? error) : CacheEventArgs(key)
{
    /// <summary>
    /// The reason as <see cref="CacheStatistics.Bypasses"/> counts it: <c>not serializable</c>, <c>result too large</c> or
    /// <c>overtaken by a write</c>.
    /// </summary>
    public string Reason { get; } = reason;

    /// <summary>
    /// What the serializer, or the application's own copy, has thrown. Null if nothing was: of a value that is
    /// <c>not serializable</c>, what was read is then not what was written.
    /// </summary>
    public Exception? Error { get; } = error;
}
