using FastOrm.Cache.Tests.Unit.Support;

namespace FastOrm.Cache.Tests.Unit.Values;

/// <summary>A cache on a clock that stands still, and a loader that counts its runs.</summary>
internal sealed class CacheLab : IDisposable
{
    public static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private int _loads;

    public CacheLab(Action<FastOrmCacheOptions>? configure = null)
        => Cache = FastCache.Create(options =>
        {
            options.TimeProvider = Time;
            configure?.Invoke(options);
        });

    public ManualTimeProvider Time { get; } = new();

    public ICache Cache { get; }

    /// <summary>How often the loader ran.</summary>
    public int Loads => Volatile.Read(ref _loads);

    /// <summary>The number of this run.</summary>
    public int Load() => Interlocked.Increment(ref _loads);

    public Task<int> LoadAsync(CancellationToken cancellationToken) => Task.FromResult(Load());

    public ValueTask<int> Remember(string key, CacheEntryOptions? options = null, params string[] tags)
        => Cache.RememberAsync(key, options, LoadAsync, tags);

    public void Dispose() => Cache.Dispose();
}
