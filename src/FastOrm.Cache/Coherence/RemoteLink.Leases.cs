using FastOrm.Cache.Stamps;

namespace FastOrm.Cache.Coherence;

/// <content>One load per key among all nodes: whoever has the lease of a key loads, and the others wait for what it stores.</content>
internal sealed partial class RemoteLink
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(200);

    /// <summary>Takes the lease of an entry that is missing, or waits for the entry.</summary>
    /// <param name="look">What the look-up gave: no entry.</param>
    /// <param name="seen">The local stamps on which it depends.</param>
    /// <param name="time">How long the lease lasts, and the longest wait: who dies with it delays the others by no more.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <returns>The look-up to go on with, and by whom the lease is held; null if by another, or by nobody.</returns>
    public async ValueTask<(RemoteLook? Look, string? Holder)> LeaseAsync(
        RemoteLook look, Dependency[] seen, TimeSpan time, CancellationToken cancellationToken)
    {
        var holder = Guid.NewGuid().ToString("N");
        var until = Engine.Clock.After(_clock.Now, time);
        var mayHold = false;
        try
        {
            for (var pause = FirstPause; ; pause = Longer(pause))
            {
                mayHold = true; // Also if the caller gives up, or the answer is late.
                var isTaken = await TryAsync<object>(
                    async token => await _tier.TryLeaseAsync(look.Key, holder, time, token).ConfigureAwait(false), cancellationToken)
                    .ConfigureAwait(false);
                mayHold = isTaken is not false;
                if (!mayHold && _clock.Now < until)
                {
                    await Task.Delay(pause, _clock.Provider, cancellationToken).ConfigureAwait(false);
                }

                // Also with the lease: who had it before may have stored the entry and given it back.
                if (isTaken is not null && await LookAsync(look.Key, seen, cancellationToken).ConfigureAwait(false) is { } again)
                {
                    look = again;
                }

                if (look.Entry is not null || isTaken is null or true || _clock.Now >= until)
                {
                    var isHeld = isTaken is true && look.Entry is null;
                    mayHold &= !isHeld;
                    return (look, isHeld ? holder : null);
                }
            }
        }
        finally
        {
            if (mayHold)
            {
                Release(look.Key, holder);
            }
        }
    }

    /// <summary>Tries once to take the leases of several entries that are missing, and looks for the entries, each in one trip.</summary>
    /// <param name="keys">The keys of the entries.</param>
    /// <param name="seen">For each the local stamps on which it depends.</param>
    /// <param name="holder">Who takes the leases.</param>
    /// <param name="time">How long they last.</param>
    /// <param name="pause">How long to wait first.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <returns>Whether each lease was free, or null if the tier does not answer; and the look-ups, null where it could not be asked.</returns>
    public async ValueTask<(bool[]? IsTaken, RemoteLook?[] Looks)> TryLeaseAsync(
        string[] keys, Dependency[][] seen, string holder, TimeSpan time, TimeSpan pause, CancellationToken cancellationToken)
    {
        if (pause > TimeSpan.Zero)
        {
            await Task.Delay(pause, _clock.Provider, cancellationToken).ConfigureAwait(false);
        }

        var isTaken = await TryAsync<bool[]>(
            async token => await Task.WhenAll(keys.Select(key => _tier.TryLeaseAsync(key, holder, time, token).AsTask())).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);

        // Also with the lease: who had it before may have stored the entry and given it back.
        return (isTaken, await LookAsync(keys, seen, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>The pause that follows one.</summary>
    public static TimeSpan Longer(TimeSpan pause)
        => pause == TimeSpan.Zero ? FirstPause : pause * 2 < LongestPause ? pause * 2 : LongestPause;

    /// <summary>Gives a lease back, after what it was taken for is stored.</summary>
    /// <param name="key">The key of the entry.</param>
    /// <param name="holder">Who has it.</param>
    /// <param name="after">What has to end before; null for nothing.</param>
    public void Release(string key, string holder, Task? after = null) => _ = ReleaseAsync(key, holder, after ?? Task.CompletedTask);

    private async Task ReleaseAsync(string key, string holder, Task after)
    {
        await after.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await TryAsync<object>(
            async token =>
            {
                await _tier.ReleaseAsync(key, holder, token).ConfigureAwait(false);
                return holder;
            },
            CancellationToken.None).ConfigureAwait(false);
    }
}
