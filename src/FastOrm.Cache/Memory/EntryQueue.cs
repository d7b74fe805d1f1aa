namespace FastOrm.Cache.Memory;

/// <summary>
/// A queue, first in first out, that knows its length and bytes. The links are fields of the entries, so that any entry is taken
/// out at once and nothing is allocated. Not thread-safe.
/// </summary>
internal sealed class EntryQueue
{
    private LocalCacheEntry? _newest;
    private LocalCacheEntry? _oldest;

    public long Count { get; private set; }

    public long Bytes { get; private set; }

    public void Enqueue(LocalCacheEntry entry)
    {
        entry.Queue = this;
        entry.Older = _newest;
        if (_newest is null)
        {
            _oldest = entry;
        }
        else
        {
            _newest.Newer = entry;
        }

        _newest = entry;
        Count++;
        Bytes += entry.Bytes;
    }

    public LocalCacheEntry Dequeue()
    {
        var oldest = _oldest ?? throw new InvalidOperationException("The queue is empty.");
        Remove(oldest);
        return oldest;
    }

    public void Remove(LocalCacheEntry entry)
    {
        if (entry.Newer is null)
        {
            _newest = entry.Older;
        }
        else
        {
            entry.Newer.Older = entry.Older;
        }

        if (entry.Older is null)
        {
            _oldest = entry.Newer;
        }
        else
        {
            entry.Older.Newer = entry.Newer;
        }

        // A caller may hold the entry for long; it must not hold its former neighbours as well.
        entry.Queue = null;
        entry.Newer = null;
        entry.Older = null;
        Count--;
        Bytes -= entry.Bytes;
    }

    public void Clear()
    {
        while (_oldest is not null)
        {
            Remove(_oldest);
        }
    }
}
