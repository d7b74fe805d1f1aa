using FastOrm.Cache.Coherence;
using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.Keys;
using FastOrm.Cache.Values;

namespace FastOrm.Cache.Engine;

/// <content>Several values that are loaded now, whatever is stored.</content>
internal sealed partial class CacheEngine
{
    public ValueTask<IReadOnlyDictionary<TId, T>> RefreshManyAsync<TId, T>(
        IEnumerable<TId> ids,
        Func<TId, string> key,
        CacheEntryOptions? options,
        Func<IReadOnlyList<TId>, CancellationToken, Task<IReadOnlyDictionary<TId, T>>> loader,
        CancellationToken cancellationToken,
        params ReadOnlySpan<string> tags)
        where TId : notnull
    {
        ArgumentNullException.ThrowIfNull(loader);
        return new ValueTask<IReadOnlyDictionary<TId, T>>(
            Forced<TId, T>(ids, key, options, tags, loader, load: null).RefreshAsync(cancellationToken));
    }

    public IReadOnlyDictionary<TId, T> RefreshMany<TId, T>(
        IEnumerable<TId> ids,
        Func<TId, string> key,
        CacheEntryOptions? options,
        Func<IReadOnlyList<TId>, IReadOnlyDictionary<TId, T>> loader,
        params ReadOnlySpan<string> tags)
        where TId : notnull
    {
        ArgumentNullException.ThrowIfNull(loader);
        return Forced<TId, T>(ids, key, options, tags, loadAsync: null, loader)
            .RefreshAsync(CancellationToken.None).GetAwaiter().GetResult();
    }

    private ManyLoad<TId, T> Forced<TId, T>(
        IEnumerable<TId> ids,
        Func<TId, string> key,
        CacheEntryOptions? options,
        ReadOnlySpan<string> tags,
        Func<IReadOnlyList<TId>, CancellationToken, Task<IReadOnlyDictionary<TId, T>>>? loadAsync,
        Func<IReadOnlyList<TId>, IReadOnlyDictionary<TId, T>>? load)
        where TId : notnull
    {
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentNullException.ThrowIfNull(key);
        options ??= CacheEntryOptions.Default;
        var all = new Dictionary<TId, string>();
        foreach (var id in ids)
        {
            all.TryAdd(id, Text.CheckedKey(key(id), nameof(key)));
        }

        return new ManyLoad<TId, T>(this, options, AllTags(options, tags), loadAsync, load, found: [], missing: all);
    }

    /// <content>Loading all of them.</content>
    private sealed partial class ManyLoad<TId, T>
    {
        public async Task<IReadOnlyDictionary<TId, T>> RefreshAsync(CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (missing.Count == 0)
            {
                return found;
            }

            if (!cache.IsEnabled)
            {
                cache.Counters.Bypass(ValueBypasses.Disabled);
                await LoadPastAsync(cancellationToken).ConfigureAwait(false);
                await cache.ForgetAsync([.. missing.Values]).ConfigureAwait(false); // What is stored is older.
                return found;
            }

            var loads = new Dictionary<TId, Load>(missing.Count);
            try
            {
                await RefreshAsync(loads, cancellationToken).ConfigureAwait(false);
                return found;
            }
            catch (Exception)
            {
                cache.Counters.FailedLoads.Increment();
                throw;
            }
            finally
            {
                foreach (var (_, forced) in loads)
                {
                    forced.Finish(LoadOutcome.Cancelled);
                }
            }
        }

        private async Task RefreshAsync(Dictionary<TId, Load> loads, CancellationToken cancellationToken)
        {
            foreach (var (id, key) in missing)
            {
                cache.RefuseRecursion(new LocalCacheKey(key));
                loads.Add(id, Alone(key));
            }

            TId[] ids = [.. missing.Keys];
            var looks = !cache.UsesRemote(options) ? null
                : await cache.LookManyAsync(
                    loadAsync is not null,
                    Array.ConvertAll(ids, id => missing[id]),
                    Array.ConvertAll(ids, id => loads[id].Seen),
                    cancellationToken).ConfigureAwait(false);
            foreach (var (_, forced) in loads)
            {
                LoadChain.Enter(cache.Loads, forced);
            }

            var start = cache.StartLoad();
            var loaded = await LoadAsync(ids, cancellationToken).ConfigureAwait(false);
            cache.EndLoad(start, cache.Queries.Values);
            Take(loaded, ids);
            var storing = new List<Task>();
            for (var i = 0; i < ids.Length; i++)
            {
                var stored = ReplaceAsync(ids[i], loads[ids[i]], loaded, looks?[i], start);
                if (!stored.IsCompletedSuccessfully)
                {
                    storing.Add(stored.AsTask());
                }
            }

            await Task.WhenAll(storing).ConfigureAwait(false);
        }

        private ValueTask ReplaceAsync(TId id, Load forced, IReadOnlyDictionary<TId, T> loaded, RemoteLook? look, LoadStart start)
        {
            var key = missing[id];
            var kept = new KeptValue(StoredValue.Absence, 0, IsEmpty: true);
            return loaded.TryGetValue(id, out var value) && !cache.TryKeep(key, value, options, out kept)
                ? cache.ForgetAsync(key)
                : cache.StoreAsync<T>(key, kept, options, forced, look, isForced: true, start);
        }
    }
}
