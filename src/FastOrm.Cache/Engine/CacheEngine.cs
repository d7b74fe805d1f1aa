using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.Keys;
using FastOrm.Cache.Memory;
using FastOrm.Cache.Stamps;

namespace FastOrm.Cache.Engine;

/// <summary>The one implementation of <see cref="ICache"/>: tiers, stamps and loads behind one name.</summary>
internal sealed class CacheEngine : ICache
{
    private readonly FastOrmCacheOptions _options;
    private volatile bool _enabled;
    private long _loadNumber;

    public CacheEngine(string name, FastOrmCacheOptions options)
    {
        Name = name;
        _options = options.Validated();
        _enabled = _options.IsEnabled;
        Clock = new Clock(_options.TimeProvider);
        Memory = new MemoryTier(_options.MaxEntries, _options.MaxBytes, _options.CleanupInterval, Clock, Counters);
        Loads = new LoadTable(_options.LoadWait, _options.TimeProvider);
    }

    public string Name { get; }

    public bool IsEnabled
    {
        get => _enabled;
        set => _enabled = value;
    }

    public CacheStatistics Statistics => Counters.Snapshot(Memory.Count, Memory.Bytes);

    public Clock Clock { get; }

    public CacheCounters Counters { get; } = new();

    public StampTable Stamps { get; } = new();

    public MemoryTier Memory { get; }

    public LoadTable Loads { get; }

    public int MaxRows => _options.MaxRows;

    public long MaxResultBytes => _options.MaxResultBytes;

    public TimeSpan DefaultTtl => _options.DefaultTtl;

    public ValueTask ForgetAsync(params ReadOnlySpan<string> keys)
    {
        foreach (var key in Text.Checked(keys, "A key"))
        {
            Change(Stamps.Tag(TagHash.OfName(key)));
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask FlushAsync(params ReadOnlySpan<string> tags)
    {
        foreach (var tag in Text.Checked(tags, "A tag"))
        {
            Change(Stamps.Tag(TagHash.OfTag(tag)));
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask ClearAsync()
    {
        // The stamp first: a load that is under way would otherwise be stored after the clear.
        Change(Stamps.All);
        Memory.Clear();
        return ValueTask.CompletedTask;
    }

    /// <summary>Invalidates everything that depends on the stamp.</summary>
    public void Change(Stamp stamp)
    {
        stamp.Change();
        Counters.Invalidations.Increment();
    }

    /// <summary>The valid entry of the key, not older than <paramref name="maxAge"/> milliseconds, or null. Takes no lock.</summary>
    public MemoryEntry? Find(in EntryKey key, long maxAge)
    {
        var now = Clock.Now;
        var entry = Memory.Find(key, now);
        return entry is not null && now - entry.StoredAt < maxAge && Dependency.AreCurrent(entry.Dependencies) ? entry : null;
    }

    /// <summary>Notes that a load begins now.</summary>
    public LoadStart StartLoad()
    {
        Counters.Loads.Increment();
        return new LoadStart(Clock.Now, Interlocked.Increment(ref _loadNumber));
    }

    /// <summary>Stores a value whose load began after the dependencies were read.</summary>
    /// <returns>Whether it was stored: not if a stamp has changed since, because then it could never be served.</returns>
    public bool Store(in EntryKey key, object? value, Dependency[] dependencies, LoadStart start, TimeSpan ttl, bool isEmpty, int size)
    {
        if (!Dependency.AreCurrent(dependencies))
        {
            return false;
        }

        var expiresAt = Clock.After(start.At, Lifetime(ttl, isEmpty));
        Memory.Store(new MemoryEntry(key, value, dependencies, start.At, expiresAt, size) { LoadNumber = start.Number });
        Counters.Stores.Increment();
        return true;
    }

    public void Dispose()
    {
        FastCache.Disposed(this);
        Memory.Dispose();
    }

    private TimeSpan Lifetime(TimeSpan ttl, bool isEmpty)
    {
        if (ttl == Timeout.InfiniteTimeSpan)
        {
            ttl = TimeSpan.MaxValue; // The infinite one is negative.
        }

        if (isEmpty && _options.EmptyTtl is { } emptyTtl && emptyTtl < ttl)
        {
            ttl = emptyTtl;
        }

        return _options.Jitter > 0 && ttl < TimeSpan.FromDays(3650)
            ? ttl * (1 - Random.Shared.NextDouble() * _options.Jitter)
            : ttl;
    }
}
