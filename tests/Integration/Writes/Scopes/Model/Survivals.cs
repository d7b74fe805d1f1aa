namespace FastOrm.Cache.Tests.Integration.Writes.Scopes.Model;

/// <summary>How many entries of a kind of query survive the saves that cannot affect them.</summary>
internal sealed class Survivals
{
    private readonly SortedDictionary<string, (int Survived, int Count)> _kinds = new(StringComparer.Ordinal);

    public IEnumerable<string> Lines
        => _kinds.Select(pair => $"  {pair.Key,-20} {Share(pair.Key),7:P1} of {pair.Value.Count}");

    public double Share(params string[] kinds) => (double)kinds.Sum(kind => _kinds[kind].Survived) / kinds.Sum(kind => _kinds[kind].Count);

    public void Add(string kind, bool survived)
    {
        var (before, count) = _kinds.GetValueOrDefault(kind);
        _kinds[kind] = (before + (survived ? 1 : 0), count + 1);
    }
}
