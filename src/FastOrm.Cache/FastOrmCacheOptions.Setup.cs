using FastOrm.Cache.Coherence;
using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.Memory;
using FastOrm.Cache.Redis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace FastOrm.Cache;

/// <content>What is chosen by methods: tiers, copies, and whose caches of the framework this one is.</content>
public sealed partial class FastOrmCacheOptions
{
    internal Func<LocalTierSettings, ILocalCacheTier> CreateLocalTier { get; private set; } = static settings => new MemoryTier(settings);

    internal Func<string, IRemoteCacheTier>? CreateRemoteTier { get; private set; }

    internal IConnectionMultiplexer? Multiplexer { get; private set; }

    internal Dictionary<Type, Delegate> Copies { get; private set; } = [];

    internal bool IsHybridCache { get; private set; }

    internal bool IsDistributedCache { get; private set; }

    /// <summary>The settings that have set options, by option: for errors that name them.</summary>
    internal Dictionary<string, string> Settings { get; } = new(StringComparer.Ordinal);

    /// <summary>Says how values of a type are copied, so that each caller gets one of its own without a serializer.</summary>
    /// <typeparam name="T">The type as which the values are kept.</typeparam>
    /// <param name="copy">Makes a copy that shares nothing with its original that can be changed. Safe to call from many threads.</param>
    /// <returns>The same options, for chaining.</returns>
    public FastOrmCacheOptions CopyWith<T>(Func<T, T> copy)
    {
        ArgumentNullException.ThrowIfNull(copy);
        Copies[typeof(T)] = copy;
        return this;
    }

    /// <summary>
    /// Makes this cache the <c>HybridCache</c> of the application, so that code which asks for one uses it unchanged; a named
    /// cache is the keyed service of its name. For <c>AddFastOrmCache</c>; elsewhere it has no effect.
    /// </summary>
    /// <returns>The same options, for chaining.</returns>
    public FastOrmCacheOptions AsHybridCache()
    {
        IsHybridCache = true;
        return this;
    }

    /// <summary>
    /// Makes this cache the <c>IDistributedCache</c> and <c>IBufferDistributedCache</c> of the application, so that code which asks
    /// for one uses it unchanged; a named cache is the keyed service of its name. For <c>AddFastOrmCache</c>; elsewhere it has no
    /// effect.
    /// </summary>
    /// <returns>The same options, for chaining.</returns>
    public FastOrmCacheOptions AsDistributedCache()
    {
        IsDistributedCache = true;
        return this;
    }

    /// <summary>Keeps entries in the memory of this process by a tier of your own, in place of the one that comes with the cache.</summary>
    /// <param name="create">Makes the tier of a cache. It serves this cache alone, which disposes of it.</param>
    /// <returns>The same options, for chaining.</returns>
    public FastOrmCacheOptions UseLocalTier(Func<LocalTierSettings, ILocalCacheTier> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        CreateLocalTier = create;
        return this;
    }

    /// <summary>Adds a tier that several nodes share: a backend of your own.</summary>
    /// <param name="create">Makes the tier of a cache, by the name of the cache. Whoever makes it disposes of it.</param>
    /// <returns>The same options, for chaining.</returns>
    public FastOrmCacheOptions UseRemoteTier(Func<string, IRemoteCacheTier> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        CreateRemoteTier = create;
        return this;
    }

    /// <summary>Adds a Redis server behind the memory, shared by all nodes: <c>docs/redis.md</c>.</summary>
    /// <param name="url">The address; see <see cref="RedisCacheOptions.Url"/>.</param>
    /// <param name="configure">Sets more options of the connection.</param>
    /// <returns>The same options, for chaining.</returns>
    public FastOrmCacheOptions UseRedis(string url, Action<RedisCacheOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(url);
        Redis.Url = url;
        CacheType = FastOrm.Cache.CacheType.Redis;
        configure?.Invoke(Redis);
        return this;
    }

    /// <summary>Adds a Redis server to which the application is connected already. The connection stays the application's.</summary>
    /// <param name="multiplexer">The connection. Never closed by the cache.</param>
    /// <param name="configure">Sets the prefix, the database and the time of an operation; the rest is the connection's.</param>
    /// <returns>The same options, for chaining.</returns>
    public FastOrmCacheOptions UseRedis(IConnectionMultiplexer multiplexer, Action<RedisCacheOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(multiplexer);
        Multiplexer = multiplexer;
        CacheType = FastOrm.Cache.CacheType.Redis;
        configure?.Invoke(Redis);
        return this;
    }

    /// <summary>Keeps everything in the memory of this process, whatever was said of Redis.</summary>
    /// <returns>The same options, for chaining.</returns>
    public FastOrmCacheOptions UseMemory()
    {
        CacheType = FastOrm.Cache.CacheType.Memory;
        CreateRemoteTier = null;
        return this;
    }

    /// <summary>The tier of this process.</summary>
    internal ILocalCacheTier LocalTierOf(string name, Action<LocalCacheEntry> onLeft)
        => CreateLocalTier(new LocalTierSettings(name, MaxEntries, MaxBytes, onLeft))
            ?? throw new InvalidOperationException($"The function given to {nameof(UseLocalTier)} has made no tier for the cache \"{name}\".");

    /// <summary>The tier that nodes share, or null; and whether the cache is to dispose of it.</summary>
    internal (IRemoteCacheTier? Tier, bool IsOwned) RemoteTierOf(string name)
        => CacheType == FastOrm.Cache.CacheType.Memory ? default
            : CreateRemoteTier is { } create ? (create(name), false)
            : Multiplexer is { } multiplexer ? (new RedisTier(multiplexer, Redis, name), true)
            : Redis.Url is not null ? (new RedisTier(Redis, name), true)
            : default;

    /// <summary>Where the cache says what needs attention. Never throws.</summary>
    internal ILogger Logger() => Quietly.Logging(LoggerFactory?.CreateLogger("FastOrm.Cache") ?? NullLogger.Instance);

    internal RemoteTerms RemoteTerms(string name)
    {
        var logger = Logger();
        return new RemoteTerms(
            Redis.OperationTimeout,
            BreakerPause: TimeSpan.FromSeconds(1),
            PollInterval,
            TrustWhileDisconnected,
            CrashSafeWrites ? CrashMarkerLife : null,
            MaxOperations: 1_024,
            MaxStores: 64,
            MaxEntryBytes: 2 * MaxResultBytes,
            error => RemoteLog.Trouble(logger, name, Breaker.MaxFailures, RemoteLog.Reason(error), error),
            () => RemoteLog.Recovered(logger, name),
            Encryption?.CipherOf(name));
    }
}
