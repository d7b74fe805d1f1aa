using FastOrm.Cache.Engine;
using Microsoft.Extensions.Caching.Hybrid;

namespace FastOrm.Cache.Adapters;

/// <summary>A cache as the <see cref="HybridCache"/> of .NET.</summary>
/// <remarks>
/// What the contract leaves open is as in .NET's own implementation: a blank key is not cached, the tag <c>*</c> is everything,
/// and an expiration counts for what is stored, not for what is read. Differences: values that can be shared are told by their
/// types without an attribute, a tag with a colon belongs to the one above, and a key that is too long is shortened instead of
/// not cached. Its distributed cache is the tier that nodes share; compression is a matter of the serializer, whatever the flag says.
/// </remarks>
internal sealed class HybridCacheAdapter(CacheEngine cache) : HybridCache
{
    private const string Everything = "*";

    private Translation _last = new(new HybridCacheEntryOptions());

    public override ValueTask<T> GetOrCreateAsync<TState, T>(
        string key,
        TState state,
        Func<TState, CancellationToken, ValueTask<T>> factory,
        HybridCacheEntryOptions? options = null,
        IEnumerable<string>? tags = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(factory);
        cancellationToken.ThrowIfCancellationRequested();
        var given = Checked(tags);
        var flags = options?.Flags ?? HybridCacheEntryFlags.None;
        if (string.IsNullOrWhiteSpace(key))
        {
            return IsFactoryUsed(flags) ? factory(state, cancellationToken) : default;
        }

        key = CacheKey.Shortened(key);
        return flags is HybridCacheEntryFlags.None or HybridCacheEntryFlags.DisableCompression
            ? CacheExtensions.Value(cache.RememberAsync(key, (factory, state), Translate(options), Load, cancellationToken, given))
            : GetOrCreateAsync(key, state, factory, options, given, flags, cancellationToken);
    }

    public override ValueTask SetAsync<T>(
        string key,
        T value,
        HybridCacheEntryOptions? options = null,
        IEnumerable<string>? tags = null,
        CancellationToken cancellationToken = default)
    {
        var given = Checked(tags);
        var writes = WrittenTiers(options?.Flags ?? HybridCacheEntryFlags.None);
        if (string.IsNullOrWhiteSpace(key) || writes == CacheTiers.None)
        {
            return ValueTask.CompletedTask;
        }

        return cache.SetAsync(
            CacheKey.Shortened(key), value, Translate(options) with { Tags = given, Tiers = writes }, cancellationToken);
    }

    public override ValueTask RemoveAsync(string key, CancellationToken cancellationToken = default)
        => string.IsNullOrWhiteSpace(key) ? ValueTask.CompletedTask : cache.ForgetAsync(CacheKey.Shortened(key));

    public override ValueTask RemoveByTagAsync(string tag, CancellationToken cancellationToken = default)
        => string.IsNullOrWhiteSpace(tag) ? ValueTask.CompletedTask
            : tag == Everything ? cache.ClearAsync()
            : cache.FlushAsync(tag);

    private async ValueTask<T> GetOrCreateAsync<TState, T>(
        string key,
        TState state,
        Func<TState, CancellationToken, ValueTask<T>> factory,
        HybridCacheEntryOptions? options,
        string[] tags,
        HybridCacheEntryFlags flags,
        CancellationToken cancellationToken)
    {
        var (reads, writes) = (ReadTiers(flags), WrittenTiers(flags));
        var kept = Translate(options) with { Tiers = writes };
        if (!(cache.DryRun && IsFactoryUsed(flags)) // Then what remembers looks for it, and counts it.
            && await cache.FindAsync<T>(key, reads, kept, cancellationToken).ConfigureAwait(false) is { IsCached: true } found
            && (found.HasValue || default(T) is null)) // An absence is no value of a type that has no null.
        {
            return found.Value!;
        }

        // Whoever remembers asks memory, and the other tier if he is to store there. Where he must not, the value is made in any case.
        var asks = (CacheTiers.Memory | (writes & CacheTiers.Remote)) & cache.UsedTiers;
        if (IsFactoryUsed(flags) && writes != CacheTiers.None && reads.HasFlag(asks))
        {
            return await CacheExtensions.Value(
                cache.RememberAsync(key, (factory, state), kept, Load, cancellationToken, tags)).ConfigureAwait(false);
        }

        cache.Missed(key);
        var making = !IsFactoryUsed(flags) ? default
            : writes == CacheTiers.None ? factory(state, cancellationToken)
            : cache.RefreshAsync(key, (factory, state), kept, Load, cancellationToken, tags);
        return await making.ConfigureAwait(false);
    }

    private static bool IsFactoryUsed(HybridCacheEntryFlags flags) => !flags.HasFlag(HybridCacheEntryFlags.DisableUnderlyingData);

    private CacheTiers ReadTiers(HybridCacheEntryFlags flags)
        => Tiers(flags, HybridCacheEntryFlags.DisableLocalCacheRead, HybridCacheEntryFlags.DisableDistributedCacheRead);

    private CacheTiers WrittenTiers(HybridCacheEntryFlags flags)
        => Tiers(flags, HybridCacheEntryFlags.DisableLocalCacheWrite, HybridCacheEntryFlags.DisableDistributedCacheWrite);

    private CacheTiers Tiers(HybridCacheEntryFlags flags, HybridCacheEntryFlags notLocal, HybridCacheEntryFlags notDistributed)
        => cache.UsedTiers
            & ~(flags.HasFlag(notLocal) ? CacheTiers.Memory : CacheTiers.None)
            & ~(flags.HasFlag(notDistributed) ? CacheTiers.Remote : CacheTiers.None);

    private static Task<T> Load<TState, T>(
        (Func<TState, CancellationToken, ValueTask<T>> Factory, TState State) call, CancellationToken cancellationToken)
        => call.Factory(call.State, cancellationToken).AsTask();

    private static string[] Checked(IEnumerable<string>? tags)
    {
        var given = tags switch
        {
            null => [],
            string[] array => array,
            _ => [.. tags],
        };
        Keys.Text.Checked(given, "A tag", nameof(tags));
        return !given.AsSpan().Contains(Everything)
            ? given
            : throw new ArgumentException($"A tag must not be \"{Everything}\": it stands for all of them.", nameof(tags));
    }

    // Code mostly has its options in a field, and the next call has the same.
    private CacheEntryOptions Translate(HybridCacheEntryOptions? options)
    {
        if (options is null)
        {
            return CacheEntryOptions.Default;
        }

        var last = Volatile.Read(ref _last);
        if (!ReferenceEquals(last.Source, options))
        {
            last = new Translation(options);
            Volatile.Write(ref _last, last);
        }

        return last.Options;
    }

    private sealed class Translation(HybridCacheEntryOptions source)
    {
        public HybridCacheEntryOptions Source => source;

        public CacheEntryOptions Options { get; } = new()
        {
            Ttl = source.Expiration,
            LocalTtl = source.LocalCacheExpiration,
            EmptyTtl = source.Expiration is null && source.LocalCacheExpiration is null ? null : Timeout.InfiniteTimeSpan,
            AcceptsAnyAge = true,
        };
    }
}
