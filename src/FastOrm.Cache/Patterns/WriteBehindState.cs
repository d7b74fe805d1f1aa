using FastOrm.Cache.Engine;

namespace FastOrm.Cache.Patterns;

/// <summary>What the two sides of a write-behind queue share: those who put values in, and the workers that write them.</summary>
internal sealed class WriteBehindState<T>(CacheEngine cache, int capacity)
{
    public CacheEngine Cache => cache;

    /// <summary>The values that wait, by key.</summary>
    public KeyLines<T> Lines { get; } = new();

    /// <summary>How many they are, or will be at once.</summary>
    public OpenCount Waiting { get; } = new();

    /// <summary>The room that is left.</summary>
    public SemaphoreSlim Room { get; } = new(capacity, capacity);

    public WriteBehindCounters Counters { get; } = new();

    /// <summary>A value has left the queue.</summary>
    public void Leave()
    {
        Room.Release();
        Waiting.Leave();
    }
}
