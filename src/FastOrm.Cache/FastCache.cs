using FastOrm.Cache.Engine;

namespace FastOrm.Cache;

/// <summary>The default cache of the process, and the way to create others without dependency injection.</summary>
/// <remarks>All members are safe to call from many threads at once.</remarks>
public static partial class FastCache
{
    private static readonly Lock Gate = new();
    private static ICache? _default;

    /// <summary>
    /// The default cache: the one given to <see cref="Setup"/> or registered by <c>AddFastOrmCache</c>, otherwise one with default
    /// options that is created here on first use.
    /// </summary>
    public static ICache Default
    {
        get
        {
            var cache = Volatile.Read(ref _default);
            if (cache is not null)
            {
                return cache;
            }

            lock (Gate)
            {
                return _default ??= Create();
            }
        }
    }

    /// <summary>Replaces the default cache by a new one with the given options.</summary>
    /// <param name="configure">Sets the options.</param>
    /// <returns>The new default cache. The one before goes on working for whoever still holds it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static ICache Setup(Action<FastOrmCacheOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var cache = Create(configure);
        SetDefault(cache);
        return cache;
    }

    /// <summary>Creates a cache of its own, which the caller disposes.</summary>
    /// <param name="configure">Sets the options; <see langword="null"/> for the defaults.</param>
    /// <param name="name">The name by which <see cref="ICache.Name"/> and the diagnostics know it.</param>
    /// <exception cref="ArgumentException">The name is null, empty or white space.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static ICache Create(Action<FastOrmCacheOptions>? configure = null, string name = "default")
    {
        Keys.Text.Checked(name, "The name of a cache");
        var options = new FastOrmCacheOptions();
        configure?.Invoke(options);
        return new CacheEngine(name, options);
    }

    internal static void SetDefault(ICache cache)
    {
        lock (Gate)
        {
            Volatile.Write(ref _default, cache);
        }
    }

    /// <summary>A cache that was disposed is the default no longer; the next caller gets a new one.</summary>
    internal static void Disposed(ICache cache) => Interlocked.CompareExchange(ref _default, null, cache);
}
