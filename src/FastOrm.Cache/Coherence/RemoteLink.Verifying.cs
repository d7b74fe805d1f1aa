using FastOrm.Cache.Diagnostics;

namespace FastOrm.Cache.Coherence;

/// <content>Being certain that nothing has changed that this node has not heard of.</content>
internal sealed partial class RemoteLink
{
    private readonly Lock _verifyingGate = new();
    private Task<RemotePosition?>? _asking;
    private Task<RemotePosition?>? _askingNext;

    /// <summary>
    /// Makes certain that this node knows of every change that the tier had carried out before the call: from then on local stamps tell as
    /// much as those of the tier.
    /// </summary>
    /// <remarks>
    /// The tier is asked for its counter, and the messages up to that are waited for. One question serves all who ask before it is sent, so
    /// that many callers cost hardly more than one.
    /// </remarks>
    /// <returns>Whether it is certain; not if the tier cannot be asked.</returns>
    public async ValueTask<bool> VerifyAsync(CancellationToken cancellationToken)
    {
        // An era that ends while the question is on its way makes the answer count for nothing: once more, in the next. Whoever gets no answer
        // at all does not wait for another one.
        var unknowns = _state.Unknowns;
        for (var attempt = 0; attempt < 2; attempt++)
        {
            if (await PositionAsync().WaitAsync(cancellationToken).ConfigureAwait(false) is not { } position)
            {
                if (_state.Unknowns == unknowns)
                {
                    break;
                }

                continue;
            }

            if (_state.HasHeard(position)
                || (_listening.Hears && _state.Era == position.Era && await HearsAsync(position, cancellationToken).ConfigureAwait(false)))
            {
                return true;
            }

            _state.GiveUp(position);
            if (_state.HasHeard(position))
            {
                return true;
            }
        }

        _counters.Bypass(RemoteBypasses.Unverified);
        return false;
    }

    // The question that is on its way may have been answered already.
    private Task<RemotePosition?> PositionAsync()
    {
        lock (_verifyingGate)
        {
            if (_askingNext is not null)
            {
                return _askingNext;
            }

            if (_asking is null || _asking.IsCompleted)
            {
                return _asking = AskPositionAsync();
            }

            return _askingNext = AskNextAsync(_asking);
        }
    }

    private async Task<RemotePosition?> AskNextAsync(Task<RemotePosition?> before)
    {
        await ((Task)before).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        lock (_verifyingGate)
        {
            // Whoever comes from now on may come too late for it.
            (_asking, _askingNext) = (_askingNext, null);
        }

        return await AskPositionAsync().ConfigureAwait(false);
    }

    private async Task<RemotePosition?> AskPositionAsync()
        => (await TryReadAsync([], CancellationToken.None).ConfigureAwait(false))?.Position;
}
