using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using FastOrm.Cache.EfCore.Plans;
using FastOrm.Cache.Engine;

namespace FastOrm.Cache.EfCore.Invalidation.Scopes;

/// <summary>The shapes in which tables have been read by scopes. Whoever writes in another one drops them all.</summary>
internal sealed class ScopedTables
{
    private static readonly ConditionalWeakTable<CacheEngine, ScopedTables> All = [];

    private readonly ConcurrentDictionary<TableName, TableShape[]> _shapes = new();

    public static ScopedTables Of(CacheEngine cache) => All.GetValue(cache, static _ => new ScopedTables());

    /// <summary>A read is about to begin: before its stamps are read, so that a write that does not see it here comes before it.</summary>
    public void Note(TableName table, TableShape shape)
    {
        if (!_shapes.TryGetValue(table, out var known) || !known.Contains(shape))
        {
            _shapes.AddOrUpdate(
                table,
                static (_, shape) => [shape],
                static (_, known, shape) => known.Contains(shape) ? known : [.. known, shape],
                shape);
        }
    }

    /// <summary>Whether the writes, which have been carried out, tell all who read the table what rows they have touched.</summary>
    public bool AreCoveredBy(TableWrites writes)
        => !_shapes.TryGetValue(writes.Table, out var known) || Array.TrueForAll(known, writes.AreToldTo);
}
