using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.Memory;

namespace FastOrm.Cache.Coherence;

/// <content>Hearing of the changes of other nodes, and finding those that were not heard.</content>
internal sealed partial class RemoteLink
{
    private volatile TaskCompletionSource _heard = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private long _trustedUntil;

    /// <summary>Comes with each poll: for what was written and has ended, and nobody has told of it.</summary>
    public Action? OnPoll { get; set; }

    /// <summary>When memory is trusted no longer, unless the tier is heard of before; on the cache's clock.</summary>
    public long TrustedUntil => Volatile.Read(ref _trustedUntil);

    // A poll that is late or slow must not make a node that hears everything distrust its memory. So a look-up waits for the next one to tell.
    private long Grace
        => Math.Max(0, (long)(_terms.PollInterval + (2 * _terms.Budget) - _terms.TrustWhileDisconnected).TotalMilliseconds);

    /// <summary>Makes all that is in memory unknown if it is trusted no longer: nobody can tell what the others have changed.</summary>
    /// <remarks>Without a lock, because look-ups take none. What is known of the tier is left to the polls.</remarks>
    /// <param name="now">The time on the cache's clock.</param>
    public void Distrust(long now)
    {
        var until = TrustedUntil;
        if (now >= until)
        {
            _invalidations.Note(new InvalidationNote(InvalidationCause.Distrust), [_stamps.All]);
            _stamps.All.Change(); // Before the new time: whoever sees that sees this.
            Interlocked.CompareExchange(ref _trustedUntil, TrustFrom(now), until);
        }
    }

    private void DistrustAtPoll(long now)
    {
        if (Engine.Clock.Sum(now, Grace) >= TrustedUntil)
        {
            _state.Lose();
            Volatile.Write(ref _trustedUntil, TrustFrom(now));
        }
    }

    private long TrustFrom(long time) => Engine.Clock.Sum(Engine.Clock.After(time, _terms.TrustWhileDisconnected), Grace);

    /// <summary>Waits until the message of a change was heard, and with it those of all changes before.</summary>
    /// <returns>Whether it was; not if it does not come within the time of an operation, however many others do.</returns>
    public async ValueTask<bool> HearsAsync(RemotePosition change, CancellationToken cancellationToken = default)
    {
        if (_state.HasHeard(change))
        {
            return true;
        }

        using var over = new CancellationTokenSource(_terms.Budget, _clock.Provider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        try
        {
            while (true)
            {
                var next = _heard.Task;
                if (_state.HasHeard(change))
                {
                    return true;
                }

                await next.WaitAsync(either.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return false;
        }
    }

    private void Hear(RemoteMessage message)
    {
        _state.Hear(message, Remove);
        Interlocked.Exchange(ref _heard, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }

    private void Remove(RemoteMessage message)
    {
        try
        {
            foreach (var key in message.Keys)
            {
                _memory.Remove(new LocalCacheKey(key));
            }
        }
        catch (Exception)
        {
            _state.Lose(); // A local tier of the application's has failed: what it has not removed is not to be served.
        }
    }

    private sealed class Listening : IDisposable
    {
        private readonly RemoteLink _link;
        private readonly ITimer _timer;
        private readonly CancellationTokenSource _stopped = new();
        private IAsyncDisposable? _subscription;
        private int _isBusy;

        public Listening(RemoteLink link)
        {
            _link = link;

            // It listens for as long as the cache lives, and not for the request in which that was made.
            using var ownContext = ExecutionContext.SuppressFlow();
            _timer = link._clock.Provider.CreateTimer(
                static state => ((Listening)state!).Tick(), this, link._terms.PollInterval, link._terms.PollInterval);
            Tick();
        }

        /// <summary>Whether messages come.</summary>
        public bool Hears => Volatile.Read(ref _subscription) is not null;

        public void Dispose()
        {
            _timer.Dispose();
            _stopped.Cancel();
            _ = Interlocked.Exchange(ref _subscription, null)?.DisposeAsync().AsTask();
        }

        private void Tick()
        {
            if (Interlocked.Exchange(ref _isBusy, 1) == 0)
            {
                _ = TickAsync();
            }
        }

        private async Task TickAsync()
        {
            try
            {
                Quietly.Run(static link => link.OnPoll?.Invoke(), _link);
                if (_subscription is null)
                {
                    await SubscribeAsync().ConfigureAwait(false);
                }

                var asked = _link._clock.Now;
                if (await _link.TryReadAsync([], _stopped.Token).ConfigureAwait(false) is not null
                    && _subscription is not null)
                {
                    Volatile.Write(ref _link._polledAt, asked);
                    Volatile.Write(ref _link._trustedUntil, _link.TrustFrom(asked));
                    _link._state.Poll();
                }
                else
                {
                    _link.DistrustAtPoll(_link._clock.Now);
                }

                await _link.SweepAsync(_stopped.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // The cache is being disposed of.
            }
            finally
            {
                Volatile.Write(ref _isBusy, 0);
            }
        }

        private async Task SubscribeAsync()
        {
            _subscription = await _link.TryAsync<IAsyncDisposable>(
                async token => await _link._tier.ListenAsync(_link.Hear, _link._state.Lose, token).ConfigureAwait(false),
                _stopped.Token).ConfigureAwait(false);
            if (_subscription is null)
            {
                return;
            }

            _link._state.Lose();
            if (_stopped.IsCancellationRequested)
            {
                await _subscription.DisposeAsync().ConfigureAwait(false);
            }
        }
    }
}
