namespace FastOrm.Cache.Engine;

/// <content>What is switched while the cache is in use. A hit reads one field of it, however many switches there are.</content>
internal sealed partial class CacheEngine
{
    private readonly Lock _switching = new();
    private volatile bool _enabled;
    private volatile bool _dryRun;
    private volatile bool _disposed;
    private volatile bool _serves;
    private volatile bool _checksHits;

    public bool IsEnabled
    {
        get => _enabled && !_disposed;
        set => Switch(enabled: value);
    }

    public bool DryRun
    {
        get => _dryRun;
        set => Switch(dryRun: value);
    }

    /// <summary>Whether a hit of a query is more than its rows: to be compared with the database, or answered by it.</summary>
    public bool ChecksHits => _checksHits;

    /// <summary>Whether some hits are compared with the database.</summary>
    public bool VerifiesHits => _options.VerifyFraction > 0;

    /// <summary>Whether a value that is found may be given to a caller who has a loader.</summary>
    private bool Serves => _serves;

    /// <summary>Whether this hit is one of those that are compared with the database.</summary>
    public bool IsToBeVerified() => _options.VerifyFraction is > 0 and var fraction && Random.Shared.NextDouble() < fraction;

    private void Switch(bool? enabled = null, bool? dryRun = null, bool disposed = false)
    {
        lock (_switching)
        {
            _enabled = enabled ?? _enabled;
            _dryRun = dryRun ?? _dryRun;
            _disposed |= disposed;
            _serves = _enabled && !_dryRun && !_disposed;
            _checksHits = _dryRun || _options.VerifyFraction > 0;
        }
    }
}
