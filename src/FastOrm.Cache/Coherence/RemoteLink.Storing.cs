using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.Engine;

namespace FastOrm.Cache.Coherence;

/// <content>Storing entries, few at a time.</content>
internal sealed partial class RemoteLink
{
    /// <summary>Stores entries that were loaded, without making the caller wait, and not at all if the tier is too slow.</summary>
    /// <returns>Completes when they are stored or have been given up.</returns>
    public Task StoreAsync(params IReadOnlyList<(string Key, Envelope Entry)> entries) => StoreAsync(TimeSpan.Zero, entries);

    /// <summary>Stores an entry that was given: nobody would load it again, so it waits for its turn.</summary>
    /// <param name="key">The key of the entry.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="ttl">How long the tier keeps it; if null, until its time is over.</param>
    /// <returns>Whether it is known to be stored.</returns>
    public Task<bool> StoreGivenAsync(string key, Envelope entry, TimeSpan? ttl = null) => StoreAsync(_terms.Budget, [(key, entry)], ttl);

    /// <summary>
    /// Stores an entry of which it was known only after the load that it depends on less than was named before: under the narrower stamps, if
    /// those under which it was loaded still stand when these are read.
    /// </summary>
    /// <param name="key">The key of the entry.</param>
    /// <param name="entry">The entry, under the stamps that were read before its load.</param>
    /// <param name="narrow">The slots of the narrower ones.</param>
    /// <returns>Completes when it is stored or has been given up.</returns>
    public Task StoreNarrowedAsync(string key, Envelope entry, int[] narrow) => StoreAsync(TimeSpan.Zero, [(key, entry)], narrow: narrow);

    /// <summary>Makes an entry that is there live for at least so long from now.</summary>
    /// <returns>Whether the tier knows of it.</returns>
    public async Task<bool> TryProlongAsync(string key, TimeSpan ttl)
        => await TryAsync(
            async cancellationToken =>
            {
                await _tier.ProlongAsync(key, ttl, cancellationToken).ConfigureAwait(false);
                return this;
            },
            CancellationToken.None).ConfigureAwait(false) is not null;

    private async Task<bool> StoreAsync(
        TimeSpan wait, IReadOnlyList<(string Key, Envelope Entry)> entries, TimeSpan? ttl = null, int[]? narrow = null)
    {
        if (_disposed || !await _stores.WaitAsync(wait).ConfigureAwait(false))
        {
            _counters.Bypass(RemoteBypasses.Busy);
            return false;
        }

        try
        {
            var written = new List<RemoteEntry>(entries.Count);
            foreach (var (key, loaded) in entries)
            {
                var entry = narrow is null ? loaded : await NarrowedAsync(loaded, narrow).ConfigureAwait(false);
                if (entry.Write(key) is { } plain
                    && (_terms.Cipher is { } cipher ? cipher.Encrypt(key, plain) : plain) is var bytes
                    && bytes.Length <= _terms.MaxEntryBytes)
                {
                    written.Add(new RemoteEntry(key, bytes, ttl ?? Ttl(entry)));
                }
                else
                {
                    _counters.Bypass(RemoteBypasses.TooLarge);
                }
            }

            return written.Count > 0 && await TryAsync(
                async cancellationToken =>
                {
                    await _tier.StoreAsync(written, cancellationToken).ConfigureAwait(false);
                    _counters.RemoteStores.Add(written.Count);
                    return this;
                },
                CancellationToken.None).ConfigureAwait(false) is not null;
        }
        finally
        {
            _stores.Release();
        }
    }

    private async Task<Envelope> NarrowedAsync(Envelope entry, int[] narrow)
    {
        int[] asked = [.. narrow, .. entry.Slots];
        return await TryReadAsync(asked, CancellationToken.None).ConfigureAwait(false) is { } reading
            && reading.Position.Era == entry.Era
            && reading.Stamps.AsSpan(narrow.Length).SequenceEqual(entry.Stamps)
                ? entry with { Slots = narrow, Stamps = reading.Stamps[..narrow.Length] }
                : entry;
    }

    private static TimeSpan? Ttl(Envelope entry)
    {
        var longest = Clock.Sum(entry.FreshFor, Math.Max(entry.StaleFor, entry.StaleIfError));
        return longest >= (long)TimeSpan.MaxValue.TotalMilliseconds ? null : TimeSpan.FromMilliseconds(longest);
    }
}
