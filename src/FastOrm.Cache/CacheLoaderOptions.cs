namespace FastOrm.Cache;

/// <summary>How a <see cref="CacheLoader{TKey, T}"/> keeps its values young.</summary>
public sealed record CacheLoaderOptions
{
    private readonly TimeSpan? _refreshEvery;
    private readonly TimeSpan _stopAfter = TimeSpan.FromMinutes(10);

    /// <summary>How the values are kept; null (the default) for the defaults of the cache.</summary>
    public CacheEntryOptions? Entry { get; init; }

    /// <summary>
    /// How long after a load the value is loaded anew in the background. Null (the default) for four fifths of the time to live, so that it
    /// never ends; values that live for ever then are not refreshed.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is zero or less.</exception>
    public TimeSpan? RefreshEvery
    {
        get => _refreshEvery;
        init => _refreshEvery = value is null || value > TimeSpan.Zero
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(RefreshEvery), value, "CacheLoaderOptions.RefreshEvery must be more than zero, or null.");
    }

    /// <summary>How long after it was read last a value is no longer refreshed. Default 10 minutes; more than zero.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is zero or less.</exception>
    public TimeSpan StopAfter
    {
        get => _stopAfter;
        init => _stopAfter = value > TimeSpan.Zero
            ? value
            : throw new ArgumentOutOfRangeException(nameof(StopAfter), value, "CacheLoaderOptions.StopAfter must be more than zero.");
    }

    /// <summary>Is told what a refresh in the background has thrown; it is tried again at the next time. Null by default.</summary>
    public Action<Exception>? OnError { get; init; }
}
