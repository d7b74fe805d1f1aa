using FastOrm.Cache.Keys;

namespace FastOrm.Cache.EfCore.Plans;

/// <summary>A table of the database, and the hash by which it finds its stamp. Names are compared without regard to case.</summary>
internal readonly record struct TableName
{
    private const long Kind = 3;

    public TableName(string name, string? schema)
        : this(schema is null ? name : $"{schema}.{name}")
    {
    }

    /// <param name="fullName">The name, after the schema and a dot when it has one.</param>
    public TableName(string fullName)
    {
        FullName = fullName.ToUpperInvariant();
        Hash = TagHash.Of(FullName, Kind);
    }

    public string FullName { get; }

    public ulong Hash { get; }
}
