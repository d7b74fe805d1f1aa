namespace FastOrm.Cache.Coherence;

/// <content>What is told of the tier.</content>
internal sealed partial class RemoteLink
{
    private volatile LastFailure? _lastFailure;

    private long _polledAt;

    /// <summary>How the node stands with the tier. Asks nobody, and waits for nothing.</summary>
    public RemoteTierStatistics Statistics
    {
        get
        {
            var (backlog, isEverything) = _outbox.Waiting;
            var failure = _lastFailure;
            return new RemoteTierStatistics
            {
                Breaker = _breaker.State,
                IsListening = _listening.Hears && _state.Position is not null,
                IsTrusted = _clock.Now < TrustFrom(Volatile.Read(ref _polledAt)),
                Backlog = backlog,
                IsBacklogEverything = isEverything,
                LastError = failure?.Text,
                LastErrorAt = failure?.At,
            };
        }
    }

    private void NoteFailure(Exception exception)
        => _lastFailure = new LastFailure(RemoteLog.Reason(exception), _clock.Provider.GetUtcNow());

    private sealed record LastFailure(string Text, DateTimeOffset At);
}
