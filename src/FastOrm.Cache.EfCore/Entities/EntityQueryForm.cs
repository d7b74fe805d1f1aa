namespace FastOrm.Cache.EfCore.Entities;

/// <summary>In which way entities are read by a key.</summary>
[Flags]
internal enum EntityQueryForm
{
    None = 0,
    Async = 1,
    Tracks = 2,
    IgnoresFilters = 4,
    ResolvesIdentity = 8,
}
