using System.Runtime.InteropServices;
using FastOrm.Cache.Keys;
using FastOrm.Cache.Memory;

namespace FastOrm.Cache.Engine;

/// <content>Several values in one call.</content>
internal sealed partial class CacheEngine
{
    private const int MostAtATime = 1000;

    public ValueTask<IReadOnlyDictionary<string, T?>> GetManyAsync<T>(
        IEnumerable<string> keys, CancellationToken cancellationToken = default)
        => cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<IReadOnlyDictionary<string, T?>>(cancellationToken)
            : GetManyAsync<T>(async: true, keys, cancellationToken);

    public IReadOnlyDictionary<string, T?> GetMany<T>(IEnumerable<string> keys)
        => Now(GetManyAsync<T>(async: false, keys, CancellationToken.None));

    private async ValueTask<IReadOnlyDictionary<string, T?>> GetManyAsync<T>(
        bool async, IEnumerable<string> keys, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var asked = new HashSet<string>(keys, StringComparer.Ordinal);
        foreach (var key in asked)
        {
            Text.CheckedKey(key, nameof(keys));
        }

        var found = new Dictionary<string, T?>(asked.Count, StringComparer.Ordinal);
        if (!IsEnabled)
        {
            return found;
        }

        var isCertain = Verifies(CacheEntryOptions.Default);
        var mayServe = !isCertain || await VerifyReadAsync(async, asked.Count, cancellationToken).ConfigureAwait(false);
        var missing = new List<string>();
        foreach (var key in asked)
        {
            if (!mayServe || !TryHit<T>(key, Clock.Never, out var result, takesAbsence: true))
            {
                missing.Add(key);
            }
            else if (result.HasValue)
            {
                found.Add(key, result.Value);
            }
        }

        Counters.CertainHits.Add(isCertain ? asked.Count - missing.Count : 0);
        if (mayServe && missing.Count > 0 && UsesRemote(CacheEntryOptions.Default))
        {
            await GetManyRemotelyAsync(async, found, [.. missing], cancellationToken).ConfigureAwait(false);
        }
        else
        {
            missing.ForEach(Missed);
        }

        return found;
    }

    public ValueTask SetManyAsync<T>(
        IEnumerable<KeyValuePair<string, T>> values, CacheEntryOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        return new ValueTask(SetEachAsync(Checked(values), options));
    }

    public void SetMany<T>(IEnumerable<KeyValuePair<string, T>> values, CacheEntryOptions? options = null)
    {
        SetEachAsync(Checked(values), options).GetAwaiter().GetResult();
    }

    private static KeyValuePair<string, T>[] Checked<T>(IEnumerable<KeyValuePair<string, T>> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var given = values.ToArray();
        foreach (var (key, _) in given)
        {
            Text.CheckedKey(key, nameof(values));
        }

        return given;
    }

    // Many begin before one is waited for: the changes go to the other nodes in few messages. Not all, or they would be more than are kept.
    private async Task SetEachAsync<T>(KeyValuePair<string, T>[] values, CacheEntryOptions? options)
    {
        foreach (var some in values.Chunk(MostAtATime))
        {
            var setting = new List<Task>();
            foreach (var (key, value) in some)
            {
                var set = SetAsync(key, value, options ?? CacheEntryOptions.Default, claim: null);
                if (!set.IsCompletedSuccessfully)
                {
                    setting.Add(set.AsTask());
                }
            }

            await Task.WhenAll(setting).ConfigureAwait(false);
        }
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
        ArgumentNullException.ThrowIfNull(loader);
        Text.Checked(tags, "A tag");
        options ??= CacheEntryOptions.Default;
        if (_dryRun)
        {
            return new ValueTask<IReadOnlyDictionary<TId, T>>(
                RememberManyDryAsync(ids, key, options, AllTags(options, tags), loader, load: null, cancellationToken));
        }

        var found = FindMany<TId, T>(ids, key, options, out var missing);
        return missing is null
            ? new ValueTask<IReadOnlyDictionary<TId, T>>(found)
            : new ValueTask<IReadOnlyDictionary<TId, T>>(
                new ManyLoad<TId, T>(this, options, AllTags(options, tags), loader, load: null, found, missing)
                    .RunAsync(cancellationToken));
    }

    public IReadOnlyDictionary<TId, T> RememberMany<TId, T>(
        IEnumerable<TId> ids,
        Func<TId, string> key,
        CacheEntryOptions? options,
        Func<IReadOnlyList<TId>, IReadOnlyDictionary<TId, T>> loader,
        params ReadOnlySpan<string> tags)
        where TId : notnull
    {
        ArgumentNullException.ThrowIfNull(loader);
        Text.Checked(tags, "A tag");
        options ??= CacheEntryOptions.Default;
        if (_dryRun)
        {
            return RememberManyDryAsync(ids, key, options, AllTags(options, tags), loadAsync: null, loader, CancellationToken.None)
                .GetAwaiter().GetResult();
        }

        var found = FindMany<TId, T>(ids, key, options, out var missing);

        // It awaits nothing that is not complete.
        return missing is null
            ? found
            : new ManyLoad<TId, T>(this, options, AllTags(options, tags), loadAsync: null, loader, found, missing)
                .RunAsync(CancellationToken.None).GetAwaiter().GetResult();
    }

    private static InvalidOperationException NoTask() => new("The loader of several values returned no task: it must not be null.");

    /// <summary>The values that there are; the ids of which nothing is known with their keys, or null if there are none.</summary>
    private Dictionary<TId, T> FindMany<TId, T>(
        IEnumerable<TId> ids, Func<TId, string> key, CacheEntryOptions options, out Dictionary<TId, string>? missing)
        where TId : notnull
    {
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentNullException.ThrowIfNull(key);

        // Not one by one through the interface, whose calls cost as much as the look-ups.
        var asked = ids switch
        {
            TId[] array => array,
            List<TId> list => CollectionsMarshal.AsSpan(list),
            _ => [.. ids],
        };
        var (mayServe, maxAge, now, hits) = (IsEnabled && !Verifies(options), MaxAge(options), Clock.Now, 0);
        var found = new Dictionary<TId, T>(asked.Length);
        missing = null;
        foreach (var id in asked)
        {
            var text = Text.CheckedKey(key(id), nameof(key));
            if (!mayServe
                || Find(new LocalCacheKey(text), maxAge, now) is not { } entry
                || !_keeper.TryGive<T>(entry.Value, out var hit, takesAbsence: true))
            {
                (missing ??= []).TryAdd(id, text);
            }
            else if (!hit.HasValue || found.TryAdd(id, hit.Value!))
            {
                hits++;
                Events.OnHit(text);
            }
        }

        Counters.Hit(hits);
        return found;
    }
}
