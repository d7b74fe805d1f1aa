using FastOrm.Cache.EfCore.Rows;
using FastOrm.Cache.Memory;
using FastOrm.Cache.Stamps;

namespace FastOrm.Cache.EfCore.Entities;

/// <summary>Some keys that are asked for together, and what was found of them.</summary>
internal sealed class EntityBatch(BatchQuery query, EntityKey key, List<object[]> keys)
{
    public BatchQuery Query => query;

    public EntityKey Key => key;

    public IReadOnlyList<object[]> Keys => keys;

    /// <summary>The rows of each key. Null if the database has answered for all of them at once.</summary>
    public KeyRows[]? Rows { get; set; }

    /// <summary>Which of them were hits; null where nobody checks that.</summary>
    public List<int>? Served { get; set; }

    /// <summary>Whether another caller has loaded some of them.</summary>
    public bool HasJoined { get; set; }

    /// <summary>The key in memory of each.</summary>
    public LocalCacheKey[] Entries { get; } = new LocalCacheKey[keys.Count];

    /// <summary>How many bytes the values of each have in its key.</summary>
    public int[] ValueLengths { get; } = new int[keys.Count];

    /// <summary>The stamps of each that is loaded.</summary>
    public Dependency[]?[] Seen { get; } = new Dependency[keys.Count][];
}
