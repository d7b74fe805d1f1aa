using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.Engine;
using FastOrm.Cache.Memory;

namespace FastOrm.Cache.Patterns;

/// <summary>The side of a write-behind queue where values come in.</summary>
internal sealed class WriteBehindEntry<T>(
    WriteBehindState<T> state, WriteBehindOptions<T> options, Action<KeyLine<T>> schedule) : IDisposable
{
    private readonly CancellationTokenSource _closing = new();

    public async ValueTask EnqueueAsync(WaitingWrite<T> write, CacheEntryOptions? entry, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (state.Waiting.IsClosed)
        {
            throw Stopped();
        }

        if (options.KeepNewestOnly && await TryAddAsync(write, entry, hasRoom: false, cancellationToken).ConfigureAwait(false))
        {
            return; // In the place of another, so a full queue does not matter.
        }

        await TakeRoomAsync(cancellationToken).ConfigureAwait(false);
        var isAdded = false;
        try
        {
            isAdded = await TryAddAsync(write, entry, hasRoom: true, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (!isAdded)
            {
                state.Leave();
            }
        }
    }

    /// <summary>Lets nobody in any more, also of those who wait for room.</summary>
    public void Dispose()
    {
        state.Waiting.Close();
        Quietly.Cancel(_closing);
    }

    private async ValueTask TakeRoomAsync(CancellationToken cancellationToken)
    {
        if (!state.Room.Wait(0, CancellationToken.None))
        {
            await WaitForRoomAsync(cancellationToken).ConfigureAwait(false);
        }

        if (!state.Waiting.TryEnter())
        {
            state.Room.Release();
            throw Stopped();
        }
    }

    private async ValueTask WaitForRoomAsync(CancellationToken cancellationToken)
    {
        if (options.RejectWhenFull)
        {
            state.Counters.Rejected.Increment();
            throw new WriteBehindFullException(options.Capacity);
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
        var waiting = state.Room.WaitAsync(either.Token);
        await waiting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!waiting.IsCompletedSuccessfully)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Stopped();
        }
    }

    /// <returns>Whether the value is in: without room only in the place of another.</returns>
    private async ValueTask<bool> TryAddAsync(
        WaitingWrite<T> write, CacheEntryOptions? entry, bool hasRoom, CancellationToken cancellationToken)
    {
        using var turn = await state.Lines.EnterAsync(write.Key, cancellationToken).ConfigureAwait(false);
        var line = state.Lines.Find(write.Key);
        var replaces = options.KeepNewestOnly && line is { CanReplaceLast: true };
        if (!hasRoom && !replaces)
        {
            return false;
        }

        // The cache first: if that throws, nothing has happened. No load that began before is stored any more.
        await state.Cache.SetAsync(write.Key, write.Value, entry, CancellationToken.None).ConfigureAwait(false);
        write.Kept = state.Cache.Memory.Find(new LocalCacheKey(write.Key), state.Cache.Clock.Now);
        state.Counters.Enqueued.Increment();
        if (replaces)
        {
            Replace(line!, write, hasRoom);
            return true;
        }

        line ??= state.Lines.FindOrAdd(write.Key);
        if (line.Add(write))
        {
            schedule(line);
        }

        return true;
    }

    private static ObjectDisposedException Stopped()
        => new(
            nameof(WriteBehindQueue<T>),
            "The write-behind queue was stopped and takes no more values. Write them to their source.");

    private void Replace(KeyLine<T> line, WaitingWrite<T> write, bool hasRoom)
    {
        line.ReplaceLast(write);
        state.Counters.Replaced.Increment();
        if (hasRoom)
        {
            state.Leave(); // It has the place of the other.
        }
    }
}
