using FastOrm.Cache.Engine;

namespace FastOrm.Cache.Adapters;

/// <summary>Turns of one key among all nodes, by the leases of the tier: of those who change a key one at a time does.</summary>
/// <remarks>
/// A tier that cannot be used holds nobody up, and neither does a node that has ended during its turn for longer than that may last.
/// </remarks>
internal sealed class LeaseTurns(CacheEngine cache)
{
    // Not the key of an entry, whose lease a node has that loads it.
    private const string Prefix = "d:";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    // Within a turn a few operations follow each other, each within its time.
    private readonly TimeSpan _longest = 4 * cache.RemoteBudget;

    private long _notBefore;

    /// <summary>Waits for the turn of a key, which lasts until what is returned is disposed.</summary>
    public async ValueTask<Turn> EnterAsync(string key)
    {
        var turn = new Turn(cache, Prefix + key);
        for (var until = Clock.After(cache.Clock.Now, _longest); ;)
        {
            if (await TryTakeAsync(turn).ConfigureAwait(false) is not false || cache.Clock.Now >= until)
            {
                return turn;
            }

            await Task.Delay(Pause, cache.Clock.Provider).ConfigureAwait(false);
        }
    }

    /// <summary>Takes the turn of a key if nobody has it.</summary>
    public async ValueTask<Turn?> TryEnterAsync(string key)
    {
        var turn = new Turn(cache, Prefix + key);
        return await TryTakeAsync(turn).ConfigureAwait(false) is true ? turn : null;
    }

    /// <returns>Whether it was free; null if the tier cannot tell.</returns>
    private async ValueTask<bool?> TryTakeAsync(Turn turn)
    {
        if (cache.Clock.Now < Volatile.Read(ref _notBefore))
        {
            return null;
        }

        var taken = await cache.TryRemotelyAsync<object>(
            async (tier, token) => await tier.TryLeaseAsync(turn.Key, turn.Holder, _longest, token).ConfigureAwait(false)).ConfigureAwait(false);
        if (taken is null)
        {
            Volatile.Write(ref _notBefore, Clock.After(cache.Clock.Now, cache.RemoteBudget)); // Not everybody has to wait for it.
        }

        return taken as bool?;
    }

    /// <summary>The turn of a key.</summary>
    internal sealed class Turn(CacheEngine cache, string key) : IDisposable
    {
        public string Key => key;

        public string Holder { get; } = Guid.NewGuid().ToString("N");

        public void Dispose() => cache.Remote!.Release(key, Holder);
    }
}
