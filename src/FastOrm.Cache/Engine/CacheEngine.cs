using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.Keys;
using FastOrm.Cache.Memory;
using FastOrm.Cache.Stamps;
using FastOrm.Cache.Values;

namespace FastOrm.Cache.Engine;

/// <summary>The one implementation of <see cref="ICache"/>: tiers, stamps and loads behind one name.</summary>
internal sealed partial class CacheEngine : ICache
{
    private readonly FastOrmCacheOptions _options;
    private readonly ValueKeeper _keeper;
    private volatile bool _enabled;
    private volatile bool _disposed;
    private long _loadNumber;

    public CacheEngine(string name, FastOrmCacheOptions options)
    {
        Name = name;
        _options = options.Validated();
        _enabled = _options.IsEnabled;
        Clock = new Clock(_options.TimeProvider);
        Memory = new MemoryTier(_options.MaxEntries, _options.MaxBytes, _options.CleanupInterval, Clock, Counters);
        Loads = new LoadTable(_options.LoadWait, _options.TimeProvider);
        _keeper = new ValueKeeper(_options);
        Events = new CacheEvents(this);
        Memory.Evicted = Events;
    }

    public string Name { get; }

    public bool IsEnabled
    {
        get => _enabled && !_disposed;
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

    public CacheEvents Events { get; }

    public ValueTask ForgetAsync(params ReadOnlySpan<string> keys)
    {
        Forget(keys);
        return ValueTask.CompletedTask;
    }

    public ValueTask FlushAsync(params ReadOnlySpan<string> tags)
    {
        Flush(tags);
        return ValueTask.CompletedTask;
    }

    public ValueTask ClearAsync()
    {
        Clear();
        return ValueTask.CompletedTask;
    }

    public void Forget(params ReadOnlySpan<string> keys)
    {
        foreach (var key in Text.Checked(keys, "A key"))
        {
            var hash = TagHash.OfName(key);
            Change(Stamps.Tag(hash));

            // What is being loaded first: it would otherwise be stored after the removal.
            Stamps.Guard(hash).Change();
            Memory.Remove(new EntryKey(key));
            Events.OnForgotten(key);
        }
    }

    public void Flush(params ReadOnlySpan<string> tags)
    {
        foreach (var tag in Text.Checked(tags, "A tag"))
        {
            Change(Stamps.Tag(TagHash.OfTag(tag)));
            Events.OnFlushed(tag);
        }
    }

    public void Clear()
    {
        // The stamp first: a load that is under way would otherwise be stored after the clear.
        Change(Stamps.All);
        Memory.Clear();
    }

    /// <summary>Invalidates everything that depends on the stamp.</summary>
    public void Change(Stamp stamp)
    {
        stamp.Change();
        Counters.Invalidations.Increment();
    }

    /// <summary>The valid entry of the key, not older than <paramref name="maxAge"/> milliseconds, or null. Takes no lock.</summary>
    public MemoryEntry? Find(in EntryKey key, long maxAge) => Find(key, maxAge, Clock.Now);

    private MemoryEntry? Find(in EntryKey key, long maxAge, long now)
    {
        var entry = Memory.Find(key, now);
        return entry is not null && now < entry.FreshUntil && now - entry.StoredAt < maxAge && Dependency.AreCurrent(entry.Dependencies)
            ? entry
            : null;
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
        var expiresAt = Clock.After(start.At, Lifetime(ttl, isEmpty ? _options.EmptyTtl : null, _options.Jitter));
        return Store(new MemoryEntry(key, value, dependencies, start.At, expiresAt, size) { LoadNumber = start.Number });
    }

    private bool Store(MemoryEntry entry, Dependency[]? guard = null)
    {
        if (_disposed || !Memory.Store(entry, guard))
        {
            return false;
        }

        Counters.Stores.Increment();
        return true;
    }

    public void Dispose()
    {
        _disposed = true;
        FastCache.Disposed(this);
        Memory.Dispose();
    }

    private static TimeSpan Lifetime(TimeSpan ttl, TimeSpan? limit, double jitter)
    {
        if (ttl == Timeout.InfiniteTimeSpan)
        {
            ttl = TimeSpan.MaxValue; // The infinite one is negative.
        }

        if (limit is { } shorter && shorter != Timeout.InfiniteTimeSpan && shorter < ttl)
        {
            ttl = shorter;
        }

        return jitter > 0 && ttl < TimeSpan.FromDays(3650) ? ttl * (1 - Random.Shared.NextDouble() * jitter) : ttl;
    }
}
