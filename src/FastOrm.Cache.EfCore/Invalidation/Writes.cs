using FastOrm.Cache.EfCore.Keys;
using FastOrm.Cache.Engine;

namespace FastOrm.Cache.EfCore.Invalidation;

/// <summary>What one step has written. Immutable.</summary>
/// <param name="Cache">The cache of the context.</param>
/// <param name="Database">The database that was written to.</param>
/// <param name="Tables">The tables, or null when they are not known: then everything of the database.</param>
internal sealed record Writes(CacheEngine Cache, DatabaseIdentity Database, List<TableWrites>? Tables)
{
    /// <summary>After which time to invalidate once more, for replicas that lag.</summary>
    public TimeSpan? Again { get; init; }

    public void Invalidate()
    {
        InvalidateNow();
        if (Again is { } delay)
        {
            _ = new Repetition(this, delay);
        }
    }

    private void InvalidateNow()
    {
        if (Tables is null)
        {
            DatabaseStamps.InvalidateAll(Cache, Database);
        }
        else
        {
            DatabaseStamps.Invalidate(Cache, Database, Tables);
        }
    }

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
