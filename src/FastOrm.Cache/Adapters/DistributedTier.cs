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
/// that of a clear. In its place whoever sets, removes or prolongs a value has the lease of its key for that long: what one has removed
/// another does not prolong.
/// </para>
/// <para>
/// A value is stored first, and the others hear of it then: until that they have the old one, and whoever has heard finds the new one.
/// </para>
/// </remarks>
internal sealed class DistributedTier(CacheEngine cache)
{
    private readonly RemoteLink _remote = cache.Remote!;
    private readonly LeaseTurns _turns = new(cache);

    /// <summary>Looks for a value.</summary>
    /// <param name="async">Whether the answer is waited for without blocking.</param>
    /// <param name="key">The key.</param>
    /// <param name="guard">The slot of the key: while a change of it is unsent, the tier has what was changed.</param>
    /// <param name="all">What the value depends on.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public async ValueTask<DistributedEntry?> FindAsync(
        bool async, string key, int guard, Dependency all, CancellationToken cancellationToken)
        => _remote.State.Ask([guard]) is not null
            && await cache.LookAsync(async, CacheEngine.RemoteKeyOf(key), [all], cancellationToken).ConfigureAwait(false) is { } look
                ? Read(look)
                : null;

    /// <summary>Stores a value in place of any other.</summary>
    /// <returns>What holds as long as nobody else has changed the key.</returns>
    public async ValueTask<Dependency> SetAsync(string key, Stamp guard, DistributedEntry entry)
    {
        var looking = LookAsync(key).AsTask();
        using var turn = await _turns.EnterAsync(key).ConfigureAwait(false);
        var look = await looking.ConfigureAwait(false);

        // Read before the store: if another changes the key from here on, his value may be the one that the tier has.
        var before = guard.Current;
        var isStored = look is not null && await TryStoreAsync(look, entry).ConfigureAwait(false);
        await _remote.ChangeAsync([guard.Slot], [key], isStored ? [] : [CacheEngine.RemoteKeyOf(key)]).ConfigureAwait(false);
        return guard.At(before + 1);
    }

    /// <summary>Removes a value.</summary>
    public async ValueTask RemoveAsync(string key)
    {
        using var turn = await _turns.EnterAsync(key).ConfigureAwait(false);
        await cache.ForgetAsync(key).ConfigureAwait(false);
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
        long? toldAt = null;
        try
        {
            // Whoever has the turn is setting or removing the value, or telling of a use as late as this.
            using var turn = await _turns.TryEnterAsync(key).ConfigureAwait(false);
            if (turn is null || await LookAsync(key).ConfigureAwait(false) is not { } look)
            {
                return; // The next use tries again.
            }

            toldAt = now;
            if (Read(look) is not { } shared)
            {
                return; // What is not there may have been removed.
            }

            if (shared.Id != entry.Id)
            {
                cache.Memory.Remove(new LocalCacheKey(key)); // Another value, and the message of it is late.
            }
            else if (!entry.IsToBeTold(cache.AgeOf(look.Entry!)))
            {
                toldAt = now - cache.AgeOf(look.Entry!); // By another node.
            }
            else if (!await TryStoreAsync(look, entry).ConfigureAwait(false))
            {
                toldAt = null;
            }
        }
        finally
        {
            entry.EndTelling(toldAt);
        }
    }

    private ValueTask<RemoteLook?> LookAsync(string key)
        => cache.LookAsync(async: true, CacheEngine.RemoteKeyOf(key), [cache.Stamps.All.Seen()], CancellationToken.None);

    private DistributedEntry? Read(RemoteLook look)
    {
        if (look.Entry is not { Kind: EnvelopeKind.Value } found
            || !found.Identity.Span.SequenceEqual(TypeName<DistributedEntry>.Digest.Span)
            || cache.AgeOf(found) is var age && age >= found.FreshFor
            || DistributedEntry.TryRead(found.Payload) is not { } entry
            || entry.LifeAfterUse(cache.Clock.Provider.GetUtcNow()) <= TimeSpan.Zero)
        {
            return null;
        }

        entry.EndTelling(cache.Clock.Now - age);
        return entry;
    }

    private async ValueTask<bool> TryStoreAsync(RemoteLook look, DistributedEntry entry)
    {
        var start = cache.StartedAt(cache.Clock.Now);
        var life = entry.SharedLifeAfterUse(cache.Clock.Provider.GetUtcNow());
        var envelope = new Envelope(
            EnvelopeKind.Value,
            look.Era,
            cache.ToldTime(start),
            Math.Max(1, EntryTerms.Milliseconds(life)),
            StaleFor: 0,
            StaleIfError: 0,
            LocalFor: Clock.Never,
            look.Slots,
            look.Stamps,
            TypeName<DistributedEntry>.Digest,
            entry.Write());
        var stored = new RemoteEntry(look.Key, envelope.Write(look.Key), life == TimeSpan.MaxValue ? null : life);
        var isStored = await cache.TryRemotelyAsync<object>(async (tier, token) =>
        {
            await tier.StoreAsync([stored], token).ConfigureAwait(false);
            return tier;
        }).ConfigureAwait(false) is not null;
        if (isStored)
        {
            cache.Counters.RemoteStores.Increment();
            entry.EndTelling(start.At);
        }

        return isStored;
    }
}
