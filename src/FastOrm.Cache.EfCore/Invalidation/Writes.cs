using FastOrm.Cache.EfCore.Keys;
using FastOrm.Cache.Engine;

namespace FastOrm.Cache.EfCore.Invalidation;

/// <summary>What one step has written. Immutable.</summary>
/// <param name="Cache">The cache of the context.</param>
/// <param name="Database">The database that was written to.</param>
/// <param name="Tables">The tables, or null when they are not known: then everything of the database.</param>
internal sealed record Writes(CacheEngine Cache, DatabaseIdentity Database, IReadOnlyCollection<TableWrites>? Tables)
{
    public void Invalidate()
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
}
