using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.Engine;
using FastOrm.Cache.Keys;
using FastOrm.Cache.Memory;
using Microsoft.Extensions.Logging;

namespace FastOrm.Cache.Patterns;

/// <summary>How a value leaves a write-behind queue: written, or as a dead letter.</summary>
internal sealed class WriteBehindEnds<T>(
    WriteBehindState<T> state, WriteBehindOptions<T> options, Action<KeyLine<T>> schedule, ILogger logger)
{
    public async Task WrittenAsync(KeyLine<T> line, WaitingWrite<T> write)
    {
        using (await state.Lines.EnterAsync(line.Key).ConfigureAwait(false))
        {
            if (ReferenceEquals(line.Newest, write))
            {
                Quietly.Run(ForgetOlder, write); // A tier that fails must not stop the queue.
            }

            Next(line);
        }

        state.Counters.Written.Increment();
        state.Leave();
    }

    public async Task DeadAsync(KeyLine<T> line, WaitingWrite<T> write, bool isShutdown)
    {
        using (await state.Lines.EnterAsync(line.Key).ConfigureAwait(false))
        {
            write.IsDead = true;
            if (ReferenceEquals(line.Newest, write))
            {
                await ForgetAsync(write.Key).ConfigureAwait(false);
            }
        }

        // The line is still held: a newer value is not written while this one may be written by other means.
        await TellAsync(write, isShutdown).ConfigureAwait(false);
        using (await state.Lines.EnterAsync(line.Key).ConfigureAwait(false))
        {
            Next(line);
        }

        state.Leave();
    }

    private async Task ForgetAsync(string key)
    {
        try
        {
            await state.Cache.ForgetAsync(key).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            PatternLog.ForgetFailed(logger, exception); // A tier that fails must not stop the queue.
        }
    }

    private async Task TellAsync(WaitingWrite<T> write, bool isShutdown)
    {
        PatternLog.DeadLettered(logger, write.Attempts, write.Error);
        try
        {
            var dead = new WriteBehindDeadLetter<T>(write.Key, write.Value, write.Attempts, write.Error, isShutdown);
            await options.OnDeadLetter(dead).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            state.Counters.FailedDeadLetters.Increment();
            PatternLog.DeadLetterFailed(logger, exception);
        }

        state.Counters.DeadLettered.Increment();
    }

    // The value may have left the cache before it was written, and an older one been loaded: what is being loaded now is not
    // stored any more, and what is stored is forgotten if it is not ours.
    private void ForgetOlder(WaitingWrite<T> write)
    {
        var cache = state.Cache;
        cache.Supersede(write.Key);
        if (cache.Memory.Find(new LocalCacheKey(write.Key), cache.Clock.Now) is { } kept && !ReferenceEquals(kept, write.Kept))
        {
            cache.Forget(write.Key);
        }
    }

    private void Next(KeyLine<T> line)
    {
        line.End();
        if (line.IsEmpty)
        {
            state.Lines.Remove(line);
        }
        else
        {
            schedule(line);
        }
    }
}
