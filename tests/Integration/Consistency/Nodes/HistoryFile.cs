namespace FastOrm.Cache.Tests.Integration.Consistency.Nodes;

/// <summary>Where a node notes what it does. Safe to call from many threads.</summary>
internal sealed class HistoryFile(string path) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly StreamWriter _writer = new(path, append: true);

    public void Add(object one)
    {
        var line = HistoryText.Write(one);
        lock (_gate)
        {
            _writer.WriteLine(line);
        }
    }

    public void Flush()
    {
        lock (_gate)
        {
            _writer.Flush();
        }
    }

    public void Dispose() => _writer.Dispose();
}
