using Microsoft.Extensions.Caching.Hybrid;

namespace FastOrm.Cache.Adapters;

/// <summary>A cache as the <see cref="HybridCache"/> of .NET.</summary>
/// <remarks>
/// What the contract leaves open is as in .NET's own implementation: a blank key is not cached, the tag <c>*</c> is everything,
/// and an expiration counts for what is stored, not for what is read. Differences: values that can be shared are told by their
/// types without an attribute, a tag with a colon belongs to the one above, and a key that is too long is shortened instead of
/// not cached.
/// </remarks>
internal sealed class HybridCacheAdapter(ICache cache) : HybridCache
{
    private const string Everything = "*";

    // The others speak of a distributed cache behind this one, and of its compression.
    private const HybridCacheEntryFlags OwnFlags =
        HybridCacheEntryFlags.DisableLocalCache | HybridCacheEntryFlags.DisableUnderlyingData;

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
        var flags = (options?.Flags ?? HybridCacheEntryFlags.None) & OwnFlags;
        if (string.IsNullOrWhiteSpace(key))
        {
            flags = OwnFlags & (flags | HybridCacheEntryFlags.DisableLocalCache);
        }
        else
        {
            key = CacheKey.Shortened(key);
        }

        var given = Checked(tags);
        return flags == HybridCacheEntryFlags.None
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
        if (string.IsNullOrWhiteSpace(key) || options?.Flags?.HasFlag(HybridCacheEntryFlags.DisableLocalCacheWrite) == true)
        {
            return ValueTask.CompletedTask;
        }

        var translated = Translate(options);
        return cache.SetAsync(
            CacheKey.Shortened(key), value, given.Length == 0 ? translated : translated with { Tags = given }, cancellationToken);
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
        if (!flags.HasFlag(HybridCacheEntryFlags.DisableLocalCacheRead)
            && await cache.TryGetAsync<T>(key, cancellationToken).ConfigureAwait(false) is { IsCached: true } found
            && (found.HasValue || default(T) is null)) // An absence is no value of a type that has no null.
        {
            return found.Value!;
        }

        if (flags.HasFlag(HybridCacheEntryFlags.DisableUnderlyingData))
        {
            return default!;
        }

        var loading = flags.HasFlag(HybridCacheEntryFlags.DisableLocalCacheWrite)
            ? factory(state, cancellationToken)
            : cache.RefreshAsync(key, (factory, state), Translate(options), Load, cancellationToken, tags);
        return await loading.ConfigureAwait(false);
    }

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
