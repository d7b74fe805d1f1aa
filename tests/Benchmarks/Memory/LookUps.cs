using FastOrm.Cache.Benchmarks.Ratios;
using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.Engine;
using FastOrm.Cache.Memory;
using Microsoft.Extensions.Caching.Memory;

namespace FastOrm.Cache.Benchmarks.Memory;

/// <summary>Look-ups of 1,000 string keys in the memory tier and in <see cref="MemoryCache"/>, all of them found.</summary>
internal sealed class LookUps : IDisposable
{
    private const int Entries = 1_000;
    private static readonly TimeSpan Ttl = TimeSpan.FromHours(1);

    private readonly Clock _clock = new(TimeProvider.System);
    private readonly MemoryTier _tier;
    private readonly MemoryCache _cache = new(new MemoryCacheOptions());

    // Other instances than those that were stored: applications build their keys anew for each look-up.
    private readonly string[] _keys = [.. Enumerable.Range(0, Entries).Select(Key)];

    public LookUps()
    {
        _tier = new(new LocalTierSettings("look-ups", MaxEntries: 100_000, MaxBytes: 64 << 20, static _ => { }));
        var now = _clock.Now;
        for (var i = 0; i < Entries; i++)
        {
            var value = new object();
            _tier.Store(new(new LocalCacheKey(Key(i)), value, [], now, Clock.After(now, Ttl), size: 100), now);
            _cache.Set(Key(i), value, Ttl);
        }

        InTier = new("look-up in the memory tier", FindInTier, runsSql: false);
        InMemoryCache = new("look-up in MemoryCache", FindInMemoryCache, runsSql: false);
    }

    public Side InTier { get; }

    public Side InMemoryCache { get; }

    public void Dispose()
    {
        _tier.Dispose();
        _cache.Dispose();
    }

    private static string Key(int i) => $"shop:product:{i:00000}";

    private void FindInTier(int count)
    {
        var found = 0;
        for (int i = 0, k = 0; i < count; i++, k = k + 1 < Entries ? k + 1 : 0)
        {
            found += _tier.Find(new LocalCacheKey(_keys[k]), _clock.Now)?.Value is null ? 0 : 1;
        }

        RequireAll(found, count);
    }

    private void FindInMemoryCache(int count)
    {
        var found = 0;
        for (int i = 0, k = 0; i < count; i++, k = k + 1 < Entries ? k + 1 : 0)
        {
            found += _cache.TryGetValue(_keys[k], out object? value) && value is not null ? 1 : 0;
        }

        RequireAll(found, count);
    }

    private static void RequireAll(int found, int count)
    {
        if (found != count)
        {
            throw new MeasurementException($"look-up: {found} of {count} keys were found, but all are there.");
        }
    }
}
