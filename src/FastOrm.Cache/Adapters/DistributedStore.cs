using FastOrm.Cache.Coherence;
using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.Engine;
using FastOrm.Cache.Keys;
using FastOrm.Cache.Stamps;

namespace FastOrm.Cache.Adapters;

/// <summary>Where the values of <see cref="DistributedCacheAdapter"/> are kept: in memory, and behind it in the tier that nodes share.</summary>
/// <remarks>
/// What is in memory lives for its sliding time after each use. When that is over the tier is asked, since another node may have used it.
/// </remarks>
internal sealed class DistributedStore(CacheEngine cache)
{
    private readonly DistributedTier? _tier =
        cache.UsedTiers.HasFlag(CacheTiers.Remote) ? new DistributedTier(cache) : null;

    private readonly bool _usesMemory = cache.UsedTiers.HasFlag(CacheTiers.Memory);

    /// <summary>Looks for a value, and counts as its use. Of a synchronous caller the answer is there.</summary>
    public ValueTask<DistributedEntry?> FindAsync(bool async, string key, CancellationToken cancellationToken)
        => !cache.IsEnabled ? default
            : cache.Verifies(asked: null) ? FindVerifiedAsync(async, key, cancellationToken)
            : FindKnownAsync(async, key, cancellationToken);

    private async ValueTask<DistributedEntry?> FindVerifiedAsync(bool async, string key, CancellationToken cancellationToken)
    {
        if (!await cache.VerifyReadAsync(async, reads: 1, cancellationToken).ConfigureAwait(false))
        {
            return Missed(key);
        }

        var found = await FindKnownAsync(async, key, cancellationToken).ConfigureAwait(false);
        cache.Counters.CertainHits.Add(found is null ? 0 : 1);
        return found;
    }

    private ValueTask<DistributedEntry?> FindKnownAsync(bool async, string key, CancellationToken cancellationToken)
    {
        if (cache.Find(new LocalCacheKey(key), Clock.Never) is { Value: DistributedEntry found } entry)
        {
            if (found.Slides)
            {
                entry.Prolong(Clock.After(cache.Clock.Now, found.LifeAfterUse(cache.Clock.Provider.GetUtcNow())));
                _tier?.Use(key, found);
            }

            cache.Served(key);
            return new ValueTask<DistributedEntry?>(found);
        }

        return _tier is null ? new ValueTask<DistributedEntry?>(Missed(key)) : FindSharedAsync(async, _tier, key, cancellationToken);
    }

    /// <summary>Stores a value in place of any other.</summary>
    public async ValueTask SetAsync(string key, DistributedEntry entry)
    {
        if (entry.Bytes.Length > cache.MaxResultBytes)
        {
            cache.NotKept(key, ValueBypasses.TooLarge);
            await RemoveAsync(key).ConfigureAwait(false);
            return;
        }

        if (!cache.IsEnabled)
        {
            await RemoveAsync(key).ConfigureAwait(false);
            return;
        }

        var guard = cache.Stamps.Guard(TagHash.OfName(key));
        var all = cache.Stamps.All.Seen();
        var condition = _tier is null ? null : (Dependency?)await _tier.SetAsync(key, guard, all, entry).ConfigureAwait(false);
        if (_tier is null)
        {
            guard.Change(); // What is being loaded under the key is older.
        }

        if (!Keep(key, entry, all, condition))
        {
            cache.Memory.Remove(new LocalCacheKey(key)); // What was there is older.
        }
    }

    /// <summary>Removes a value, here and in the tier.</summary>
    public ValueTask RemoveAsync(string key) => cache.ForgetAsync(key);

    private async ValueTask<DistributedEntry?> FindSharedAsync(
        bool async, DistributedTier tier, string key, CancellationToken cancellationToken)
    {
        var guard = cache.Stamps.Guard(TagHash.OfName(key)).Seen();
        var all = cache.Stamps.All.Seen();
        if (await tier.FindAsync(async, key, guard.Slot, all, cancellationToken).ConfigureAwait(false) is not { } found)
        {
            return Missed(key);
        }

        Keep(key, found, all, guard);
        tier.Use(key, found);
        cache.Counters.RemoteHits.Increment();
        cache.Served(key);
        return found;
    }

    // Only the key itself ends it, and a clear: nobody would load it again that was flushed with a neighbour.
    private bool Keep(string key, DistributedEntry entry, Dependency all, Dependency? guard)
    {
        if (!_usesMemory)
        {
            return false;
        }

        var start = cache.StartedAt(cache.Clock.Now);
        var life = entry.LifeAfterUse(cache.Clock.Provider.GetUtcNow());
        var isKept = cache.Store(
            new LocalCacheEntry(
                new LocalCacheKey(key), entry, [all], start.At, Clock.After(start.At, life), entry.Bytes.Length + 2 * key.Length)
            {
                Guard = guard is { } unchanged ? [unchanged] : null,
                LoadNumber = start.Number,
            });
        if (isKept)
        {
            cache.Events.OnStored(key);
        }

        return isKept;
    }

    private DistributedEntry? Missed(string key)
    {
        cache.Missed(key);
        return null;
    }
}
