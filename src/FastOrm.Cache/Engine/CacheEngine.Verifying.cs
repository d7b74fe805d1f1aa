using FastOrm.Cache.Keys;

namespace FastOrm.Cache.Engine;

/// <content>Callers who want to be certain of the changes of other nodes: they ask the tier before they look into memory.</content>
internal sealed partial class CacheEngine
{
    /// <summary>Whether a caller is to be certain, and there is somebody of whose changes.</summary>
    public bool Verifies(CacheConsistency? asked) => _remote is not null && (asked ?? _options.Consistency) == CacheConsistency.Verified;

    /// <summary>Makes certain that this node knows of all changes of others; for a synchronous caller that has happened when it returns.</summary>
    /// <returns>Whether it is certain. If not, nothing may be served from the cache.</returns>
    public ValueTask<bool> VerifyAsync(bool async, CancellationToken cancellationToken) => As(async, _remote!.VerifyAsync(cancellationToken));

    /// <summary>The same for reads that are counted.</summary>
    /// <param name="async">Whether the caller awaits it.</param>
    /// <param name="reads">How many values or results the caller wants.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public ValueTask<bool> VerifyReadAsync(bool async, int reads, CancellationToken cancellationToken)
    {
        Counters.CertainReads.Add(reads);
        return VerifyAsync(async, cancellationToken);
    }

    private bool Verifies(CacheEntryOptions options) => Verifies(options.Consistency);

    private async ValueTask<CacheResult<T>> GetVerifiedAsync<T>(bool async, string key, CancellationToken cancellationToken)
        => !await VerifyReadAsync(async, reads: 1, cancellationToken).ConfigureAwait(false) ? Missed<T>(key)
            : TryCertainHit<T>(key, Clock.Never, out var result, takesAbsence: true) ? result
            : UsesRemote(CacheEntryOptions.Default) ? await GetRemoteAsync<T>(async, key, cancellationToken).ConfigureAwait(false)
            : Missed<T>(key);

    private bool TryCertainHit<T>(string key, long maxAge, out CacheResult<T> result, bool takesAbsence = false)
    {
        if (!TryHit(key, maxAge, out result, takesAbsence))
        {
            return false;
        }

        Counters.CertainHits.Increment();
        return true;
    }
}
