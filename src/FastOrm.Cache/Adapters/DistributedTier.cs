using FastOrm.Cache.Coherence;
using FastOrm.Cache.Engine;
using FastOrm.Cache.Keys;
using FastOrm.Cache.Stamps;
using FastOrm.Cache.Values;

namespace FastOrm.Cache.Adapters;

/// <summary>The values of <see cref="DistributedCacheAdapter"/> in the tier that nodes share.</summary>
/// <remarks>
/// <para>
/// Nobody loads these values again. So in the tier they do not depend on the stamp of their key, which other keys share with it, but only on
/// that of a clear.
/// </para>
/// <para>
/// A value is stored first, and the others hear of it then: until that they have the old one, and whoever has heard finds the new one. The
/// end of its sliding time is known to the tier alone. A use moves that end and writes nothing, so no use brings back what was removed or
/// replaced. One that is told late, of an older value, only makes a newer one live longer, for no more than the older one's sliding time.
/// </para>
/// </remarks>
internal sealed class DistributedTier(CacheEngine cache)
{
    private readonly RemoteLink _remote = cache.Remote!;

    /// <summary>Looks for a value.</summary>
    /// <param name="async">Whether the answer is waited for without blocking.</param>
    /// <param name="key">The key.</param>
    /// <param name="guard">The slot of the key: while a change of it is unsent, the tier has what was changed.</param>
    /// <param name="all">What the value depends on.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public async ValueTask<DistributedEntry?> FindAsync(
        bool async, string key, int guard, Dependency all, CancellationToken cancellationToken)
        => _remote.State.Ask([guard]) is not null
            && await cache.LookAsync(async, CacheEngine.RemoteKeyOf(key), [all], cancellationToken).ConfigureAwait(false) is { Entry: { } found }
                ? Read(found)
                : null;

    /// <summary>Stores a value in place of any other.</summary>
    /// <param name="key">The key.</param>
    /// <param name="guard">The stamp of the key.</param>
    /// <param name="all">What the value depends on.</param>
    /// <param name="entry">The value.</param>
    /// <returns>What holds as long as the tier has this value, for all that is known.</returns>
    public async ValueTask<Dependency> SetAsync(string key, Stamp guard, Dependency all, DistributedEntry entry)
    {
        var reading = await _remote.AskAsync([all.Slot], [], CancellationToken.None).ConfigureAwait(false);

        // Of two who set a key the tier has the value of the one who has stored last. Of a change that was heard before this point the store
        // was before ours. Whoever stores after us changes the key after that, and so after this point: then the stamp is not what our own
        // change makes of it, or the message removes from memory what is kept by then. The same goes for who removes the value.
        var before = guard.Current;
        var isStored = reading is not null && await TryStoreAsync(key, all.Slot, reading, entry).ConfigureAwait(false);
        await _remote.ChangeAsync([guard.Slot], [key], isStored ? [] : [CacheEngine.RemoteKeyOf(key)]).ConfigureAwait(false);
        return guard.At(before + 1);
    }

    /// <summary>A value was used: the tier is told from time to time, without making the caller wait.</summary>
    public void Use(string key, DistributedEntry entry)
    {
        var now = cache.Clock.Now;
        if (entry.BeginTelling(now))
        {
            _ = TellAsync(key, entry, now);
        }
    }

    private async Task TellAsync(string key, DistributedEntry entry, long now)
    {
        var isTold = false;
        try
        {
            isTold = await _remote.TryProlongAsync(
                CacheEngine.RemoteKeyOf(key), entry.SharedLifeAfterUse(cache.Clock.Provider.GetUtcNow())).ConfigureAwait(false);
        }
        finally
        {
            entry.EndTelling(isTold ? now : null); // If not, the next use tries again.
        }
    }

    private DistributedEntry? Read(Envelope found)
    {
        if (found.Kind != EnvelopeKind.Value
            || !found.Identity.Span.SequenceEqual(TypeName<DistributedEntry>.Digest.Span)
            || DistributedEntry.TryRead(found.Payload) is not { } entry
            || entry.LifeAfterUse(cache.Clock.Provider.GetUtcNow()) <= TimeSpan.Zero)
        {
            return null;
        }

        entry.EndTelling(cache.Clock.Now - cache.AgeOf(found)); // At the latest: others may have told of uses since.
        return entry;
    }

    private async ValueTask<bool> TryStoreAsync(string key, int all, RemoteReading reading, DistributedEntry entry)
    {
        var start = cache.StartedAt(cache.Clock.Now);
        var now = cache.Clock.Provider.GetUtcNow();
        var envelope = new Envelope(
            EnvelopeKind.Value,
            reading.Position.Era,
            cache.ToldTime(start),
            Math.Max(1, EntryTerms.Milliseconds(entry.LongestLife(now))),
            StaleFor: 0,
            StaleIfError: 0,
            LocalFor: Clock.Never,
            [all],
            reading.Stamps,
            TypeName<DistributedEntry>.Digest,
            entry.Write());
        var isStored = await _remote.StoreGivenAsync(CacheEngine.RemoteKeyOf(key), envelope, entry.SharedLifeAfterUse(now)).ConfigureAwait(false);
        if (isStored)
        {
            entry.EndTelling(start.At);
        }

        return isStored;
    }
}
