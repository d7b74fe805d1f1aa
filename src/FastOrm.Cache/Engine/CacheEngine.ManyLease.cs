using FastOrm.Cache.Coherence;

namespace FastOrm.Cache.Engine;

/// <content>Several values of which other nodes may be loading some.</content>
internal sealed partial class CacheEngine
{
    /// <content>One load per key among all nodes.</content>
    private sealed partial class ManyLoad<TId, T>
    {
        // What no other node is loading is loaded first, and its leases are given back before others are waited for: so that two nodes never
        // wait for each other.
        private async Task LoadLeasedAsync(
            Dictionary<TId, Load> own, List<TId> rest, Dictionary<TId, RemoteLook?> looks, TimeSpan time, CancellationToken cancellationToken)
        {
            var holder = Guid.NewGuid().ToString("N");
            var until = Clock.After(cache.Clock.Now, time);
            var waiting = rest.FindAll(id => looks[id] is { Entry: null });
            var free = rest.FindAll(id => looks[id] is not { Entry: null });
            for (var pause = TimeSpan.Zero; free.Count + waiting.Count > 0; pause = RemoteLink.Longer(pause))
            {
                var held = waiting.ConvertAll(id => ValuePrefix + missing[id]);
                try
                {
                    if (waiting.Count > 0)
                    {
                        var (isTaken, again) = await TryLeaseAsync(own, waiting, holder, time, pause, cancellationToken).ConfigureAwait(false);
                        held = isTaken is null ? held : held.Where((_, at) => isTaken[at]).ToList();
                        waiting = Judge(own, waiting, isTaken, again, looks, cache.Clock.Now >= until, free);
                    }

                    await LoadAsync(own, free, looks, cancellationToken).ConfigureAwait(false);
                    free.Clear();
                }
                finally
                {
                    held.ForEach(key => cache._remote!.Release(key, holder));
                }
            }
        }

        private ValueTask<(bool[]? IsTaken, RemoteLook?[] Looks)> TryLeaseAsync(
            Dictionary<TId, Load> own, List<TId> ids, string holder, TimeSpan time, TimeSpan pause, CancellationToken cancellationToken)
            => As(
                loadAsync is not null,
                cache._remote!.TryLeaseAsync(
                    [.. ids.Select(id => ValuePrefix + missing[id])],
                    [.. ids.Select(id => own[id].Seen)],
                    holder,
                    time,
                    pause,
                    cancellationToken));

        // Takes what is there by now, and adds to the free ones what is to be loaded by this node: what it has the lease of, and everything if
        // the tier does not answer or the time of the lease is over.
        private List<TId> Judge(
            Dictionary<TId, Load> own,
            List<TId> ids,
            bool[]? isTaken,
            RemoteLook?[] again,
            Dictionary<TId, RemoteLook?> looks,
            bool isOver,
            List<TId> free)
        {
            var waiting = new List<TId>();
            for (var i = 0; i < ids.Count; i++)
            {
                if (TryTake(own, ids[i], again[i]))
                {
                    continue;
                }

                looks[ids[i]] = again[i] ?? looks[ids[i]];
                (isTaken?[i] == false && !isOver ? waiting : free).Add(ids[i]);
            }

            return waiting;
        }
    }
}
