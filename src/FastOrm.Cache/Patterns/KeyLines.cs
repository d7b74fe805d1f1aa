using System.Collections.Concurrent;

namespace FastOrm.Cache.Patterns;

/// <summary>The lines of all keys of which values wait.</summary>
/// <remarks>
/// What concerns one key happens in turn: or of two callers one would be last in the cache and the other last in the source. The
/// turns are striped over the keys, because to store in the cache may take time.
/// </remarks>
internal sealed class KeyLines<T>
{
    private const int Stripes = 32;

    private readonly ConcurrentDictionary<string, KeyLine<T>> _lines = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, Stripes).Select(static _ => new SemaphoreSlim(1, 1))];

    /// <summary>Waits for the turn of a key, which lasts until what is returned is disposed.</summary>
    public async ValueTask<Turn> EnterAsync(string key, CancellationToken cancellationToken = default)
    {
        var turn = _turns[(uint)StringComparer.Ordinal.GetHashCode(key) % Stripes];
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Turn(turn);
    }

    public KeyLine<T>? Find(string key) => _lines.GetValueOrDefault(key);

    public KeyLine<T> FindOrAdd(string key) => _lines.GetOrAdd(key, static key => new KeyLine<T>(key));

    public void Remove(KeyLine<T> line) => _lines.TryRemove(KeyValuePair.Create(line.Key, line));

    internal readonly struct Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
