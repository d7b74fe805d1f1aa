using System.Collections.Concurrent;
using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.Extensions.Logging;

namespace FastOrm.Cache.Tests.Unit.Patterns;

/// <summary>A write-behind queue on a clock that stands still, before a source that does as it is told.</summary>
internal sealed class QueueLab : IAsyncDisposable
{
    public QueueLab(Func<WriteBehindOptions<int>, WriteBehindOptions<int>>? configure = null, ILogger? logger = null, ICache? cache = null)
    {
        var options = new WriteBehindOptions<int> { OnDeadLetter = BuryAsync, TimeProvider = Time, RetryJitter = 0 };
        Cache = cache ?? FastCache.Create();
        Queue = new WriteBehindQueue<int>(Cache, WriteAsync, configure?.Invoke(options) ?? options, logger);
    }

    public ManualTimeProvider Time { get; } = new();

    public ICache Cache { get; }

    public WriteBehindQueue<int> Queue { get; }

    public WriteBehindStatistics Statistics => Queue.Statistics;

    /// <summary>What a write does before it takes effect, by its value.</summary>
    public Func<int, CancellationToken, Task> Source { get; set; } = static (_, _) => Task.CompletedTask;

    /// <summary>What the dead-letter callback does.</summary>
    public Func<WriteBehindDeadLetter<int>, Task> Grave { get; set; } = static _ => Task.CompletedTask;

    /// <summary>Every write that has taken effect, in order.</summary>
    public ConcurrentQueue<(string Key, int Value)> Written { get; } = new();

    public ConcurrentQueue<WriteBehindDeadLetter<int>> Dead { get; } = new();

    /// <summary>The last value written of a key.</summary>
    public ConcurrentDictionary<string, int> Stored { get; } = new(StringComparer.Ordinal);

    /// <summary>A failure that is no other's.</summary>
    public static Task Fail() => Task.FromException(new InvalidDataException());

    public ValueTask Put(string key, int value) => Queue.EnqueueAsync(key, value);

    /// <summary>Lets the workers go on until something holds.</summary>
    public static async Task Until(Func<bool> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!holds())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>Moves the clock on when as many values as this wait for their next try.</summary>
    public async Task PassBackoff(TimeSpan by, int timers = 1)
    {
        await Until(() => Time.ActiveTimers == timers);
        Time.Advance(by);
    }

    public async ValueTask DisposeAsync()
    {
        Queue.Dispose();
        await Queue.StopAsync();
        Cache.Dispose();
    }

    private async Task WriteAsync(string key, int value, CancellationToken token)
    {
        await Source(value, token);
        Stored[key] = value;
        Written.Enqueue((key, value));
    }

    private Task BuryAsync(WriteBehindDeadLetter<int> dead)
    {
        Dead.Enqueue(dead);
        return Grave(dead);
    }
}
