namespace FastOrm.Cache.Memory;

/// <summary>How a value is served after its time is over. All times are on the cache's clock.</summary>
/// <param name="From">When its time is over.</param>
/// <param name="WhileLoading">Until when it is served to those who do not load it anew.</param>
/// <param name="IfFailed">Until when it is served if it cannot be loaded anew.</param>
internal sealed record StaleTerms(long From, long WhileLoading, long IfFailed)
{
    private long _retryAt;

    /// <summary>When to try again after a load that failed.</summary>
    public long RetryAt
    {
        set => Volatile.Write(ref _retryAt, value);
    }

    /// <summary>Until when it is served for this reason.</summary>
    public long Until(StaleUse use) => use switch
    {
        StaleUse.WhileLoading => WhileLoading,
        StaleUse.IfFailed => IfFailed,
        _ => Math.Min(Volatile.Read(ref _retryAt), IfFailed),
    };
}

/// <summary>Why a value is served whose time is over.</summary>
internal enum StaleUse
{
    /// <summary>Another caller is loading it anew.</summary>
    WhileLoading,

    /// <summary>It could not be loaded anew.</summary>
    IfFailed,

    /// <summary>It could not be loaded just now, and it is too early to try again.</summary>
    UntilRetry,
}
