using FastOrm.Cache.Memory;

namespace FastOrm.Cache.EfCore.Rows;

/// <summary>
/// The other commands of a split query, as the execution that loaded the main rows has run them. EF Core reads all of them side by side
/// and relies on their belonging together, so the main rows are served only with the parts that were loaded for them.
/// </summary>
internal sealed class SplitParts
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, EntryKey?> _parts = [];
    private volatile bool _ended;

    /// <summary>Whether the main rows are in the cache; if not, their parts need not be.</summary>
    public bool IsMainStored { get; set; }

    /// <summary>The execution goes on to this command.</summary>
    public void Expect(int command)
    {
        lock (_gate)
        {
            _parts.TryAdd(command, null);
        }
    }

    public void Stored(int command, EntryKey key)
    {
        lock (_gate)
        {
            _parts[command] = key;
        }
    }

    /// <summary>The main rows were read to their end, so no further command follows.</summary>
    public void End() => _ended = true;

    /// <summary>The parts by command, or null when one is missing or more may follow.</summary>
    public Dictionary<int, RowSet>? Find(int mainRowCount, Func<EntryKey, RowSet?> find)
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
