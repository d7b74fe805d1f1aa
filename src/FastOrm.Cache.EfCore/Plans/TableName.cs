using FastOrm.Cache.Keys;

namespace FastOrm.Cache.EfCore.Plans;

/// <summary>A table of the database, and the hash by which it finds its stamp.</summary>
/// <remarks>
/// Compared without regard to case and schema: one context may leave out what another spells, and some databases have no schemas. Two
/// tables of one name in two schemas are invalidated together.
/// </remarks>
internal readonly record struct TableName
{
    private const long Kind = 3;

    /// <param name="name">The name, perhaps after the schema and a dot.</param>
    public TableName(string name)
    {
        Name = name[(name.LastIndexOf('.') + 1)..].ToUpperInvariant();
        Hash = TagHash.Of(Name, Kind);
    }

    public string Name { get; }

    public ulong Hash { get; }

    public override int GetHashCode() => (int)Hash;
}
