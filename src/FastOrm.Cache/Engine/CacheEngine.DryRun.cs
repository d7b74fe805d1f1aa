using System.Runtime.ExceptionServices;

namespace FastOrm.Cache.Engine;

/// <content>
/// A cache that only shows what it would do: everything goes its way, but the caller gets what the loader gives that it has brought itself.
/// </content>
internal sealed partial class CacheEngine
{
    private async ValueTask<CacheResult<T>> LoadDryAsync<TState, T>(ValueRequest<TState, T> request, CancellationToken cancellationToken)
    {
        // What is to be verified is looked for later, as always.
        if (Verifies(request.Options) || !TryHit<T>(request.Key, MaxAge(request.Options), out _))
        {
            var witness = new Witness();
            try
            {
                var result = await FindOrLoadAsync(Watched(request, witness), cancellationToken).ConfigureAwait(false);
                if (witness.HasRun && !result.IsStale)
                {
                    return result; // The loader's own: also that there is nothing, of which it may tell by an exception.
                }
            }
            catch (Exception) when (!witness.HasRun && !cancellationToken.IsCancellationRequested)
            {
                // The load of another caller has failed, which this one would not have known of.
            }

            witness.Error?.Throw(); // Also where something stale would have been served instead.
        }

        return await RunPastAsync(request, cancellationToken).ConfigureAwait(false);
    }

    private static ValueRequest<(ValueRequest<TState, T> Asked, Witness Witness), T> Watched<TState, T>(
        ValueRequest<TState, T> request, Witness witness)
        => new(
            request.Key,
            request.Options,
            request.Tags,
            (request, witness),
            request.IsAsync ? static (state, token) => state.Witness.SeeAsync(() => state.Asked.RunAsync(token)) : null,
            request.IsAsync ? null : static state => Now(new ValueTask<T>(state.Witness.SeeAsync(() => state.Asked.RunAsync(default)))));

    private async Task<IReadOnlyDictionary<TId, T>> RememberManyDryAsync<TId, T>(
        IEnumerable<TId> ids,
        Func<TId, string> key,
        CacheEntryOptions options,
        string[] tags,
        Func<IReadOnlyList<TId>, CancellationToken, Task<IReadOnlyDictionary<TId, T>>>? loadAsync,
        Func<IReadOnlyList<TId>, IReadOnlyDictionary<TId, T>>? load,
        CancellationToken cancellationToken)
        where TId : notnull
    {
        ArgumentNullException.ThrowIfNull(ids);
        TId[] asked = [.. ids.Distinct()];
        var (loaded, known, witness) = (new Dictionary<TId, T>(asked.Length), new HashSet<TId>(), new Witness());
        var found = FindMany<TId, T>(asked, key, options, out var missing);
        if (missing is not null)
        {
            try
            {
                await Loading(found, missing).RunAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception) when (witness.Error is null && !cancellationToken.IsCancellationRequested)
            {
                // The load of another caller has failed.
            }

            witness.Error?.Throw();
        }

        var rest = Array.FindAll(asked, id => !known.Contains(id)).ToDictionary(static id => id, key);
        if (rest.Count > 0)
        {
            await Loading([], rest).LoadPastAsync(cancellationToken).ConfigureAwait(false);
        }

        return loaded;

        ManyLoad<TId, T> Loading(Dictionary<TId, T> found, Dictionary<TId, string> missing)
            => new(
                this,
                options,
                tags,
                loadAsync is null ? null : (some, token) => witness.SeeAsync(async ()
                    => Take(some, await (loadAsync(some, token) ?? throw NoTask()).ConfigureAwait(false))),
                load is null ? null : some => Now(new ValueTask<IReadOnlyDictionary<TId, T>>(
                    witness.SeeAsync(() => new ValueTask<IReadOnlyDictionary<TId, T>>(Take(some, load(some)))))),
                found,
                missing);

        IReadOnlyDictionary<TId, T> Take(IReadOnlyList<TId> some, IReadOnlyDictionary<TId, T> values)
        {
            foreach (var id in some)
            {
                known.Add(id);
                if (values?.TryGetValue(id, out var value) == true)
                {
                    loaded[id] = value;
                }
            }

            return values!; // What is wrong with it is said by whoever takes it.
        }
    }

    /// <summary>Whether the loader of a caller was run, and what it has thrown.</summary>
    private sealed class Witness
    {
        public bool HasRun { get; private set; }

        public ExceptionDispatchInfo? Error { get; private set; }

        public async Task<T> SeeAsync<T>(Func<ValueTask<T>> load)
        {
            HasRun = true;
            try
            {
                Error = null;
                return await load().ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                Error = ExceptionDispatchInfo.Capture(exception);
                throw;
            }
        }
    }
}
