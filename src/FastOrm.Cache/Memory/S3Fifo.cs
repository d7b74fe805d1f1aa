namespace FastOrm.Cache.Memory;

/// <summary>
/// Decides which entry leaves when memory is full: S3-FIFO (Yang et al., "FIFO queues are all you need for cache eviction",
/// SOSP 2023) with a trial queue of adaptive length. Not thread-safe: the tier calls it under its lock.
/// </summary>
/// <remarks>
/// <para>
/// A new entry is on trial in a short queue. Used there, it moves to the main queue, otherwise it leaves, and a scan passes
/// through without touching what is hot. The hash of what left stays for a while: if the key comes back, its trial was too
/// short and it goes to the main queue at once. An entry at the end of the main queue is spared for each use since the last look.
/// </para>
/// <para>
/// With a trial of fixed length the paper's policy loses to LRU where a whole hot set is replaced by another: each new key fails
/// its trial once. So the length follows the two kinds of ghosts, by the rule of ARC (Megiddo and Modha, FAST 2003): it grows
/// when a key comes back that left on trial, and shrinks when one comes back that left the main queue. A few steps at a time,
/// because a shift is over after some thousand loads, and shrinking twice as fast, because a long trial is what a scan exploits.
/// A key that left the main queue is on trial again: to let it return at once would make the main queue a plain FIFO in a loop
/// that is larger than the cache. Sparing an entry twice instead of three times also forgets a former hot set sooner.
/// The unit tests compare the hit rates.
/// </para>
/// </remarks>
internal sealed class S3Fifo(long maxEntries, long maxBytes)
{
    /// <summary>The uses that count.</summary>
    public const int MaxFrequency = 2;

    /// <summary>
    /// The estimated bytes that an entry costs beside its own <see cref="LocalCacheEntry.Size"/>: entry 96, node and bucket of the
    /// dictionary 72, dependencies 24 and 24 for each (two are usual), its ghost later, rounded up.
    /// </summary>
    public const int EntryOverhead = 256;

    private const double ShortestTrial = 0.1;
    private const double LongestTrial = 0.8;
    private const int Growth = 4;
    private const int Shrinkage = 8;

    // Bounds the time under the lock, and ends a race with readers that mark the entries as fast as they are spared.
    private const int MostSpared = 1000;

    private readonly EntryQueue _trial = new();
    private readonly EntryQueue _main = new();
    private readonly GhostQueue _leftOnTrial = new();
    private readonly GhostQueue _leftMain = new();
    private double _trialShare = ShortestTrial;

    public long Count => _trial.Count + _main.Count;

    public long Bytes => _trial.Bytes + _main.Bytes;

    /// <summary>Whether the entry would fit if it were the only one.</summary>
    public bool CanHold(LocalCacheEntry entry) => maxEntries > 0 && entry.Bytes <= maxBytes;

    public bool HasRoomFor(LocalCacheEntry entry) => Count < maxEntries && Bytes + entry.Bytes <= maxBytes;

    /// <summary>Adds an entry that there is room for: to the queue that it is marked with, or as a new one.</summary>
    public void Add(LocalCacheEntry entry) => (entry.Queue ?? QueueOfNew(entry.Key.GetHashCode())).Enqueue(entry);

    /// <summary>Removes an entry that is held, from wherever it is.</summary>
    public static void Remove(LocalCacheEntry entry) => entry.Queue?.Remove(entry);

    /// <summary>Chooses an entry and removes it. There must be one.</summary>
    public LocalCacheEntry Evict(long now)
    {
        for (var spared = 0; ; spared++)
        {
            var onTrial = IsTrialTooLong();
            var entry = (onTrial ? _trial : _main).Dequeue();
            if (entry.IsDead(now))
            {
                return entry;
            }

            if (entry.Frequency == 0 || spared == MostSpared)
            {
                (onTrial ? _leftOnTrial : _leftMain).Add(entry.Key.GetHashCode(), Count + 1);
                return entry;
            }

            entry.Frequency = onTrial ? (byte)0 : (byte)(entry.Frequency - 1);
            _main.Enqueue(entry);
        }
    }

    public void Clear()
    {
        _trial.Clear();
        _main.Clear();
        _leftOnTrial.Clear();
        _leftMain.Clear();
        _trialShare = ShortestTrial;
    }

    private EntryQueue QueueOfNew(int hash)
    {
        if (_leftOnTrial.Take(hash))
        {
            Adapt(Growth, _leftMain, _leftOnTrial);
            return _main;
        }

        if (_leftMain.Take(hash))
        {
            Adapt(-Shrinkage, _leftOnTrial, _leftMain);
        }

        return _trial;
    }

    // In entries, not in shares: a cache of any size then learns as fast as it is used. The rarer kind of ghost weighs more.
    private void Adapt(int entries, GhostQueue others, GhostQueue own)
    {
        var weight = Math.Max(1, (double)others.Count / Math.Max(1, own.Count));
        _trialShare = Math.Clamp(_trialShare + entries * weight / Math.Max(1, Count), ShortestTrial, LongestTrial);
    }

    // The share is one of the bound that was reached: many small entries or a few large ones.
    private bool IsTrialTooLong()
    {
        if (_trial.Count == 0 || _main.Count == 0)
        {
            return _main.Count == 0;
        }

        return Count >= maxEntries ? _trial.Count >= maxEntries * _trialShare : _trial.Bytes >= maxBytes * _trialShare;
    }
}
