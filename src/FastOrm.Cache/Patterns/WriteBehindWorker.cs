using System.Threading.Channels;
using FastOrm.Cache.Diagnostics;
using Microsoft.Extensions.Logging;

namespace FastOrm.Cache.Patterns;

/// <summary>The side of a write-behind queue that writes the values.</summary>
/// <remarks>
/// A line is either in the channel, or with a worker, or waiting for its next try, never in two places: so the values of a key
/// are written one after the other, and a value that fails holds up its own key only.
/// </remarks>
internal sealed class WriteBehindWorker<T> : IDisposable
{
    // Bounded by the room of the queue: a line is there only while values of it wait.
    private readonly Channel<KeyLine<T>> _ready = Channel.CreateUnbounded<KeyLine<T>>();
    private readonly CancellationTokenSource _abort = new();
    private readonly WriteBehindState<T> _state;
    private readonly Func<string, T, CancellationToken, Task> _write;
    private readonly WriteBehindOptions<T> _options;
    private readonly WriteBehindEnds<T> _ends;
    private readonly ILogger _logger;
    private readonly Task[] _workers;

    public WriteBehindWorker(
        WriteBehindState<T> state, Func<string, T, CancellationToken, Task> write, WriteBehindOptions<T> options, ILogger logger)
    {
        (_state, _write, _options, _logger) = (state, write, options, logger);
        _ends = new WriteBehindEnds<T>(state, options, Schedule, logger);

        // The workers belong to nobody: not to the request, the activity or the load in which the queue was made.
        using var ownContext = ExecutionContext.SuppressFlow();
        _workers = [.. Enumerable.Range(0, options.Parallelism).Select(_ => Task.Run(WorkAsync))];
    }

    public void Schedule(KeyLine<T> line) => _ready.Writer.TryWrite(line);

    /// <summary>What is not written yet will not be: it goes to the dead letters.</summary>
    public void Dispose() => Quietly.Cancel(_abort);

    /// <summary>Waits for the last value and ends the workers. Nothing may come in any more.</summary>
    public async Task EndAsync()
    {
        await _state.Waiting.WhenZero().ConfigureAwait(false);
        _ready.Writer.Complete();
        await Task.WhenAll(_workers).ConfigureAwait(false);
    }

    private async Task WorkAsync()
    {
        await foreach (var line in _ready.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            await WriteNextAsync(line).ConfigureAwait(false);
        }
    }

    private async Task WriteNextAsync(KeyLine<T> line)
    {
        WaitingWrite<T> write;
        using (await _state.Lines.EnterAsync(line.Key).ConfigureAwait(false))
        {
            write = line.Begin();
        }

        if (!_abort.IsCancellationRequested && await TryWriteAsync(write).ConfigureAwait(false))
        {
            await _ends.WrittenAsync(line, write).ConfigureAwait(false);
        }
        else if (_abort.IsCancellationRequested || write.Attempts > _options.MaxRetries)
        {
            await _ends.DeadAsync(line, write, _abort.IsCancellationRequested).ConfigureAwait(false);
        }
        else
        {
            await PostponeAsync(line, write).ConfigureAwait(false);
        }
    }

    private async Task<bool> TryWriteAsync(WaitingWrite<T> write)
    {
        if (write.Attempts++ > 0)
        {
            _state.Counters.Retried.Increment();
        }

        try
        {
            var writing = _write(write.Key, write.Value, _abort.Token)
                ?? throw new InvalidOperationException(
                    "The write of a write-behind queue returned no task: it must not be null.");

            // One that does not listen to its token is left behind, or the stop would never end.
            await writing.WaitAsync(_abort.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception)
        {
            write.Error = exception;
            return false;
        }
    }

    private async Task PostponeAsync(KeyLine<T> line, WaitingWrite<T> write)
    {
        var delay = Backoff.Delay(write.Attempts, _options.RetryDelay, _options.MaxRetryDelay, _options.RetryJitter);
        PatternLog.WriteFailed(_logger, write.Attempts, delay, write.Error);
        using (await _state.Lines.EnterAsync(line.Key).ConfigureAwait(false))
        {
            line.Postpone();
        }

        _ = ScheduleAfterAsync(line, delay); // The worker goes on with other keys.
    }

    private async Task ScheduleAfterAsync(KeyLine<T> line, TimeSpan delay)
    {
        await Task.Delay(delay, _options.TimeProvider, _abort.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Schedule(line);
    }
}
