using FastOrm.Cache.Diagnostics;

namespace FastOrm.Cache;

/// <summary>What happens to the keys of a cache.</summary>
/// <remarks>
/// Handlers run on the thread of whoever caused the event and hold it up; what they throw is swallowed. Without handlers an event costs
/// nothing. The keys of remembered queries are their hashes.
/// </remarks>
public sealed class CacheEvents
{
    private readonly ICache _cache;

    internal CacheEvents(ICache cache) => _cache = cache;

    /// <summary>A value was served from the cache.</summary>
    public event EventHandler<CacheEventArgs>? Hit;

    /// <summary>A value was not there.</summary>
    public event EventHandler<CacheEventArgs>? Missed;

    /// <summary>A value was stored.</summary>
    public event EventHandler<CacheEventArgs>? Stored;

    /// <summary>
    /// A value was given to its caller and not stored. Of remembered queries <see cref="CacheStatistics.Bypasses"/> alone tells that.
    /// </summary>
    public event EventHandler<CacheNotKeptEventArgs>? NotKept;

    /// <summary>A key was forgotten.</summary>
    public event EventHandler<CacheEventArgs>? Forgotten;

    /// <summary>A tag was flushed: the key of the event is the tag.</summary>
    public event EventHandler<CacheEventArgs>? Flushed;

    /// <summary>A value was removed because the cache was full.</summary>
    public event EventHandler<CacheEventArgs>? Evicted;

    internal bool HasEvicted => Evicted is not null;

    internal void OnHit(string key)
    {
        if (Hit is { } handlers)
        {
            Raise(handlers, key);
        }
    }

    internal void OnMissed(string key) => Raise(Missed, key);

    internal void OnStored(string key) => Raise(Stored, key);

    internal void OnNotKept(string key, string reason, Exception? error)
    {
        if (NotKept is { } handlers)
        {
            Raise(handlers, new CacheNotKeptEventArgs(key, reason, error));
        }
    }

    internal void OnForgotten(string key) => Raise(Forgotten, key);

    internal void OnFlushed(string tag) => Raise(Flushed, tag);

    internal void OnEvicted(object identity) => Raise(Evicted, identity.ToString() ?? "");

    private void Raise(EventHandler<CacheEventArgs>? handlers, string text)
    {
        if (handlers is not null)
        {
            Raise(handlers, new CacheEventArgs(text));
        }
    }

    private void Raise<TArgs>(EventHandler<TArgs> handlers, TArgs happened)
    {
        foreach (var handler in Delegate.EnumerateInvocationList(handlers))
        {
            Quietly.Run(static call => call.handler(call._cache, call.happened), (handler, _cache, happened));
        }
    }
}

/// <summary>What has happened to a key or a tag.</summary>
/// <param name="key">The key or the tag.</param>
public class CacheEventArgs(string key) : EventArgs
{
    /// <summary>The key; of <see cref="CacheEvents.Flushed"/> the tag.</summary>
    public string Key { get; } = key;
}
