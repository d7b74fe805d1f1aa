using System.Runtime.ExceptionServices;
using FastOrm.Cache.Coherence;
using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.Keys;
using FastOrm.Cache.Memory;
using FastOrm.Cache.Stamps;
using FastOrm.Cache.Values;

namespace FastOrm.Cache.Engine;

/// <content>What happens on a miss: waiting for the load of another caller, or loading and storing.</content>
internal sealed partial class CacheEngine
{
    /// <param name="request">What is asked for.</param>
    /// <param name="isForced">Whether to load now, whatever is stored or being loaded.</param>
    /// <param name="cancellationToken">Cancels the caller's wait, and its own load.</param>
    private async ValueTask<CacheResult<T>> LoadAsync<TState, T>(
        ValueRequest<TState, T> request, bool isForced, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        RefuseRecursion(request.EntryKey);
        if (!IsEnabled)
        {
            return await LoadPastAsync(request, isForced, cancellationToken).ConfigureAwait(false);
        }

        return isForced ? await LoadAloneAsync(request, isForced: true, cancellationToken).ConfigureAwait(false)
            : _dryRun ? await LoadDryAsync(request, cancellationToken).ConfigureAwait(false)
            : await FindOrLoadAsync(request, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<CacheResult<T>> FindOrLoadAsync<TState, T>(ValueRequest<TState, T> request, CancellationToken cancellationToken)
    {
        var key = request.EntryKey;
        if (Verifies(request.Options))
        {
            if (!await VerifyReadAsync(request.IsAsync, reads: 1, cancellationToken).ConfigureAwait(false))
            {
                Missed(request.Key);
                return await LoadAloneAsync(request, isForced: false, cancellationToken).ConfigureAwait(false);
            }

            if (TryCertainHit<T>(request.Key, MaxAge(request.Options), out var hit))
            {
                return hit;
            }
        }

        var missed = false;
        for (Load? failed = null; ;)
        {
            var seen = Seen(request);
            bool leads;
            var load = failed is null ? Loads.Enter(key, seen, out leads) : Loads.Follow(failed, seen, out leads);
            if (leads)
            {
                return await LeadAsync(load, request, missed, cancellationToken).ConfigureAwait(false);
            }

            if (!missed)
            {
                missed = true;
                Missed(request.Key);
            }

            if (failed is null && TryStale(request, StaleUse.WhileLoading, out var result, load))
            {
                return result;
            }

            var outcome = await load.WaitAsync(request.IsAsync, takesOffers: failed is null, cancellationToken).ConfigureAwait(false);
            if (outcome.End == LoadEnd.Offered)
            {
                if (TryStale(request, StaleUse.WhileLoading, out result, load))
                {
                    return result;
                }

                outcome = await load.WaitAsync(request.IsAsync, takesOffers: false, cancellationToken).ConfigureAwait(false);
            }

            switch (outcome.End)
            {
                case LoadEnd.Loaded when outcome.Value is KeptValue kept && _keeper.TryGive(kept.Stored, out result):
                    Counters.JoinedLoads.Increment();
                    return result;
                case LoadEnd.Failed when TryStale(request, StaleUse.IfFailed, out result, load):
                    return result;
                case LoadEnd.Failed when load.IsSecond:
                    ExceptionDispatchInfo.Throw(outcome.Error!);
                    break;
                case LoadEnd.Failed:
                    failed = load;
                    break;
                case LoadEnd.Cancelled:
                    failed = null;
                    break;
                default:
                    return await LoadAloneAsync(request, isForced: false, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask<CacheResult<T>> LeadAsync<TState, T>(
        Load load, ValueRequest<TState, T> request, bool missed, CancellationToken cancellationToken)
    {
        string? lease = null;
        try
        {
            // The load before may have ended between our look-up and our turn.
            if (Find(request.EntryKey, MaxAge(request.Options)) is { } entry && _keeper.TryGive<T>(entry.Value, out var result))
            {
                load.Finish(LoadOutcome.Loaded(new KeptValue(entry.Value, entry.Size, IsEmpty: false)));
                return result;
            }

            var look = await LookAsync(request, load, cancellationToken).ConfigureAwait(false);
            if (look?.Entry is not null && TryTake(request, look, load, out result, out var taken))
            {
                load.Finish(LoadOutcome.Loaded(taken));
                return result;
            }

            if (look is { Entry: null } unknown && LoadLease is { } leaseTime)
            {
                (look, lease) = await LeaseAsync(request.IsAsync, unknown, load.Seen, leaseTime, cancellationToken).ConfigureAwait(false);
                if (look?.Entry is not null && TryTake(request, look, load, out result, out taken))
                {
                    load.Finish(LoadOutcome.Loaded(taken));
                    return result;
                }
            }

            if (!missed)
            {
                Missed(request.Key);
            }

            if (TryStale(request, StaleUse.UntilRetry, out result))
            {
                return result;
            }

            var (loaded, kept) = await LoadAndStoreAsync(load, request, look, isForced: false, cancellationToken).ConfigureAwait(false);
            load.Finish(kept is { } shared ? LoadOutcome.Loaded(shared) : LoadOutcome.NotShared);
            return loaded;
        }
        catch (Exception exception)
        {
            Counters.FailedLoads.Increment();
            if (cancellationToken.IsCancellationRequested)
            {
                load.Finish(LoadOutcome.Cancelled);
                throw;
            }

            load.Finish(LoadOutcome.Failed(exception));
            if (exception is not OutOfMemoryException && TryStale(request, StaleUse.IfFailed, out var stale, load))
            {
                Postpone(request.EntryKey);
                return stale;
            }

            throw;
        }
        finally
        {
            Loads.Leave(load);
            if (lease is not null)
            {
                _remote!.Release(ValuePrefix + request.Key, lease);
            }
        }
    }

    private async ValueTask<CacheResult<T>> LoadAloneAsync<TState, T>(
        ValueRequest<TState, T> request, bool isForced, CancellationToken cancellationToken)
    {
        var load = new Load(request.EntryKey, Seen(request), isSecond: true, TimeSpan.Zero, Clock.Provider);
        try
        {
            var look = await LookAsync(request, load, cancellationToken).ConfigureAwait(false);
            return (await LoadAndStoreAsync(load, request, look, isForced, cancellationToken).ConfigureAwait(false)).Result;
        }
        catch (Exception)
        {
            Counters.FailedLoads.Increment();
            throw;
        }
        finally
        {
            load.Finish(LoadOutcome.Cancelled);
        }
    }

    /// <summary>While the cache is switched off. It is a load all the same: one that asks for its own key would never end.</summary>
    private async ValueTask<CacheResult<T>> LoadPastAsync<TState, T>(
        ValueRequest<TState, T> request, bool isForced, CancellationToken cancellationToken)
    {
        Counters.Bypass(ValueBypasses.Disabled);
        var result = await RunPastAsync(request, cancellationToken).ConfigureAwait(false);
        if (isForced)
        {
            await ForgetAsync(request.Key).ConfigureAwait(false); // What is stored is older, and may be served when the cache is on again.
        }

        return result;
    }

    private async ValueTask<CacheResult<T>> RunPastAsync<TState, T>(ValueRequest<TState, T> request, CancellationToken cancellationToken)
    {
        var load = LoadPast(request.EntryKey);
        LoadChain.Enter(Loads, load);
        try
        {
            return await RunAsync(request, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            load.Finish(LoadOutcome.Cancelled);
        }
    }

    // One for which nobody waits.
    private Load LoadPast(in LocalCacheKey key) => new(key, [], isSecond: true, TimeSpan.Zero, Clock.Provider);

    private async ValueTask<(CacheResult<T> Result, KeptValue? Kept)> LoadAndStoreAsync<TState, T>(
        Load load, ValueRequest<TState, T> request, RemoteLook? look, bool isForced, CancellationToken cancellationToken)
    {
        var start = StartLoad();
        LoadChain.Enter(Loads, load);
        var result = await RunAsync(request, cancellationToken).ConfigureAwait(false);
        EndLoad(start, Queries.Values);
        KeptValue kept;
        if (!result.HasValue)
        {
            kept = new KeptValue(StoredValue.Absence, 0, IsEmpty: true);
        }
        else if (!TryKeep(request.Key, result.Value, request.Options, out kept))
        {
            if (isForced)
            {
                await ForgetAsync(request.Key).ConfigureAwait(false); // What is stored is older.
            }

            return (result, null);
        }

        await StoreAsync<T>(request.Key, kept, request.Options, load, look, isForced, start).ConfigureAwait(false);
        return (result, kept);
    }

    private async ValueTask<CacheResult<T>> RunAsync<TState, T>(ValueRequest<TState, T> request, CancellationToken cancellationToken)
    {
        using var activity = CacheActivities.Load(Name, CacheActivities.Value);
        try
        {
            return new CacheResult<T>(await request.RunAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (Exception exception) when (
            ValueKeeper.CanBeNull<T>() && (request.Options.IsNotFound ?? _options.IsNotFound)?.Invoke(exception) == true)
        {
            return CacheResult<T>.Absent;
        }
        catch (Exception exception) when (CacheActivities.Failed(activity, exception))
        {
            throw;
        }
    }

    /// <summary>Throws if the current flow of execution is loading the value of the key: it would wait for itself.</summary>
    private void RefuseRecursion(in LocalCacheKey key)
    {
        if (LoadChain.IsWithin(Loads, key))
        {
            throw new InvalidOperationException(
                "The loader of a value asks the cache for the value that it loads, by its own key. Load it from its source, or use another key.");
        }
    }

    // The stamps that what is loaded depends on, and last the one on which it depends only until it is stored.
    private Dependency[] Seen<TState, T>(ValueRequest<TState, T> request)
        => [.. DependenciesOf(request.Tags), Stamps.Guard(TagHash.OfName(request.Key)).Seen()];
}
