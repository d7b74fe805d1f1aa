using FastOrm.Cache.EfCore.Keys;
using FastOrm.Cache.EfCore.Plans;
using FastOrm.Cache.Engine;
using FastOrm.Cache.Stamps;

namespace FastOrm.Cache.EfCore.Invalidation;

/// <summary>The stamps of a database: one for each table, one that every write changes, one on which every entry depends.</summary>
internal static class DatabaseStamps
{
    private const ulong AnyWrite = 0x9E37_79B9_7F4A_7C15;
    private const ulong Everything = 0xC2B2_AE3D_27D4_EB4F;

    /// <summary>Reads the stamps of everything that a query depends on.</summary>
    public static Dependency[] Read(
        CacheEngine cache,
        DatabaseIdentity database,
        IReadOnlyCollection<TableName> tables,
        bool readsUnknown,
        ulong[] tags,
        ulong source)
    {
        var seen = new Dependency[3 + tables.Count + (readsUnknown ? 1 : 0) + tags.Length];
        var count = 0;
        seen[count++] = cache.Stamps.All.Seen();
        seen[count++] = Of(cache, database, Everything).Seen();
        seen[count++] = cache.Stamps.Tag(source).Seen();
        foreach (var table in tables)
        {
            seen[count++] = Of(cache, database, table.Hash).Seen();
        }

        if (readsUnknown)
        {
            seen[count++] = Of(cache, database, AnyWrite).Seen();
        }

        foreach (var tag in tags)
        {
            seen[count++] = cache.Stamps.Tag(tag).Seen();
        }

        return seen;
    }

    /// <summary>Invalidates what reads one of the tables, and what reads something unknown.</summary>
    public static void InvalidateTables(CacheEngine cache, DatabaseIdentity database, IEnumerable<TableName> tables)
    {
        cache.Change(Of(cache, database, AnyWrite));
        foreach (var table in tables)
        {
            cache.Change(Of(cache, database, table.Hash));
        }
    }

    /// <summary>Invalidates everything of the database.</summary>
    public static void InvalidateAll(CacheEngine cache, DatabaseIdentity database)
        => cache.Change(Of(cache, database, Everything));

    private static Stamp Of(CacheEngine cache, DatabaseIdentity database, ulong what)
    {
        // Both are good hashes; the rotation keeps a database and a table that happen to be equal apart.
        return cache.Stamps.Table(System.Numerics.BitOperations.RotateLeft(database.Tag, 17) ^ what);
    }
}
