using System.Runtime.ExceptionServices;
using FastOrm.Cache.Memory;

namespace FastOrm.Cache.Engine;

/// <content>Several values of which others are loading some.</content>
internal sealed partial class CacheEngine
{
    /// <content>Waiting for the loads of others.</content>
    private sealed partial class ManyLoad<TId, T>
    {
        /// <returns>What goes into the next round.</returns>
        private async Task<Dictionary<TId, Load?>> JoinAsync(Dictionary<TId, Load> others, CancellationToken cancellationToken)
        {
            var again = new Dictionary<TId, Load?>();
            var alone = new List<TId>();
            foreach (var (id, other) in others)
            {
                var outcome = await other.WaitAsync(async: loadAsync is not null, takesOffers: true, cancellationToken).ConfigureAwait(false);
                if (outcome.End == LoadEnd.Offered)
                {
                    if (cache.TryStale(Request(missing[id]), StaleUse.WhileLoading, out var offered, other))
                    {
                        Add(id, offered);
                        continue;
                    }

                    outcome = await other.WaitAsync(async: loadAsync is not null, takesOffers: false, cancellationToken).ConfigureAwait(false);
                }

                switch (outcome.End)
                {
                    case LoadEnd.Loaded when outcome.Value is KeptValue kept && cache._keeper.TryGive<T>(kept.Stored, out var result, takesAbsence: true):
                        cache.Counters.JoinedLoads.Increment();
                        Add(id, result);
                        break;
                    case LoadEnd.Failed when cache.TryStale(Request(missing[id]), StaleUse.IfFailed, out var stale, other):
                        Add(id, stale);
                        break;
                    case LoadEnd.Failed when other.IsSecond:
                        ExceptionDispatchInfo.Throw(outcome.Error!);
                        break;
                    case LoadEnd.Failed:
                        again.Add(id, other);
                        break;
                    case LoadEnd.Cancelled:
                        again.Add(id, null);
                        break;
                    default:
                        alone.Add(id);
                        break;
                }
            }

            await LoadAloneAsync(alone, cancellationToken).ConfigureAwait(false);
            return again;
        }

        // What others do not share, or not in time: loaded for this caller, and stored.
        private async Task LoadAloneAsync(List<TId> ids, CancellationToken cancellationToken)
        {
            if (ids.Count == 0)
            {
                return;
            }

            var seen = ids.ToDictionary(static id => id, id => cache.Seen(Request(missing[id])));
            var start = cache.StartLoad();
            var loaded = await LoadAsync(ids, cancellationToken).ConfigureAwait(false);
            foreach (var id in ids)
            {
                Store(id, new Load(new LocalCacheKey(missing[id]), seen[id], isSecond: true, TimeSpan.Zero, cache.Clock.Provider), loaded, start);
            }

            Take(loaded, ids);
        }
    }
}
