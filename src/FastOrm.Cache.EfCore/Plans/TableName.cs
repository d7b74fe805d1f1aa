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
        Text = name[(name.LastIndexOf('.') + 1)..];
        Name = Text.ToUpperInvariant();
        Hash = TagHash.Of(Name, Kind);
    }

    /// <summary>As it is compared.</summary>
    public string Name { get; }

    /// <summary>As it was spelled, without its schema: for people.</summary>
    public string Text { get; }

    public ulong Hash { get; }

    public bool Equals(TableName other) => Hash == other.Hash && string.Equals(Name, other.Name, StringComparison.Ordinal);

    public override int GetHashCode() => (int)Hash;
}
