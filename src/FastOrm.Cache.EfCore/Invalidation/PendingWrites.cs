namespace FastOrm.Cache.EfCore.Invalidation;

/// <summary>The writes of one open transaction, held until it is known how it ends.</summary>
internal sealed class PendingWrites
{
    private readonly Lock _gate = new();
    private readonly List<Writes> _writes = [];
    private readonly Stack<int> _savepoints = [];
    private bool _takesPart;

    /// <summary>Whether this is the first time that it is asked: then its transaction is to be told that it wants to hear of the commit.</summary>
    public bool TakesPart() => !Interlocked.Exchange(ref _takesPart, true);

    /// <summary>Adds what was written. It belongs to the transaction from now on.</summary>
    public void Add(Writes writes)
    {
        lock (_gate)
        {
            Merge(writes);
        }
    }

    /// <summary>The same, for a transaction whose end may be told by nobody.</summary>
    /// <param name="writes">What was written.</param>
    /// <param name="subject">What knows of the end: the transaction, its connection, a reader. Not held alive.</param>
    /// <param name="end">What has come of it.</param>
    public void Add<T>(Writes writes, T subject, Func<T, TransactionEnd> end)
        where T : class
    {
        lock (_gate)
        {
            Merge(writes);
            UnseenEnds.Of(writes.Cache).Await(this, subject, end);
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

    /// <summary>Tells the other nodes of all that was written, because it is about to be committed.</summary>
    public async ValueTask MarkAsync(bool async)
    {
        Writes[] writes;
        lock (_gate)
        {
            writes = [.. _writes];
        }

        foreach (var write in writes)
        {
            await write.MarkAsync(async).ConfigureAwait(false);
        }
    }

    /// <summary>The commit has failed, and perhaps not: nothing is forgotten.</summary>
    public void InvalidateUnknown()
    {
        lock (_gate)
        {
            _writes.ForEach(static write => write.Abandon());
            Invalidate();
        }
    }

    public void Drop()
    {
        lock (_gate)
        {
            _writes.ForEach(static write => write.Abandon()); // Those that were invalidated have none any more.
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
        lock (_gate)
        {
            foreach (var write in _writes)
            {
                write.Invalidate();
            }
        }
    }

    /// <summary>Invalidates, and forgets everything if the transaction has ended. If it may not have, what was announced stays so.</summary>
    /// <param name="end">
    /// Asked while nothing can be added: the next transaction may have begun on the same object. And before it is invalidated, or what is
    /// committed in between would be forgotten.
    /// </param>
    public void Settle(Func<TransactionEnd> end)
    {
        lock (_gate)
        {
            if (end() == TransactionEnd.Ended)
            {
                Invalidate();
                Drop();
            }
            else
            {
                _writes.ForEach(static write => write.InvalidateBefore());
            }
        }
    }

    // A transaction of many statements is not longer than one of few, where no savepoint lies between them.
    private void Merge(Writes writes)
    {
        var first = _savepoints.TryPeek(out var count) ? count : 0;
        for (var i = _writes.Count - 1; i >= first; i--)
        {
            if (_writes[i].TryAbsorb(writes))
            {
                return;
            }
        }

        _writes.Add(writes);
    }

    private void Forget(int from)
    {
        var caches = _writes.Skip(from).Select(static write => write.Cache).Distinct().ToList();
        _writes.RemoveRange(from, _writes.Count - from);
        foreach (var cache in caches)
        {
            if (!_writes.Exists(write => write.Cache == cache))
            {
                UnseenEnds.Of(cache).Remove(this);
            }
        }
    }
}
