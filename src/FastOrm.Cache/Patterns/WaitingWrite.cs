using FastOrm.Cache.Memory;

namespace FastOrm.Cache.Patterns;

/// <summary>A value on its way to the source.</summary>
internal sealed class WaitingWrite<T>(string key, T value)
{
    private volatile bool _isDead;

    public string Key => key;

    public T Value => value;

    /// <summary>What the cache keeps of it; null if that is nothing.</summary>
    public LocalCacheEntry? Kept { get; set; }

    public int Attempts { get; set; }

    public Exception? Error { get; set; }

    /// <summary>Whether it will never be written.</summary>
    public bool IsDead
    {
        get => _isDead;
        set => _isDead = value;
    }
}
