using System.Diagnostics;
using System.Runtime.CompilerServices;
using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.Engine;
using FastOrm.Cache.Memory;
using FastOrm.Cache.Redis;
using FastOrm.Cache.Stamps;

namespace FastOrm.Cache.Coherence;

/// <summary>One cache's link to the tier that nodes share: asks it, stores there, tells it of changes and hears of those of others.</summary>
/// <remarks>No exception of the tier gets past here. A tier that cannot be used is a miss.</remarks>
internal sealed partial class RemoteLink : IDisposable
{
    private readonly IRemoteCacheTier _tier;
    private readonly StampTable _stamps;
    private readonly ILocalCacheTier _memory;
    private readonly CacheCounters _counters;
    private readonly InvalidationLog _invalidations;
    private readonly RemoteTerms _terms;
    private readonly Clock _clock;
    private readonly long _self = Random.Shared.NextInt64();
    private readonly CoherenceState _state;
    private readonly Outbox _outbox;
    private readonly Breaker _breaker;
    private readonly Listening _listening;
    private readonly SemaphoreSlim _stores;
    private readonly ClaimTable _claims = new();
    private readonly MarkerRenewal? _renewal;
    private int _underWay;
    private volatile bool _disposed;

    public RemoteLink(
        IRemoteCacheTier tier,
        StampTable stamps,
        ILocalCacheTier memory,
        CacheCounters counters,
        InvalidationLog invalidations,
        Clock clock,
        RemoteTerms terms)
    {
        (_tier, _stamps, _memory, _counters, _invalidations, _clock, _terms) = (tier, stamps, memory, counters, invalidations, clock, terms);
        _state = new CoherenceState(stamps, _self, invalidations: invalidations);
        _breaker = new Breaker(clock, terms.BreakerPause);
        _stores = new SemaphoreSlim(terms.MaxStores);
        _outbox = new Outbox(_state, _self, SendAsync, clock.Provider);
        _polledAt = clock.Now;
        _trustedUntil = TrustFrom(_polledAt);
        _listening = new Listening(this);
        _renewal = terms.MarkerLife is { } life ? new MarkerRenewal(this, life) : null;
    }

    /// <summary>What the node knows of the tier.</summary>
    public CoherenceState State => _state;

    /// <summary>The number of changes that wait to be sent.</summary>
    public int Backlog => _outbox.Count;

    /// <summary>The numbers of the stamps.</summary>
    public static int[] SlotsOf(ReadOnlySpan<Dependency> dependencies)
    {
        var slots = new int[dependencies.Length];
        for (var i = 0; i < slots.Length; i++)
        {
            slots[i] = dependencies[i].Slot;
        }

        return slots;
    }

    /// <summary>Reads stamps and entries, unless the tier has not been told yet of a change of one of the stamps.</summary>
    public async ValueTask<RemoteReading?> AskAsync(int[] slots, string[] keys, CancellationToken cancellationToken)
    {
        if (_state.Ask(slots) is { } question)
        {
            return await ReadAsync(question, slots, keys, cancellationToken).ConfigureAwait(false);
        }

        _counters.Bypass(RemoteBypasses.Unsent);
        return null;
    }

    /// <summary>Changes stamps here and for every other node.</summary>
    /// <param name="slots">The slots.</param>
    /// <param name="keys">The keys of values that leave the memory of the other nodes.</param>
    /// <param name="removed">The keys of entries that leave the tier.</param>
    /// <param name="read">The slots whose stamps are to be read.</param>
    /// <param name="relied">What the node relies on; where others do not, more is invalidated.</param>
    /// <param name="marker">What was marked for it, which ends with it; zero for nothing.</param>
    /// <returns>What was read, once the tier has acknowledged the change, or null if the time for that is over: it is sent all the same.</returns>
    public Task<RemoteReading?> ChangeAsync(
        ReadOnlySpan<int> slots,
        ReadOnlySpan<string> keys = default,
        ReadOnlySpan<string> removed = default,
        ReadOnlySpan<int> read = default,
        IReadOnlyList<RemoteClaim>? relied = null,
        long marker = 0)
    {
        _renewal?.Remove(marker);
        return slots.IsEmpty && marker == 0
            ? Task.FromResult<RemoteReading?>(null)
            : AcknowledgedAsync(_outbox.SendAsync(slots, keys, removed, read, relied, out _, marker));
    }

    /// <summary>Changes the stamp of a key whose value is replaced, here and for every other node.</summary>
    /// <param name="guard">The slot of the key.</param>
    /// <param name="key">The key of the value, which leaves the memory of the other nodes.</param>
    /// <param name="read">The slots whose stamps are to be read.</param>
    /// <param name="changed">What the local stamp became by this: while it stands, nobody has replaced the value again.</param>
    /// <returns>As of other changes.</returns>
    public Task<RemoteReading?> ReplaceAsync(int guard, string key, ReadOnlySpan<int> read, out long changed)
        => AcknowledgedAsync(_outbox.SendAsync([guard], [key], [], read, relied: null, out changed));

    /// <summary>Whether a claim is known to all nodes. If not, it is made now, and known to them soon.</summary>
    public bool IsClaimed(RemoteClaim claim)
    {
        var era = _state.Era;
        if (era == 0)
        {
            return false;
        }

        if (!_claims.Has(claim, era) && _claims.TryBegin(claim, era))
        {
            _ = ClaimAsync(claim, era);
        }

        return _claims.Has(claim, era);
    }

    /// <summary>Until all that is under way has ended: for tests.</summary>
    public async Task DrainAsync()
    {
        await _outbox.DrainAsync().ConfigureAwait(false);
        for (var i = 0; i < _terms.MaxStores; i++)
        {
            await _stores.WaitAsync().ConfigureAwait(false);
        }

        _stores.Release(_terms.MaxStores);
    }

    public void Dispose()
    {
        _listening.Dispose();
        _renewal?.Dispose();
        _outbox.Finish(_terms.Budget);
        _disposed = true;
        _outbox.Dispose();
    }

    /// <summary>Reads stamps, or nothing if the tier has not been told yet of a change of one of them.</summary>
    private async ValueTask<RemoteReading?> TryReadAsync(int[] slots, CancellationToken cancellationToken)
        => _state.Ask(slots) is { } question ? await ReadAsync(question, slots, [], cancellationToken).ConfigureAwait(false) : null;

    private async ValueTask<RemoteReading?> ReadAsync(
        CoherenceState.Question question, int[] slots, string[] keys, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _underWay) >= _terms.MaxOperations)
        {
            _counters.Bypass(RemoteBypasses.Crowded);
            return null;
        }

        var reading = await TryAsync(
            token => _tier.ReadAsync(slots, keys, token), cancellationToken).ConfigureAwait(false);
        if (reading is not null && reading.Stamps.Length == slots.Length && reading.Entries.Length == keys.Length && _state.Accept(question, reading.Position))
        {
            return reading;
        }

        _counters.Bypass(RemoteBypasses.Unread);
        return null;
    }

    private async ValueTask<RemoteReading?> SendAsync(RemoteChange change)
        => await TryAsync<RemoteReading>(
            async token => await _tier.ChangeAsync(change, token).ConfigureAwait(false), CancellationToken.None).ConfigureAwait(false);

    private async Task ClaimAsync(RemoteClaim claim, long era)
    {
        var isMade = false;
        try
        {
            var position = await TryAsync<object>(
                async token => await _tier.ClaimAsync([claim], token).ConfigureAwait(false), CancellationToken.None).ConfigureAwait(false);
            isMade = position is RemotePosition made && made.Era == era;
        }
        finally
        {
            _claims.End(claim, era, isMade);
        }
    }

    private async Task<RemoteReading?> AcknowledgedAsync(Task<RemoteReading?> sent)
    {
        RemoteReading? reading = null;
        try
        {
            reading = await sent.WaitAsync(_terms.Budget, _clock.Provider).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // It goes on being sent.
        }

        if (reading is null)
        {
            _counters.Bypass(RemoteBypasses.Unacknowledged);
        }

        return reading;
    }

    /// <summary>One operation of the tier, within its time, if the tier is not known to be in trouble.</summary>
    private async ValueTask<T?> TryAsync<T>(
        Func<CancellationToken, ValueTask<T?>> operation, CancellationToken cancellationToken, [CallerMemberName] string name = "")
        where T : class
    {
        if (_disposed || !_breaker.MayTry())
        {
            return null;
        }

        // Of what somebody waits for; the polls of a cache are no traces of their own.
        using var activity = Activity.Current is null ? null : CacheActivities.Remote(name, _tier is RedisTier ? "redis" : null);
        Task<T?>? asked = null;
        Interlocked.Increment(ref _underWay);
        try
        {
            var pending = operation(cancellationToken);
            var result = pending.IsCompletedSuccessfully
                ? pending.Result
                : await (asked = pending.AsTask()).WaitAsync(_terms.Budget, _clock.Provider, cancellationToken).ConfigureAwait(false);
            asked = null;
            if (_breaker.Succeeded())
            {
                Quietly.Run(static terms => terms.OnRecovery(), _terms);
            }

            return result;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            CacheActivities.Failed(activity, exception);
            Failed(exception);
            return null;
        }
        finally
        {
            if (asked is null)
            {
                Interlocked.Decrement(ref _underWay);
            }
            else
            {
                _ = AbandonAsync(asked);
            }
        }
    }

    // Nobody looks at what comes too late: an error would be reported by the runtime, and a subscription has nobody to end it.
    private async Task AbandonAsync<T>(Task<T?> late)
        where T : class
    {
        await ((Task)late).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Interlocked.Decrement(ref _underWay);
        if (late.IsCompletedSuccessfully && late.Result is IAsyncDisposable subscription)
        {
            await subscription.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void Failed(Exception exception)
    {
        _counters.RemoteFailures.Increment();
        NoteFailure(exception);
        if (_breaker.Failed())
        {
            Quietly.Run(static trouble => trouble._terms.OnTrouble(trouble.exception), (_terms, exception));
        }
    }
}
