using System.Numerics;
using System.Runtime.InteropServices;
using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.EfCore.Explanations;
using FastOrm.Cache.EfCore.Invalidation.Scopes;
using FastOrm.Cache.EfCore.Keys;
using FastOrm.Cache.EfCore.Plans;
using FastOrm.Cache.EfCore.Rows;
using FastOrm.Cache.Engine;
using FastOrm.Cache.Stamps;

namespace FastOrm.Cache.EfCore.Invalidation;

/// <summary>
/// The stamps of a database: two for each table, one for each row and for each value of a column, one that every write changes, one on
/// which every entry depends.
/// </summary>
/// <remarks>
/// Every write changes the stamp of its table. What reads the whole table depends on that; what reads only some rows depends on theirs, and
/// on the second stamp of the table, which is changed by the writes of which it is not known what rows they touch.
/// </remarks>
internal static class DatabaseStamps
{
    private const ulong AnyWrite = 0x9E37_79B9_7F4A_7C15;
    private const ulong Everything = 0xC2B2_AE3D_27D4_EB4F;
    private const ulong Bulk = 0x1656_67B1_9E37_79F9;

    /// <summary>Where among the stamps of a query its own is.</summary>
    public const int SourcePlace = 2;

    /// <summary>Reads the stamps of everything that a query depends on.</summary>
    /// <param name="cache">The cache.</param>
    /// <param name="database">The database that is asked.</param>
    /// <param name="facts">What the query reads.</param>
    /// <param name="parameters">The values that it is asked with; null to depend on whole tables.</param>
    /// <param name="tags">The hashes of its tags.</param>
    /// <param name="source">The hash of the query without its terminal operator.</param>
    /// <param name="list">
    /// The list that it reads. As long as the rows of it are not known, it depends on the whole table: that stamp is the last one.
    /// </param>
    /// <param name="names">Gets what each stamp stands for, if anybody wants to know; of tags only that they are some.</param>
    /// <param name="scoped">Gets where those are that depend on the values, if anybody wants to know.</param>
    public static Dependency[] Read(
        CacheEngine cache,
        DatabaseIdentity database,
        QueryFacts facts,
        Dictionary<string, object?>? parameters,
        ulong[] tags,
        ulong source,
        out ListScope? list,
        StampNames? names = null,
        List<ScopedStamps>? scoped = null)
    {
        list = null;
        names?.Add(StampKind.General, "the cache");
        names?.Add(StampKind.General, "everything of the database");
        names?.Add(StampKind.General, "this query, whatever its last operator");
        var seen = new List<Dependency>(4 + 2 * facts.Tables.Count + tags.Length)
        {
            cache.Stamps.All.Seen(), Of(cache, database, Everything).Seen(), cache.Stamps.Tag(source).Seen(),
        };
        foreach (var tag in tags)
        {
            seen.Add(cache.Stamps.Tag(tag).Seen());
            names?.Add(StampKind.Tag, "");
        }

        if (facts.ReadsUnknown)
        {
            seen.Add(Of(cache, database, AnyWrite).Seen());
            names?.Add(StampKind.Scope, "any write to the database");
        }

        TableName? listed = null;
        foreach (var read in facts.Tables)
        {
            if (parameters is null || read.Scopes(parameters) is not { } scopes || !MayScope(cache, database, read))
            {
                seen.Add(Of(cache, database, read.Table.Hash).Seen());
                names?.Add(StampKind.Scope, read.Table.Text);
                continue;
            }

            ScopedTables.Of(cache).Note(read.Table, read.Shape!);
            seen.Add(Of(cache, database, read.Table.Hash ^ Bulk).Seen());
            names?.Add(StampKind.Scope, $"{read.Table.Text}, writes of unknown rows");
            read.Describe(parameters, names);
            scoped?.Add(new ScopedStamps(read, seen.Count, scopes.Count));
            CollectionsMarshal.SetCount(seen, seen.Count + scopes.Count);
            ReadRows(cache, database, scopes, CollectionsMarshal.AsSpan(seen)[^scopes.Count..]);

            if (read.List is not null)
            {
                (list, listed) = (read.List, read.Table);
            }
        }

        if (listed is { } table)
        {
            seen.Add(Of(cache, database, table.Hash).Seen());
            names?.Add(StampKind.Scope, $"{table.Text}, until the rows of the list are known");
        }

        return [.. seen];
    }

    /// <summary>Reads the stamps of rows and of values of columns.</summary>
    public static void ReadRows(CacheEngine cache, DatabaseIdentity database, List<ulong> scopes, Span<Dependency> seen)
    {
        for (var i = 0; i < seen.Length; i++)
        {
            seen[i] = Row(cache, database, scopes[i]).Seen();
        }
    }

    /// <summary>The stamps of a list whose rows are known now: theirs instead of that of the table.</summary>
    public static Dependency[] Narrow(CacheEngine cache, DatabaseIdentity database, Dependency[] seen, ListScope list, RowSet rows)
    {
        if (list.Rows(rows) is not { } hashes)
        {
            return seen;
        }

        var narrow = new Dependency[seen.Length - 1 + hashes.Length];
        seen.AsSpan(..^1).CopyTo(narrow);
        for (var i = 0; i < hashes.Length; i++)
        {
            narrow[seen.Length - 1 + i] = Row(cache, database, hashes[i]).Seen();
        }

        // A write changes the stamp of the table first: if that still stands, none of the rows has been written since they were read.
        return Dependency.AreCurrent(seen) ? narrow : seen;
    }

    /// <summary>Invalidates what reads one of the tables, and what reads something unknown.</summary>
    public static void FlushTables(CacheEngine cache, DatabaseIdentity database, IEnumerable<TableName> tables)
    {
        List<TableWrites> writes = [.. tables.Select(TableWrites.OfUnknownRows)];
        Invalidate(new InvalidationNote(InvalidationCause.Flushed, TableWrites.NamesOf(writes)), cache, database, writes);
    }

    /// <summary>Invalidates what the writes may have changed.</summary>
    /// <param name="note">What is noted of it.</param>
    /// <param name="cache">The cache.</param>
    /// <param name="database">The database.</param>
    /// <param name="writes">The writes; null if it is not known what they touch: then everything of the database.</param>
    /// <param name="marker">What was marked for them; null for nothing.</param>
    public static void Invalidate(
        InvalidationNote note, CacheEngine cache, DatabaseIdentity database, List<TableWrites>? writes, RemoteMarker? marker = null)
        => _ = cache.Invalidate(note, StampsOf(cache, database, writes, out var relied), relied, marker?.Id ?? 0);

    /// <summary>Invalidates everything of the database.</summary>
    public static void InvalidateAll(InvalidationCause cause, CacheEngine cache, DatabaseIdentity database)
        => Invalidate(new InvalidationNote(cause), cache, database, writes: null);

    /// <summary>Marks what the writes are about to change.</summary>
    /// <returns>The marker.</returns>
    public static ValueTask<RemoteMarker> MarkAsync(bool async, CacheEngine cache, DatabaseIdentity database, List<TableWrites>? writes)
        => cache.MarkAsync(async, StampsOf(cache, database, writes, out var relied), relied);

    private static ReadOnlySpan<Stamp> StampsOf(
        CacheEngine cache, DatabaseIdentity database, List<TableWrites>? writes, out List<RemoteClaim>? relied)
    {
        relied = null;
        if (writes is null)
        {
            return new[] { Of(cache, database, Everything) };
        }

        var scoped = ScopedTables.Of(cache);
        var stamps = new List<Stamp>(2 + 2 * writes.Count) { Of(cache, database, AnyWrite) };
        foreach (var write in writes)
        {
            stamps.Add(Of(cache, database, write.Table.Hash)); // Before those of its rows: whoever reads theirs looks at this one again.
            if (write.Scopes is not { } scopes || !scoped.AreCoveredBy(write))
            {
                stamps.Add(Of(cache, database, write.Table.Hash ^ Bulk));
                continue;
            }

            foreach (var scope in scopes)
            {
                stamps.Add(Row(cache, database, scope));
            }

            if (cache.Remote is not null && write.Shape is { } shape)
            {
                (relied ??= []).Add(Claim(cache, database, write.Table, shape));
            }
        }

        return CollectionsMarshal.AsSpan(stamps);
    }

    // On another node the table may be taken for something else, and what is written there tells nothing of the rows that are read here:
    // then that node must know of this one. Until it does, the whole table is depended on.
    private static bool MayScope(CacheEngine cache, DatabaseIdentity database, TableRead read)
        => cache.Remote?.IsClaimed(Claim(cache, database, read.Table, read.Shape!)) != false;

    private static RemoteClaim Claim(CacheEngine cache, DatabaseIdentity database, TableName table, TableShape shape)
        => new(
            cache.Stamps.Shape(Hash(database, table.Hash)).Slot, shape.Digest, Of(cache, database, table.Hash ^ Bulk).Slot);

    private static Stamp Of(CacheEngine cache, DatabaseIdentity database, ulong what) => cache.Stamps.Table(Hash(database, what));

    private static Stamp Row(CacheEngine cache, DatabaseIdentity database, ulong scope) => cache.Stamps.Row(Hash(database, scope));

    // Both are good hashes; the rotation keeps a database and a table that happen to be equal apart.
    private static ulong Hash(DatabaseIdentity database, ulong what) => BitOperations.RotateLeft(database.Tag, 17) ^ what;
}
