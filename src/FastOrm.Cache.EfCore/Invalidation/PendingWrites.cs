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
                Forget(count);
            }
        }
    }

    public void Drop()
    {
        lock (_gate)
        {
            Forget(from: 0);
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

    private void Forget(int from)
    {
        for (var i = from; i < _writes.Count; i++)
        {
            UnseenEnds.Of(_writes[i].Cache).Remove(_writes[i]);
        }

        _writes.RemoveRange(from, _writes.Count - from);
    }
}
