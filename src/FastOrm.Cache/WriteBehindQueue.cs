using System.Diagnostics.CodeAnalysis;
using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.Engine;
using FastOrm.Cache.Keys;
using FastOrm.Cache.Patterns;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace FastOrm.Cache;

/// <summary>
/// Stores values in the cache at once and writes them to their source in the background: bounded, retried, and nothing is lost
/// silently. What waits is in the memory of this process, and a crash takes it along.
/// </summary>
/// <remarks>
/// <para>Safe to use from many threads at once. The values of one key are written one after the other, in the order of the
/// cache.</para>
/// <para>
/// Until a value is written, whoever loads its key from the source loads an older one: give the entries a time to live that is
/// longer than the writes take, or let the loader ask <see cref="TryGetWaiting"/> first. When the value is written, an older one
/// that was loaded meanwhile is forgotten.
/// </para>
/// <para>The values are kept as they are given until they are written: do not change them.</para>
/// </remarks>
/// <typeparam name="T">The type of the values.</typeparam>
public sealed class WriteBehindQueue<T> : IAsyncDisposable, IDisposable
{
    private readonly Lock _gate = new();
    private readonly WriteBehindOptions<T> _options;
    private readonly WriteBehindEntry<T> _entry;
    private readonly WriteBehindWorker<T> _worker;
    private readonly WriteBehindState<T> _state;
    private Task? _stopped;

    /// <summary>Makes a queue and starts its workers.</summary>
    /// <param name="cache">A cache that this library has made.</param>
    /// <param name="write">
    /// Writes a value to its source, with its key. It may run again after it has failed, so twice must be as good as once. Its
    /// token is cancelled when a stop runs out of time. It must not wait for room in its own queue.
    /// </param>
    /// <param name="options">How the queue works.</param>
    /// <param name="logger">Is told of failures; null for none. Keys and values are not logged.</param>
    /// <exception cref="ArgumentException">The cache is not one of this library.</exception>
    public WriteBehindQueue(
        ICache cache, Func<string, T, CancellationToken, Task> write, WriteBehindOptions<T> options, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(cache);
        ArgumentNullException.ThrowIfNull(write);
        ArgumentNullException.ThrowIfNull(options);
        var engine = cache as CacheEngine
            ?? throw new ArgumentException(
                "A write-behind queue needs a cache made by FastCache.Create or AddFastOrmCache.", nameof(cache));
        _options = options;
        _state = new WriteBehindState<T>(engine, options.Capacity);
        _worker = new WriteBehindWorker<T>(_state, write, options, Quietly.Logging(logger ?? NullLogger.Instance));
        _entry = new WriteBehindEntry<T>(_state, options, _worker.Schedule);
    }

    /// <summary>What the queue has done and what waits.</summary>
    public WriteBehindStatistics Statistics => _state.Counters.Snapshot(_state.Waiting.Value);

    /// <summary>Stores a value in the cache and puts it into the queue, after those of its key that came before.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <param name="options">How it is kept in the cache; null for the defaults of the cache.</param>
    /// <param name="cancellationToken">Cancels the wait for room. A value that is in the queue stays there.</param>
    /// <returns>A task that is complete when the value is in the cache and in the queue; until then it is in neither.</returns>
    /// <exception cref="WriteBehindFullException">The queue is full and does not let callers wait.</exception>
    /// <exception cref="ObjectDisposedException">The queue was stopped.</exception>
    public ValueTask EnqueueAsync(
        string key, T value, CacheEntryOptions? options = null, CancellationToken cancellationToken = default)
    {
        Text.CheckedKey(key);
        return _entry.EnqueueAsync(new WaitingWrite<T>(key, value), options, cancellationToken);
    }

    /// <summary>
    /// The newest value of a key that is not written yet: for loaders, which would find an older one in the source.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value itself, not a copy: do not change it.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryGetWaiting(string key, [MaybeNullWhen(false)] out T value)
    {
        var newest = _state.Lines.Find(Text.CheckedKey(key))?.Newest;
        value = newest is null ? default : newest.Value;
        return newest is { IsDead: false };
    }

    /// <summary>Waits until nothing waits: all that came before is written or was given to the dead-letter callback.</summary>
    /// <param name="cancellationToken">Cancels this wait and nothing else.</param>
    public Task DrainAsync(CancellationToken cancellationToken = default)
        => _state.Waiting.WhenZero().WaitAsync(cancellationToken);

    /// <summary>
    /// Takes no more values and waits until those in the queue are written, up to
    /// <see cref="WriteBehindOptions{T}.DrainTimeout"/>; what is left then goes to the dead-letter callback. Callers who wait for
    /// room get an <see cref="ObjectDisposedException"/>. May be called again.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait for the writes early; not the calls of the dead-letter callback.</param>
    public Task StopAsync(CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            return _stopped ??= Task.Run(() => StopOnceAsync(cancellationToken), CancellationToken.None);
        }
    }

    /// <summary>The same as <see cref="StopAsync"/>.</summary>
    public ValueTask DisposeAsync() => new(StopAsync());

    /// <summary>
    /// Takes no more values and gives what is left to the dead-letter callback, in the background. Prefer
    /// <see cref="DisposeAsync"/>.
    /// </summary>
    public void Dispose()
    {
        _worker.Dispose();
        _ = StopAsync();
    }

    private async Task StopOnceAsync(CancellationToken cancellationToken)
    {
        _entry.Dispose();
        try
        {
            await _state.Waiting.WhenZero()
                .WaitAsync(_options.DrainTimeout, _options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            _worker.Dispose();
        }

        await _worker.EndAsync().ConfigureAwait(false);
    }
}
