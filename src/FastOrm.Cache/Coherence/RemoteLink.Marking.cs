using FastOrm.Cache.Diagnostics;

namespace FastOrm.Cache.Coherence;

/// <content>Telling the other nodes of a commit before it is made, so that they know of it if this node dies before it can tell them of the change.</content>
internal sealed partial class RemoteLink
{
    /// <summary>Whether commits are marked.</summary>
    public bool MarksCommits => _renewal is not null;

    /// <summary>Marks what a commit will change. Nobody waits for it longer than for one operation, and no commit is refused for it.</summary>
    /// <param name="slots">The slots.</param>
    /// <param name="relied">What the node relies on, as of the change.</param>
    /// <returns>The marker, for who ends it, also if it is not known whether it stands. When nobody holds it, it is renewed no longer.</returns>
    public async ValueTask<RemoteMarker> MarkAsync(int[] slots, IReadOnlyList<RemoteClaim>? relied)
    {
        var marker = new RemoteMarker(_self, Random.Shared.NextInt64(1, long.MaxValue), slots, relied ?? [], _renewal!.Life);
        if (await TryAsync<object>(
            async token => await _tier.MarkAsync(marker, token).ConfigureAwait(false), CancellationToken.None).ConfigureAwait(false) is true)
        {
            _renewal.Add(marker);
        }
        else
        {
            _counters.Bypass(RemoteBypasses.Unmarked);
        }

        return marker;
    }

    /// <summary>Leaves a marker to its time, at the end of which everybody is told of a change: nobody knows how the commit has ended.</summary>
    public void Abandon(RemoteMarker marker) => _renewal?.Remove(marker.Id);

    private bool MayKeep(int[] slots, long[] read)
    {
        var mayKeep = _state.MayKeep(slots, read);
        if (!mayKeep)
        {
            _counters.Bypass(RemoteBypasses.Marked);
        }

        return mayKeep;
    }

    private async ValueTask SweepAsync(CancellationToken cancellationToken)
        => await TryAsync(
            async token =>
            {
                await _tier.SweepAsync(token).ConfigureAwait(false);
                return this;
            },
            cancellationToken).ConfigureAwait(false);

    /// <summary>The markers of commits that are under way: they stand for as long as these take.</summary>
    private sealed class MarkerRenewal : IDisposable
    {
        private readonly Dictionary<long, WeakReference<RemoteMarker>> _standing = [];
        private readonly RemoteLink _link;
        private readonly ITimer _timer;

        public MarkerRenewal(RemoteLink link, TimeSpan life)
        {
            (_link, Life) = (link, life);
            using var ownContext = ExecutionContext.SuppressFlow();
            _timer = link._clock.Provider.CreateTimer(static state => ((MarkerRenewal)state!).Renew(), this, life / 3, life / 3);
        }

        public TimeSpan Life { get; }

        public void Add(RemoteMarker marker)
        {
            lock (_standing)
            {
                _standing.Add(marker.Id, new WeakReference<RemoteMarker>(marker));
            }
        }

        public void Remove(long marker)
        {
            lock (_standing)
            {
                _standing.Remove(marker);
            }
        }

        public void Dispose() => _timer.Dispose();

        private void Renew()
        {
            List<long> standing = [];
            lock (_standing)
            {
                foreach (var (marker, held) in _standing)
                {
                    if (held.TryGetTarget(out _))
                    {
                        standing.Add(marker);
                    }
                    else
                    {
                        _standing.Remove(marker);
                    }
                }
            }

            foreach (var marker in standing)
            {
                _ = RenewAsync(marker);
            }
        }

        private async Task RenewAsync(long marker)
            => await _link.TryAsync(
                async token =>
                {
                    await _link._tier.RenewAsync(marker, Life, token).ConfigureAwait(false);
                    return this;
                },
                CancellationToken.None).ConfigureAwait(false);
    }
}
