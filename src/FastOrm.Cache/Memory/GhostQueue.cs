namespace FastOrm.Cache.Memory;

/// <summary>
/// The hashes of the entries that were evicted last, without the entries. Two keys of one hash are taken for each other, which
/// at worst spares one of them its trial. Not thread-safe.
/// </summary>
internal sealed class GhostQueue
{
    private readonly Queue<(int Hash, long Number)> _order = new();
    private readonly Dictionary<int, long> _numbers = [];
    private long _last;

    /// <summary>The hashes that can still be taken.</summary>
    public int Count => _numbers.Count;

    /// <summary>Adds a hash as the newest and forgets the oldest beyond the capacity.</summary>
    public void Add(int hash, long capacity)
    {
        _order.Enqueue((hash, ++_last));
        _numbers[hash] = _last;
        while (_order.Count > capacity)
        {
            var (oldest, number) = _order.Dequeue();

            // Since then the hash may have been taken, or added once more.
            if (_numbers.TryGetValue(oldest, out var latest) && latest == number)
            {
                _numbers.Remove(oldest);
            }
        }
    }

    /// <summary>Removes the hash and tells whether it was there.</summary>
    public bool Take(int hash) => _numbers.Remove(hash);

    public void Clear()
    {
        _order.Clear();
        _numbers.Clear();
    }
}
