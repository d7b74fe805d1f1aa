using FastOrm.Cache.Memory;

namespace FastOrm.Cache.EfCore.Rows;

/// <summary>
/// The other commands of a split query, as the execution that loaded the main rows has run them. EF Core reads all of them side by side
/// and relies on their belonging together, so the main rows are served only with the parts that were loaded for them.
/// </summary>
/// <param name="remote">The parts as they came with the main rows from the tier that nodes share, by command; null if they did not.</param>
/// <param name="remoteBytes">The size of what they are slices of, which stays in memory as a whole.</param>
internal sealed class SplitParts(Dictionary<int, ReadOnlyMemory<byte>>? remote = null, long remoteBytes = 0)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, LocalCacheKey?> _parts = [];
    private List<(int Command, RowSet Rows)>? _known;
    private Action<IReadOnlyList<(int Command, RowSet Rows)>>? _complete;
    private volatile bool _ended;

    /// <summary>Whether the main rows are in the cache; if not, their parts need not be.</summary>
    public bool IsMainStored { get; set; }

    /// <summary>What is kept beside the rows, in bytes.</summary>
    public long Size => remoteBytes;

    /// <summary>The bytes of a part that has come with the main rows.</summary>
    public ReadOnlyMemory<byte>? Remote(int command)
        => remote is not null && remote.TryGetValue(command, out var bytes) ? bytes : default(ReadOnlyMemory<byte>?);

    /// <summary>Asks to be given all parts once they are known. Not if one of them cannot be stored, or not all are read.</summary>
    public void WhenComplete(Action<IReadOnlyList<(int Command, RowSet Rows)>> complete)
    {
        lock (_gate)
        {
            (_complete, _known) = (complete, []);
        }
    }

    /// <summary>The execution goes on to this command.</summary>
    public void Expect(int command)
    {
        lock (_gate)
        {
            _parts.TryAdd(command, null);
        }
    }

    public void Stored(int command, LocalCacheKey key, RowSet rows)
    {
        lock (_gate)
        {
            _parts[command] = key;
            _known?.Add((command, rows));
        }
    }

    /// <summary>The main rows were read to their end, so no further command follows.</summary>
    public void End()
    {
        _ended = true;
        if (_complete is null)
        {
            return;
        }

        Action<IReadOnlyList<(int Command, RowSet Rows)>>? complete;
        IReadOnlyList<(int Command, RowSet Rows)>? known;
        lock (_gate)
        {
            (complete, known) = (_complete, _known);
            (_complete, _known) = (null, null);
            if (complete is null || known!.DistinctBy(static part => part.Command).Count() != _parts.Count)
            {
                return;
            }
        }

        complete(known!);
    }

    /// <summary>The parts by command, or null when one is missing or more may follow.</summary>
    public Dictionary<int, RowSet>? Find(int mainRowCount, Func<LocalCacheKey, RowSet?> find)
    {
        lock (_gate)
        {
            if (!_ended && mainRowCount > 0)
            {
                return null;
            }

            var found = new Dictionary<int, RowSet>();
            foreach (var (command, key) in _parts)
            {
                if (key is not { } known || find(known) is not { } rows)
                {
                    return null;
                }

                found.Add(command, rows);
            }

            return found;
        }
    }
}
