namespace FastOrm.Cache;

/// <summary>
/// The tier that several nodes share: entries as bytes, and stamps, of which each stands for something that is invalidated as one. What it
/// must do for the caches of all nodes to stay coherent is stated in <c>docs/coherence.md</c>, and tested by one suite for every tier.
/// </summary>
/// <remarks>
/// Safe to call from many threads. Nothing has to last: an entry may be gone at any time, and so may the stamps, but all of them together
/// and with their era: what carries another era is not served. An exception of any method means that the tier cannot be used just now; no caller of the cache sees it.
/// </remarks>
public interface IRemoteCacheTier : IAsyncDisposable
{
    /// <summary>Reads stamps and entries in one round trip.</summary>
    /// <param name="stamps">The numbers of the stamps.</param>
    /// <param name="keys">The keys of the entries.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>
    /// What was read, where a stamp is zero that nobody has changed in this era, and the position at which the stamps were read; <see langword="null"/> if it is not certain that all of it comes from
    /// the history that the position names.
    /// </returns>
    ValueTask<RemoteReading?> ReadAsync(
        ReadOnlyMemory<int> stamps, IReadOnlyList<string> keys, CancellationToken cancellationToken);

    /// <summary>
    /// Removes entries; then gives stamps a new random value, raises the counter by one and publishes the change to all who listen, all of
    /// that at once. Whoever hears of the change does not find the entries any more.
    /// </summary>
    /// <param name="change">What is changed.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The stamps that the change asked for, as they are after it.</returns>
    ValueTask<RemoteReading> ChangeAsync(RemoteChange change, CancellationToken cancellationToken);

    /// <summary>
    /// Marks stamps: each gets a new random value and is read as <see cref="RemoteMarker.Pending"/> from then on, the counter is raised by one
    /// and the change is published, all of that at once. Changes leave a stamp marked until the last of its markers has ended.
    /// </summary>
    /// <param name="marker">Who is about to commit what.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>Whether it stands: not if there is no room for it.</returns>
    ValueTask<bool> MarkAsync(RemoteMarker marker, CancellationToken cancellationToken);

    /// <summary>Makes a marker that stands live for so long from now on.</summary>
    /// <param name="id">What it is known by.</param>
    /// <param name="life">How long.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    ValueTask RenewAsync(long id, TimeSpan life, CancellationToken cancellationToken);

    /// <summary>
    /// Ends the markers whose time is over, as one change of what they mark would whose source is zero: what was loaded while one of them
    /// stood is not valid after it. Does nothing if there are none.
    /// </summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    ValueTask SweepAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Claims stamps: each gets the value of its claim if it is missing, and <see cref="RemoteClaim.Disputed"/> if it has another one.
    /// </summary>
    /// <param name="claims">The claims.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The position at which they were made: they hold for its era.</returns>
    ValueTask<RemotePosition> ClaimAsync(IReadOnlyList<RemoteClaim> claims, CancellationToken cancellationToken);

    /// <summary>Stores entries in place of others of their keys, each until its time is over.</summary>
    /// <param name="entries">The entries.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    ValueTask StoreAsync(IReadOnlyList<RemoteEntry> entries, CancellationToken cancellationToken);

    /// <summary>
    /// Makes an entry live for at least so long from now: never shorter than it would, and not at all if it is absent. Its bytes stay as
    /// they are.
    /// </summary>
    /// <param name="key">The key of the entry.</param>
    /// <param name="ttl">How long it lives from now on.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    ValueTask ProlongAsync(string key, TimeSpan ttl, CancellationToken cancellationToken);

    /// <summary>Takes the lease of a key, if nobody has it.</summary>
    /// <param name="key">The key of the entry that its holder is to store.</param>
    /// <param name="holder">Who takes it: unique.</param>
    /// <param name="time">How long it lasts unless it is given back.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>Whether it was free.</returns>
    ValueTask<bool> TryLeaseAsync(string key, string holder, TimeSpan time, CancellationToken cancellationToken);

    /// <summary>Gives a lease back, if it is still the holder's.</summary>
    /// <param name="key">The key.</param>
    /// <param name="holder">Who has taken it.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    ValueTask ReleaseAsync(string key, string holder, CancellationToken cancellationToken);

    /// <summary>Listens to the changes of all nodes, this one's too. Each listener is called for one change at a time.</summary>
    /// <param name="onChange">Told of each change.</param>
    /// <param name="onLost">Told when changes may have been missed; also when they can be heard again.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>What ends it, when it is disposed of. From its return on, every change is told or <paramref name="onLost"/> is.</returns>
    ValueTask<IAsyncDisposable> ListenAsync(Action<RemoteMessage> onChange, Action onLost, CancellationToken cancellationToken);
}
