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
            var until = Clock.Sum(cache.Clock.Now, EntryTerms.Milliseconds(cache._options.LoadWait));
            foreach (var (id, other) in others)
            {
                var outcome = await other.WaitAsync(async: loadAsync is not null, takesOffers: true, Left(), cancellationToken).ConfigureAwait(false);
                if (outcome.End == LoadEnd.Offered)
                {
                    if (cache.TryStale(Request(missing[id]), StaleUse.WhileLoading, out var offered, other))
                    {
                        Add(id, offered);
                        continue;
                    }

                    outcome = await other.WaitAsync(async: loadAsync is not null, takesOffers: false, Left(), cancellationToken).ConfigureAwait(false);
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

            // All of them together are waited for no longer than one.
            TimeSpan Left() => TimeSpan.FromMilliseconds(Math.Max(0, until - cache.Clock.Now));
        }

        // One for which nobody waits.
        private Load Alone(string key)
            => new(new LocalCacheKey(key), cache.Seen(Request(key)), isSecond: true, TimeSpan.Zero, cache.Clock.Provider);

        // What others do not share, or not in time: loaded for this caller, and stored.
        private async Task LoadAloneAsync(List<TId> ids, CancellationToken cancellationToken)
        {
            if (ids.Count == 0)
            {
                return;
            }

            var own = ids.ToDictionary(static id => id, id => Alone(missing[id]));
            foreach (var (_, load) in own)
            {
                LoadChain.Enter(cache.Loads, load);
            }

            var start = cache.StartLoad();
            try
            {
                var loaded = await LoadAsync(ids, cancellationToken).ConfigureAwait(false);
                cache.EndLoad(start, cache.Queries.Values);
                ids.ForEach(id => Store(id, own[id], loaded, start));
                Take(loaded, ids);
            }
            catch (Exception)
            {
                cache.Counters.FailedLoads.Increment();
                throw;
            }
            finally
            {
                foreach (var (_, load) in own)
                {
                    load.Finish(LoadOutcome.Cancelled);
                }
            }
        }
    }
}
