using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.EfCore.Keys;
using FastOrm.Cache.Engine;

namespace FastOrm.Cache.EfCore.Invalidation;

/// <summary>What one step has written, or several of one transaction. Belongs to whoever waits for its end.</summary>
/// <param name="cache">The cache of the context.</param>
/// <param name="database">The database that was written to.</param>
/// <param name="tables">The tables, or null when they are not known: then everything of the database.</param>
/// <param name="cause">By what it was written.</param>
/// <param name="again">After which time to invalidate once more, for replicas that lag; null for not.</param>
internal sealed class Writes(
    CacheEngine cache, DatabaseIdentity database, List<TableWrites>? tables, InvalidationCause cause, TimeSpan? again)
{
    private List<TableWrites>? _tables = tables;
    private InvalidationNote? _noted; // One, however often it is invalidated until its end is known.
    private RemoteMarker? _marker; // It is renewed for as long as this holds it.

    public CacheEngine Cache => cache;

    /// <summary>Tells the other nodes, before it can be committed.</summary>
    public async ValueTask MarkAsync(bool async)
    {
        if (cache.Remote is { MarksCommits: true })
        {
            _marker = await DatabaseStamps.MarkAsync(async, cache, database, _tables).ConfigureAwait(false);
        }
    }

    /// <summary>Takes over what was marked for the same writes when less was known of them.</summary>
    public void TakeMarker(Writes? from)
    {
        if (from is not null)
        {
            (_marker, from._marker) = (from._marker, null);
        }
    }

    /// <summary>Nobody knows whether it is committed: when the time of the marker is over, it counts as changed once more.</summary>
    public void Abandon()
    {
        if (_marker is { } marker)
        {
            cache.Remote?.Abandon(marker);
            _marker = null;
        }
    }

    public void Invalidate()
    {
        InvalidateNow(_marker);
        _marker = null;
        Repeat();
    }

    /// <summary>The same, while it may still be committed: it stays announced.</summary>
    public void InvalidateBefore()
    {
        InvalidateNow();
        Repeat();
    }

    private void Repeat()
    {
        if (again is { } delay)
        {
            _ = new Repetition(Copy(), delay);
        }
    }

    /// <summary>The same again, of its own.</summary>
    public Writes Copy() => new(cache, database, _tables?.ConvertAll(static table => table.Copy()), cause, again);

    /// <summary>Adds what another step has written, if it is of the same database and in the same way.</summary>
    public bool TryAbsorb(Writes other)
    {
        if (other.Cache != cache || !other.IsOf(database, cause, again))
        {
            return false;
        }

        other.Abandon(); // This one ends only its own.
        _noted = null;
        if (_tables is null || other._tables is null)
        {
            _tables = null;
            return true;
        }

        foreach (var table in other._tables)
        {
            TableWrites.Of(_tables, table.Table).Absorb(table);
        }

        return true;
    }

    private bool IsOf(DatabaseIdentity otherDatabase, InvalidationCause otherCause, TimeSpan? otherAgain)
        => database == otherDatabase && cause == otherCause && again == otherAgain;

    private void InvalidateNow(RemoteMarker? marker = null)
        => DatabaseStamps.Invalidate(
            _noted ??= new InvalidationNote(cause, TableWrites.NamesOf(_tables)), cache, database, _tables, marker);

    private sealed class Repetition
    {
        // The scheduled timer holds its state, and the state holds the timer: so neither is collected before its time.
        private readonly ITimer _timer;

        public Repetition(Writes writes, TimeSpan delay)
            => _timer = writes.Cache.Clock.Provider.CreateTimer(
                state =>
                {
                    writes.InvalidateNow();
                    ((Repetition)state!)._timer?.Dispose();
                },
                this,
                delay,
                Timeout.InfiniteTimeSpan);
    }
}
