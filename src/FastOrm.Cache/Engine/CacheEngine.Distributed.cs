using FastOrm.Cache.Keys;
using FastOrm.Cache.Stamps;

namespace FastOrm.Cache.Engine;

/// <content>What is needed by those who keep values in the tiers by rules of their own.</content>
internal sealed partial class CacheEngine
{
    /// <summary>The key of a value in the tier that nodes share.</summary>
    public static string RemoteKeyOf(string key) => ValuePrefix + key;

    /// <summary>The tiers that the cache has and uses.</summary>
    public CacheTiers UsedTiers => _options.Tiers & (_remote is null ? CacheTiers.Memory : CacheTiers.All);

    /// <summary>Looks for a value in some of the tiers. One that is not there counts as no miss yet.</summary>
    /// <param name="key">The key.</param>
    /// <param name="tiers">Where to look.</param>
    /// <param name="options">How it is kept that is found in the tier which nodes share.</param>
    /// <param name="cancellationToken">Cancels the look-up.</param>
    public async ValueTask<CacheResult<T>> FindAsync<T>(
        string key, CacheTiers tiers, CacheEntryOptions options, CancellationToken cancellationToken)
    {
        Text.CheckedKey(key);
        if (!IsEnabled)
        {
            return default;
        }

        if (tiers.HasFlag(CacheTiers.Memory)
            && (Verifies(options) ? await VerifyReadAsync(async: true, reads: 1, cancellationToken).ConfigureAwait(false)
                    && TryCertainHit(key, Clock.Never, out CacheResult<T> result, takesAbsence: true)
                : TryHit(key, Clock.Never, out result, takesAbsence: true)))
        {
            return result;
        }

        Dependency[] seen = [Stamps.All.Seen(), Stamps.Guard(TagHash.OfName(key)).Seen()];
        return tiers.HasFlag(CacheTiers.Remote) && _remote is not null
            && await LookAsync(async: true, ValuePrefix + key, seen, cancellationToken).ConfigureAwait(false) is { Entry: not null } look
            && TryTake(key, options, look, out result, out _, takesAbsence: true)
                ? result
                : default;
    }

    /// <summary>A value was served.</summary>
    public void Served(string key)
    {
        Counters.Hit();
        Events.OnHit(key);
    }
}
