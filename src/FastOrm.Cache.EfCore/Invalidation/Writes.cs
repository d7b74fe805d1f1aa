using FastOrm.Cache.EfCore.Keys;
using FastOrm.Cache.Engine;

namespace FastOrm.Cache.EfCore.Invalidation;

/// <summary>What one step has written, or several of one transaction. Belongs to whoever waits for its end.</summary>
/// <param name="cache">The cache of the context.</param>
/// <param name="database">The database that was written to.</param>
/// <param name="tables">The tables, or null when they are not known: then everything of the database.</param>
/// <param name="again">After which time to invalidate once more, for replicas that lag; null for not.</param>
internal sealed class Writes(CacheEngine cache, DatabaseIdentity database, List<TableWrites>? tables, TimeSpan? again)
{
    private List<TableWrites>? _tables = tables;
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
    public Writes Copy() => new(cache, database, _tables?.ConvertAll(static table => table.Copy()), again);

    /// <summary>Adds what another step has written, if it is of the same database.</summary>
    public bool TryAbsorb(Writes other)
    {
        if (other.Cache != cache || !other.IsOf(database, again))
        {
            return false;
        }

        other.Abandon(); // This one ends only its own.
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

    private bool IsOf(DatabaseIdentity otherDatabase, TimeSpan? otherAgain) => database == otherDatabase && again == otherAgain;

    private void InvalidateNow(RemoteMarker? marker = null) => DatabaseStamps.Invalidate(cache, database, _tables, marker);

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
