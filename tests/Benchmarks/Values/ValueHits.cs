using FastOrm.Cache.Benchmarks.Ratios;
using Microsoft.Extensions.Caching.Memory;

namespace FastOrm.Cache.Benchmarks.Values;

/// <summary>Hits of 1,000 shared values under string keys: in the cache, one by one and by the hundred, and in <see cref="MemoryCache"/>.</summary>
internal sealed class ValueHits : IDisposable
{
    private const int Entries = 1_000;
    private const int Batch = 100;
    private static readonly TimeSpan Ttl = TimeSpan.FromHours(1);

    private readonly ICache _cache = FastCache.Create();
    private readonly MemoryCache _memoryCache = new(new MemoryCacheOptions());

    // Other instances than those that were stored: applications build their keys anew for each look-up.
    private readonly string[] _keys = [.. Enumerable.Range(0, Entries).Select(Key)];
    private readonly int[] _ids = [.. Enumerable.Range(0, Batch)];
    private readonly Func<CancellationToken, Task<string>> _loader = static _ => throw new MeasurementException("A hit has loaded its value.");
    private readonly Func<int, string> _key;
    private readonly Func<IReadOnlyList<int>, CancellationToken, Task<IReadOnlyDictionary<int, string>>> _manyLoader
        = static (_, _) => throw new MeasurementException("A hit has loaded its values.");

    public ValueHits()
    {
        _key = id => _keys[id];
        for (var i = 0; i < Entries; i++)
        {
            _cache.Set(Key(i), $"value {i}", Ttl);
            _memoryCache.Set(Key(i), $"value {i}", Ttl);
        }

        Remember = new("hit of RememberAsync", RememberOne, runsSql: false);
        InMemoryCache = new("hit of MemoryCache", FindInMemoryCache, runsSql: false);
        Many = new("hit of 100 by RememberManyAsync", RememberMany, runsSql: false);
        Singles = new("100 hits of RememberAsync", RememberSingles, runsSql: false);
    }

    public Side Remember { get; }

    public Side InMemoryCache { get; }

    public Side Many { get; }

    public Side Singles { get; }

    public void Dispose()
    {
        _cache.Dispose();
        _memoryCache.Dispose();
    }

    private static string Key(int i) => $"shop:product:{i:00000}";

    private void RememberOne(int count)
    {
        var length = 0;
        for (int i = 0, k = 0; i < count; i++, k = k + 1 < Entries ? k + 1 : 0)
        {
            length += Value(_cache.RememberAsync(_keys[k], Ttl, _loader)).Length;
        }

        Require(length >= count);
    }

    private void FindInMemoryCache(int count)
    {
        var length = 0;
        for (int i = 0, k = 0; i < count; i++, k = k + 1 < Entries ? k + 1 : 0)
        {
            length += _memoryCache.TryGetValue(_keys[k], out string? value) ? value!.Length : 0;
        }

        Require(length >= count);
    }

    private void RememberMany(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var found = Value(_cache.RememberManyAsync(_ids, _key, Ttl, _manyLoader, CancellationToken.None));
            Require(found.Count == Batch);
        }
    }

    // What a caller would write without it: one call for each, and the values in a dictionary.
    private void RememberSingles(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var found = new Dictionary<int, string>();
            foreach (var id in _ids)
            {
                found.Add(id, Value(_cache.RememberAsync(_key(id), Ttl, _loader)));
            }

            Require(found.Count == Batch);
        }
    }

    private static T Value<T>(ValueTask<T> hit)
        => hit.IsCompletedSuccessfully ? hit.Result : throw new MeasurementException("A hit was not complete when it returned.");

    private static void Require(bool holds)
    {
        if (!holds)
        {
            throw new MeasurementException("A value that is there was not found.");
        }
    }
}
