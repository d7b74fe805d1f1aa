using System.Collections.Concurrent;
using System.Collections.Frozen;

namespace FastOrm.Cache.Diagnostics;

/// <summary>The counters behind <see cref="CacheStatistics"/>.</summary>
/// <remarks>
/// Hits are counted on every hit by many threads, so they are striped over cache lines; everything else is rare beside a
/// database round trip and takes an interlocked increment.
/// </remarks>
internal sealed class CacheCounters
{
    private const int Stripes = 16;
    private const int Stride = 16; // longs: two cache lines, so that neighbours never share one.

    private readonly long[] _hits = new long[Stripes * Stride];
    private readonly ConcurrentDictionary<string, Counter> _bypasses = new(StringComparer.Ordinal);

    public Counter StaleHits { get; } = new();

    public Counter Misses { get; } = new();

    public Counter Loads { get; } = new();

    public Counter JoinedLoads { get; } = new();

    public Counter FailedLoads { get; } = new();

    public Counter Stores { get; } = new();

    public Counter Evictions { get; } = new();

    public Counter Expirations { get; } = new();

    public Counter Invalidations { get; } = new();

    public Counter RemoteHits { get; } = new();

    public Counter RemoteStores { get; } = new();

    public Counter RemoteFailures { get; } = new();

    public Counter Verified { get; } = new();

    public Counter VerifyMismatches { get; } = new();

    public Counter VerifyDiscards { get; } = new();

    public Counter VerifyFailures { get; } = new();

    public void Hit(int count = 1) => Interlocked.Add(ref _hits[(Thread.GetCurrentProcessorId() & (Stripes - 1)) * Stride], count);

    /// <summary>Counts a read or store that was left out on purpose.</summary>
    /// <param name="reason">One of a fixed set of texts: it becomes a key of <see cref="CacheStatistics.Bypasses"/>.</param>
    public void Bypass(string reason) => _bypasses.GetOrAdd(reason, static _ => new Counter()).Increment();

    public CacheStatistics Snapshot(long entries, long bytes, RemoteTierStatistics? remote = null) => new()
    {
        Hits = HitCount(),
        StaleHits = StaleHits.Value,
        Misses = Misses.Value,
        Loads = Loads.Value,
        JoinedLoads = JoinedLoads.Value,
        FailedLoads = FailedLoads.Value,
        Stores = Stores.Value,
        Evictions = Evictions.Value,
        Expirations = Expirations.Value,
        Invalidations = Invalidations.Value,
        RemoteHits = RemoteHits.Value,
        RemoteStores = RemoteStores.Value,
        RemoteFailures = RemoteFailures.Value,
        Verified = Verified.Value,
        VerifyMismatches = VerifyMismatches.Value,
        VerifyDiscards = VerifyDiscards.Value,
        VerifyFailures = VerifyFailures.Value,
        Remote = remote,
        Entries = entries,
        Bytes = bytes,
        Bypasses = _bypasses.ToFrozenDictionary(pair => pair.Key, pair => pair.Value.Value, StringComparer.Ordinal),
    };

    private long HitCount()
    {
        var sum = 0L;
        for (var stripe = 0; stripe < Stripes; stripe++)
        {
            sum += Volatile.Read(ref _hits[stripe * Stride]);
        }

        return sum;
    }

    internal sealed class Counter
    {
        private long _value;

        public long Value => Volatile.Read(ref _value);

        public void Increment() => Interlocked.Increment(ref _value);

        public void Add(long count) => Interlocked.Add(ref _value, count);
    }
}
