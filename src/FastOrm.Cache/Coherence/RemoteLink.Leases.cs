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
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            var isTaken = await TryAsync<object>(
                async token => await _tier.TryLeaseAsync(look.Key, holder, time, token).ConfigureAwait(false), cancellationToken)
                .ConfigureAwait(false);
            if (isTaken is false && _clock.Now < until)
            {
                await Task.Delay(pause, _clock.Provider, cancellationToken).ConfigureAwait(false);
            }

            // Also with the lease: who had it before may have stored the entry and given it back.
            if (isTaken is not null && await LookAsync(look.Key, seen, cancellationToken).ConfigureAwait(false) is { } again)
            {
                look = again;
            }

            if (look.Entry is not null && isTaken is true)
            {
                Release(look.Key, holder);
                return (look, null);
            }

            if (look.Entry is not null || isTaken is null or true || _clock.Now >= until)
            {
                return (look, isTaken is true ? holder : null);
            }
        }
    }

    /// <summary>Gives a lease back, after what it was taken for is stored.</summary>
    public void Release(string key, string holder)
        => _ = TryAsync<object>(
            async token =>
            {
                await _tier.ReleaseAsync(key, holder, token).ConfigureAwait(false);
                return holder;
            },
            CancellationToken.None).AsTask();
}
