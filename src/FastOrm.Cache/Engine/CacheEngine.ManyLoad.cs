using FastOrm.Cache.Coherence;
using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.Memory;
using FastOrm.Cache.Values;

namespace FastOrm.Cache.Engine;

/// <content>Several values of which some have to be loaded.</content>
internal sealed partial class CacheEngine
{
    /// <summary>One call for several values of which some have to be loaded.</summary>
    private sealed partial class ManyLoad<TId, T>(
        CacheEngine cache,
        CacheEntryOptions options,
        string[] tags,
        Func<IReadOnlyList<TId>, CancellationToken, Task<IReadOnlyDictionary<TId, T>>>? loadAsync,
        Func<IReadOnlyList<TId>, IReadOnlyDictionary<TId, T>>? load,
        Dictionary<TId, T> found,
        Dictionary<TId, string> missing)
        where TId : notnull
    {
        private readonly List<(string Key, Envelope Entry)> _stored = [];
        private readonly HashSet<TId> _missed = [];

        public async Task<IReadOnlyDictionary<TId, T>> RunAsync(CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!cache.IsEnabled)
            {
                cache.Counters.Bypass(ValueBypasses.Disabled);
                await LoadPastAsync(cancellationToken).ConfigureAwait(false);
                return found;
            }

            if (cache.Verifies(options) && !await TakeVerifiedAsync(cancellationToken).ConfigureAwait(false))
            {
                await LoadPastAsync(cancellationToken).ConfigureAwait(false);
                return found;
            }

            var asked = missing.Keys.ToDictionary(static id => id, static _ => (Load?)null);
            while (asked.Count > 0)
            {
                asked = await RunRoundAsync(asked, cancellationToken).ConfigureAwait(false);
            }

            return found;
        }

        // Loads what nobody else is loading, and waits for what others load. What was not loaded then goes into the next round, with the
        // load that has failed or, if its caller has given up, with none: so that one of all who wait tries again, and not each of them.
        private async Task<Dictionary<TId, Load?>> RunRoundAsync(Dictionary<TId, Load?> asked, CancellationToken cancellationToken)
        {
            var own = new Dictionary<TId, Load>();
            var others = new Dictionary<TId, Load>();
            try
            {
                foreach (var (id, failed) in asked)
                {
                    var key = missing[id];
                    var entryKey = new LocalCacheKey(key);
                    cache.RefuseRecursion(entryKey);
                    var seen = cache.Seen(Request(key));
                    bool leads;
                    var entered = failed is null ? cache.Loads.Enter(entryKey, seen, out leads) : cache.Loads.Follow(failed, seen, out leads);
                    if (leads)
                    {
                        own.Add(id, entered);
                        continue;
                    }

                    Missed(id);
                    if (failed is null && cache.TryStale(Request(key), StaleUse.WhileLoading, out var stale, entered))
                    {
                        Add(id, stale);
                    }
                    else
                    {
                        others.Add(id, entered);
                    }
                }

                await LeadAsync(own, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                foreach (var led in own.Values)
                {
                    cache.Loads.Leave(led);
                }
            }

            return await JoinAsync(others, cancellationToken).ConfigureAwait(false);
        }

        // What is in memory, if it is certain that others have not changed it.
        private async ValueTask<bool> TakeVerifiedAsync(CancellationToken cancellationToken)
        {
            if (!await cache.VerifyReadAsync(loadAsync is not null, missing.Count, cancellationToken).ConfigureAwait(false))
            {
                return false;
            }

            foreach (var (id, key) in missing.ToArray())
            {
                if (cache.TryCertainHit<T>(key, MaxAge(options), out var hit, takesAbsence: true))
                {
                    Add(id, hit);
                    missing.Remove(id);
                }
            }

            return true;
        }

        public async Task LoadPastAsync(CancellationToken cancellationToken)
        {
            // All of them before the first is entered: ids may have one key.
            foreach (var (_, key) in missing)
            {
                cache.RefuseRecursion(new LocalCacheKey(key));
            }

            var loads = missing.Values.Select(key => cache.LoadPast(new LocalCacheKey(key))).ToList();
            loads.ForEach(past => LoadChain.Enter(cache.Loads, past));
            try
            {
                Take(await LoadAsync([.. missing.Keys], cancellationToken).ConfigureAwait(false), missing.Keys);
            }
            finally
            {
                loads.ForEach(static past => past.Finish(LoadOutcome.Cancelled));
            }
        }

        // What this call loads itself: all of it at once, and before it waits for others, so that two calls never wait for each other.
        private async Task LeadAsync(Dictionary<TId, Load> own, CancellationToken cancellationToken)
        {
            var rest = new List<TId>(own.Count);
            foreach (var (id, led) in own)
            {
                // Another load may have ended between our look-up and our turn.
                if (cache.Find(led.Key, MaxAge(options)) is { } entry && cache._keeper.TryGive<T>(entry.Value, out var result, takesAbsence: true))
                {
                    led.Finish(LoadOutcome.Loaded(new KeptValue(entry.Value, entry.Size, IsEmpty: false)));
                    Add(id, result);
                    continue;
                }

                rest.Add(id);
            }

            var looks = await TakeRemoteAsync(own, rest, cancellationToken).ConfigureAwait(false);
            rest.RemoveAll(TryStaleUntilRetry);
            if (looks is not null && cache.LoadLease is { } lease)
            {
                await LoadLeasedAsync(own, rest, looks, lease, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await LoadAsync(own, rest, looks, cancellationToken).ConfigureAwait(false);
            }
        }

        private async Task LoadAsync(
            Dictionary<TId, Load> own, List<TId> rest, Dictionary<TId, RemoteLook?>? looks, CancellationToken cancellationToken)
        {
            if (rest.Count == 0)
            {
                return;
            }

            foreach (var id in rest)
            {
                Missed(id);
                LoadChain.Enter(cache.Loads, own[id]);
            }

            var start = cache.StartLoad();
            try
            {
                var loaded = await LoadAsync(rest, cancellationToken).ConfigureAwait(false);
                cache.EndLoad(start, cache.Queries.Values);
                foreach (var id in rest)
                {
                    own[id].Finish(Store(id, own[id], loaded, start, looks) is { } kept ? LoadOutcome.Loaded(kept) : LoadOutcome.NotShared);
                }

                await StoreRemotelyAsync().ConfigureAwait(false);
                Take(loaded, rest);
            }
            catch (Exception exception)
            {
                cache.Counters.FailedLoads.Increment();
                foreach (var id in rest)
                {
                    own[id].Finish(cancellationToken.IsCancellationRequested ? LoadOutcome.Cancelled : LoadOutcome.Failed(exception));
                }

                if (cancellationToken.IsCancellationRequested || exception is OutOfMemoryException || !TryStale(own, rest))
                {
                    throw;
                }
            }
        }

        // What other nodes have loaded; of the rest the stamps under which it may be stored.
        private async ValueTask<Dictionary<TId, RemoteLook?>?> TakeRemoteAsync(
            Dictionary<TId, Load> own, List<TId> rest, CancellationToken cancellationToken)
        {
            if (rest.Count == 0 || !cache.UsesRemote(options))
            {
                return null;
            }

            TId[] asked = [.. rest];
            rest.Clear();
            var looks = await cache.LookManyAsync(
                loadAsync is not null,
                Array.ConvertAll(asked, id => missing[id]),
                Array.ConvertAll(asked, id => own[id].Seen),
                cancellationToken).ConfigureAwait(false);
            var byId = new Dictionary<TId, RemoteLook?>(asked.Length);
            for (var i = 0; i < asked.Length; i++)
            {
                if (!TryTake(own, asked[i], looks[i]))
                {
                    rest.Add(asked[i]);
                    byId.Add(asked[i], looks[i]);
                }
            }

            return byId;
        }

        private bool TryTake(Dictionary<TId, Load> own, TId id, RemoteLook? found)
        {
            if (found is not { Entry: not null } look
                || !cache.TryTake<T>(missing[id], options, look, out var result, out var kept, takesAbsence: true, own[id]))
            {
                return false;
            }

            own[id].Finish(LoadOutcome.Loaded(kept));
            Add(id, result);
            return true;
        }

        private async ValueTask StoreRemotelyAsync()
        {
            if (_stored.Count == 0)
            {
                return;
            }

            var storing = cache._remote!.StoreAsync([.. _stored]);
            _stored.Clear();
            if (cache.LoadLease is null)
            {
                return;
            }

            // Before the leases are given back.
            if (loadAsync is null)
            {
                storing.GetAwaiter().GetResult();
            }
            else
            {
                await storing.ConfigureAwait(false);
            }
        }

        // The source has failed a moment ago, and is left alone.
        private bool TryStaleUntilRetry(TId id)
        {
            if (!cache.TryStale(Request(missing[id]), StaleUse.UntilRetry, out var stale))
            {
                return false;
            }

            Missed(id);
            Add(id, stale);
            return true;
        }

        // All or none: part of the values would look as if the others did not exist.
        private bool TryStale(Dictionary<TId, Load> own, List<TId> ids)
        {
            var stale = new List<CacheResult<T>>(ids.Count);
            foreach (var id in ids)
            {
                if (!cache.TryStale(Request(missing[id]), StaleUse.IfFailed, out var result, own[id]))
                {
                    return false;
                }

                stale.Add(result);
            }

            for (var i = 0; i < ids.Count; i++)
            {
                Add(ids[i], stale[i]);
                cache.Postpone(new LocalCacheKey(missing[ids[i]]));
            }

            return true;
        }

        private async ValueTask<IReadOnlyDictionary<TId, T>> LoadAsync(IList<TId> ids, CancellationToken cancellationToken)
        {
            using var activity = CacheActivities.Load(cache.Name, CacheActivities.Value);
            try
            {
                return await RunAsync(ids, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (CacheActivities.Failed(activity, exception))
            {
                throw;
            }
        }

        private async ValueTask<IReadOnlyDictionary<TId, T>> RunAsync(IList<TId> ids, CancellationToken cancellationToken)
            => (load is not null
                    ? load(ids.AsReadOnly())
                    : await (loadAsync!(ids.AsReadOnly(), cancellationToken) ?? throw NoTask())
                        .ConfigureAwait(false))
                ?? throw new InvalidOperationException("The loader of several values returned null: give an empty dictionary where there are none.");

        private KeptValue? Store(
            TId id, Load led, IReadOnlyDictionary<TId, T> loaded, LoadStart start, Dictionary<TId, RemoteLook?>? looks = null)
        {
            var key = missing[id];
            var kept = new KeptValue(StoredValue.Absence, 0, IsEmpty: true);
            if (loaded.TryGetValue(id, out var value) && !cache.TryKeep(key, value, options, out kept))
            {
                return null;
            }

            var terms = cache.TermsOf(options, kept.IsEmpty);
            if (cache.Store(key, kept, options, terms, led.Seen[..^1], led.Seen[^1..], start)
                && looks?[id] is { } look
                && cache.RemoteEntryOf<T>(look, kept, terms, start) is { } entry)
            {
                _stored.Add((look.Key, entry));
            }

            return kept;
        }

        private void Take(IReadOnlyDictionary<TId, T> loaded, IEnumerable<TId> ids)
        {
            foreach (var id in ids)
            {
                if (loaded.TryGetValue(id, out var value))
                {
                    found[id] = value;
                }
            }
        }

        // Once, however many rounds it takes.
        private void Missed(TId id)
        {
            if (_missed.Add(id))
            {
                cache.Missed(missing[id]);
            }
        }

        private void Add(TId id, CacheResult<T> result)
        {
            if (result.HasValue)
            {
                found[id] = result.Value!;
            }
        }

        private ValueRequest<object?, T> Request(string key) => new(key, options, tags, null, LoadAsync: null, Load: null);
    }
}
