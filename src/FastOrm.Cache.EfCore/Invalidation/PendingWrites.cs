namespace FastOrm.Cache.EfCore.Invalidation;

/// <summary>The writes of one open transaction, held until it is known how it ends.</summary>
internal sealed class PendingWrites
{
    private readonly Lock _gate = new();
    private readonly List<Writes> _writes = [];
    private readonly Stack<int> _savepoints = [];

    public void Add(Writes writes)
    {
        lock (_gate)
        {
            _writes.Add(writes);
        }
    }

    public void SavepointCreated()
    {
        lock (_gate)
        {
            _savepoints.Push(_writes.Count);
        }
    }

    public void SavepointReleased()
    {
        lock (_gate)
        {
            _savepoints.TryPop(out _);
        }
    }

    /// <summary>
    /// Drops what was written after the newest savepoint. EF Core does not say to which one was rolled back, but whichever it was,
    /// everything after the newest is undone; what lies between is invalidated once more than needed.
    /// </summary>
    public void RolledBackToSavepoint()
    {
        lock (_gate)
        {
            if (_savepoints.TryPeek(out var count) && count < _writes.Count)
            {
                _writes.RemoveRange(count, _writes.Count - count);
            }
        }
    }

    public void Drop()
    {
        lock (_gate)
        {
            foreach (var writes in _writes)
            {
                UnseenEnds.Of(writes.Cache).Remove(writes);
            }

            _writes.Clear();
            _savepoints.Clear(); // Some providers use the object again for their next transaction.
        }
    }

    /// <summary>
    /// Gives new stamps to everything that was written, and forgets none of it: also right when the outcome is unknown and the
    /// transaction may still be committed.
    /// </summary>
    public void Invalidate()
    {
        Writes[] writes;
        lock (_gate)
        {
            writes = [.. _writes];
        }

        foreach (var write in writes)
        {
            write.Invalidate();
        }
    }
}
