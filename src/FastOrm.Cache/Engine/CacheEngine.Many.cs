using System.Runtime.InteropServices;
using FastOrm.Cache.Keys;
using FastOrm.Cache.Memory;
using FastOrm.Cache.Values;

namespace FastOrm.Cache.Engine;

/// <content>Several values in one call.</content>
internal sealed partial class CacheEngine
{
    public ValueTask<IReadOnlyDictionary<string, T?>> GetManyAsync<T>(
        IEnumerable<string> keys, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var asked = keys.ToArray();
        foreach (var key in asked)
        {
            Text.CheckedKey(key, nameof(keys));
        }

        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<IReadOnlyDictionary<string, T?>>(cancellationToken);
        }

        var found = new Dictionary<string, T?>(asked.Length, StringComparer.Ordinal);
        foreach (var key in asked)
        {
            if (!found.ContainsKey(key) && TryGet<T>(key) is { HasValue: true } result)
            {
                found.Add(key, result.Value);
            }
        }

        return new ValueTask<IReadOnlyDictionary<string, T?>>(found);
    }

    public ValueTask SetManyAsync<T>(
        IEnumerable<KeyValuePair<string, T>> values, CacheEntryOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        var given = values.ToArray();
        foreach (var (key, _) in given)
        {
            Text.CheckedKey(key, nameof(values));
        }

        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        foreach (var (key, value) in given)
        {
            Set(key, value, options);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyDictionary<TId, T>> RememberManyAsync<TId, T>(
        IEnumerable<TId> ids,
        Func<TId, string> key,
        CacheEntryOptions? options,
        Func<IReadOnlyList<TId>, CancellationToken, Task<IReadOnlyDictionary<TId, T>>> loader,
        CancellationToken cancellationToken,
        params ReadOnlySpan<string> tags)
        where TId : notnull
    {
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(loader);
        options ??= CacheEntryOptions.Default;
        var (isEnabled, maxAge, now) = (IsEnabled, MaxAge(options), Clock.Now);
        var found = new Dictionary<TId, T>(ids.TryGetNonEnumeratedCount(out var count) ? count : 0);
        Dictionary<TId, string>? missing = null;
        var hits = 0;
        foreach (var id in ids)
        {
            ref var value = ref CollectionsMarshal.GetValueRefOrAddDefault(found, id, out var isAsked);
            if (isAsked || missing?.ContainsKey(id) == true)
            {
                continue;
            }

            var text = Text.CheckedKey(key(id), nameof(key));
            if (isEnabled && Find(new EntryKey(text), maxAge, now) is { } entry && _keeper.TryGive<T>(entry.Value, out var hit))
            {
                hits++;
                Events.OnHit(text);
                if (hit.HasValue)
                {
                    value = hit.Value;
                    continue;
                }
            }
            else
            {
                (missing ??= []).Add(id, text);
            }

            found.Remove(id);
        }

        Counters.Hit(hits);
        return missing is null
            ? new ValueTask<IReadOnlyDictionary<TId, T>>(found)
            : new ValueTask<IReadOnlyDictionary<TId, T>>(
                new ManyLoad<TId, T>(this, options, AllTags(options, tags), loader, found, missing).RunAsync(cancellationToken));
    }

    /// <summary>One call for several values of which some have to be loaded.</summary>
    private sealed class ManyLoad<TId, T>(
        CacheEngine cache,
        CacheEntryOptions options,
        string[] tags,
        Func<IReadOnlyList<TId>, CancellationToken, Task<IReadOnlyDictionary<TId, T>>> loader,
        Dictionary<TId, T> found,
        Dictionary<TId, string> missing)
        where TId : notnull
    {
        public async Task<IReadOnlyDictionary<TId, T>> RunAsync(CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!cache.IsEnabled)
            {
                cache.Counters.Bypass(Diagnostics.ValueBypasses.Disabled);
                Take(await LoadAsync([.. missing.Keys], cancellationToken).ConfigureAwait(false), missing.Keys);
                return found;
            }

            var own = new Dictionary<TId, Load>();
            var others = new Dictionary<TId, Load>();
            try
            {
                foreach (var (id, key) in missing)
                {
                    var entryKey = new EntryKey(key);
                    cache.RefuseRecursion(entryKey);
                    cache.Missed(key);
                    var load = cache.Loads.Enter(entryKey, cache.Seen(Request(key)), out var leads);
                    if (leads)
                    {
                        own.Add(id, load);
                    }
                    else if (cache.TryStale(Request(key), StaleUse.WhileLoading, out var stale))
                    {
                        Add(id, stale);
                    }
                    else
                    {
                        others.Add(id, load);
                    }
                }

                await LeadAsync(own, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                foreach (var load in own.Values)
                {
                    cache.Loads.Leave(load);
                }
            }

            await JoinAsync(others, cancellationToken).ConfigureAwait(false);
            return found;
        }

        // What this call loads itself: all of it at once, and before it waits for others, so that two calls never wait for each other.
        private async Task LeadAsync(Dictionary<TId, Load> own, CancellationToken cancellationToken)
        {
            var rest = new List<TId>(own.Count);
            foreach (var (id, load) in own)
            {
                // Another load may have ended between our look-up and our turn.
                if (cache.Find(load.Key, MaxAge(options)) is { } entry && cache._keeper.TryGive<T>(entry.Value, out var result))
                {
                    load.Finish(LoadOutcome.Loaded(new KeptValue(entry.Value, entry.Size, IsEmpty: false)));
                    Add(id, result);
                    continue;
                }

                LoadChain.Enter(cache.Loads, load);
                rest.Add(id);
            }

            if (rest.Count == 0)
            {
                return;
            }

            var start = cache.StartLoad();
            try
            {
                var loaded = await LoadAsync(rest, cancellationToken).ConfigureAwait(false);
                foreach (var id in rest)
                {
                    own[id].Finish(Store(id, own[id], loaded, start) is { } kept ? LoadOutcome.Loaded(kept) : LoadOutcome.NotShared);
                }

                Take(loaded, rest);
            }
            catch (Exception exception)
            {
                cache.Counters.FailedLoads.Increment();
                foreach (var id in rest)
                {
                    own[id].Finish(cancellationToken.IsCancellationRequested ? LoadOutcome.Cancelled : LoadOutcome.Failed(exception));
                }

                if (cancellationToken.IsCancellationRequested || exception is OutOfMemoryException || !TryStale(rest))
                {
                    throw;
                }
            }
        }

        // All or none: part of the values would look as if the others did not exist.
        private bool TryStale(List<TId> ids)
        {
            var stale = new List<CacheResult<T>>(ids.Count);
            foreach (var id in ids)
            {
                if (!cache.TryStale(Request(missing[id]), StaleUse.IfFailed, out var result))
                {
                    return false;
                }

                stale.Add(result);
            }

            for (var i = 0; i < ids.Count; i++)
            {
                Add(ids[i], stale[i]);
            }

            return true;
        }

        private async Task JoinAsync(Dictionary<TId, Load> others, CancellationToken cancellationToken)
        {
            var rest = new List<TId>();
            foreach (var (id, load) in others)
            {
                var outcome = await load.WaitAsync(async: true, cancellationToken).ConfigureAwait(false);
                if (outcome is { End: LoadEnd.Loaded, Value: KeptValue kept } && cache._keeper.TryGive<T>(kept.Stored, out var result))
                {
                    cache.Counters.JoinedLoads.Increment();
                    Add(id, result);
                }
                else
                {
                    rest.Add(id);
                }
            }

            if (rest.Count > 0)
            {
                // Whatever has become of them: loaded once more, for this caller, and stored.
                var seen = rest.ToDictionary(static id => id, id => cache.Seen(Request(missing[id])));
                var start = cache.StartLoad();
                var loaded = await LoadAsync(rest, cancellationToken).ConfigureAwait(false);
                foreach (var id in rest)
                {
                    Store(id, new Load(new EntryKey(missing[id]), seen[id], isSecond: true, TimeSpan.Zero, cache.Clock.Provider), loaded, start);
                }

                Take(loaded, rest);
            }
        }

        private async Task<IReadOnlyDictionary<TId, T>> LoadAsync(IReadOnlyList<TId> ids, CancellationToken cancellationToken)
            => await (loader(ids, cancellationToken)
                    ?? throw new InvalidOperationException("The loader of several values returned no task: it must not be null.")).ConfigureAwait(false)
                ?? throw new InvalidOperationException("The loader of several values returned null: give an empty dictionary where there are none.");

        private KeptValue? Store(TId id, Load load, IReadOnlyDictionary<TId, T> loaded, LoadStart start)
        {
            var key = missing[id];
            var kept = new KeptValue(StoredValue.Absence, 0, IsEmpty: true);
            if (loaded.TryGetValue(id, out var value) && !cache.TryKeep(key, value, options, out kept))
            {
                return null;
            }

            cache.Store(key, kept, options, cache.TermsOf(options, kept.IsEmpty), load.Seen[..^1], load.Seen[^1..], start);
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
