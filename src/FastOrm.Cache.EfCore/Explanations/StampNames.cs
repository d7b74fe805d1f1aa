namespace FastOrm.Cache.EfCore.Explanations;

/// <summary>What a stamp of a query stands for.</summary>
internal enum StampKind
{
    General,
    Tag,
    Scope,
}

/// <summary>The names of the stamps of a query, in the order in which they are read.</summary>
/// <param name="includesValues">Whether the key values of rows are shown.</param>
internal sealed class StampNames(bool includesValues)
{
    private readonly List<(StampKind Kind, string Name)> _names = [];

    public bool IncludesValues => includesValues;

    public int Count => _names.Count;

    public (StampKind Kind, string Name) this[int index] => _names[index];

    /// <summary>The next stamp stands for this.</summary>
    public void Add(StampKind kind, string name) => _names.Add((kind, name));
}
