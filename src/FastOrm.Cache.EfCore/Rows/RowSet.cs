using System.Runtime.ExceptionServices;
using FastOrm.Cache.Stamps;

namespace FastOrm.Cache.EfCore.Rows;

/// <summary>The recorded rows of one command, with what is compared before they are replayed. Shared by all who read it.</summary>
internal sealed class RowSet(
    CommandIdentity identity,
    Column?[] columns,
    string[]? names,
    int rowCount,
    bool isShareable = true,
    ExceptionDispatchInfo? end = null)
{
    // What a row set costs beside its columns: the objects themselves, the key, the stamps.
    private const int Overhead = 400;

    // Synchronous, asynchronous and compiled, in a few models: those of a query that is used in every way.
    private const int MaxSlots = 8;

    private static long s_count;

    private long[] _alsoSlots = [];

    /// <summary>Unique in the process.</summary>
    public long Id { get; } = Interlocked.Increment(ref s_count);

    /// <summary>What belongs to these rows when they are those of the main command of a split query, otherwise null.</summary>
    public SplitParts? Parts { get; set; }

    /// <summary>The stamps under which the rows were kept; set before anybody can find them.</summary>
    public Dependency[] Dependencies { get; set; } = [];

    /// <summary>How often they were served from memory; some are lost where threads meet, which is cheaper than to wait.</summary>
    public long Hits { get; private set; }

    /// <summary>Notes that they were served from memory.</summary>
    public void CountHit() => Hits++;

    /// <summary>No rows at all.</summary>
    public static RowSet None { get; } = new(new CommandIdentity(Slot: 0, "", null), [], null, rowCount: 0);

    public CommandIdentity Identity => identity;

    /// <summary>The columns by ordinal; null where EF Core reads nothing.</summary>
    public Column?[] Columns => columns;

    /// <summary>The names of the columns, which only raw SQL needs, otherwise null.</summary>
    public string[]? Names => names;

    public int RowCount => rowCount;

    /// <summary>Whether the rows may be stored and given to other callers.</summary>
    public bool IsShareable => isShareable;

    /// <summary>Whether the database has failed after these rows.</summary>
    public bool EndsWithError => end is not null;

    /// <summary>Throws if the database has failed after these rows.</summary>
    public void ThrowAtEnd() => end?.Throw();

    /// <summary>The estimated size in bytes.</summary>
    public long Size { get; } = Overhead + identity.Size + columns.Sum(static column => column?.Size ?? 0);

    /// <summary>Some of the rows, as those of another command.</summary>
    public RowSet Pick(CommandIdentity command, int[] rows)
        => new(command, Array.ConvertAll(columns, column => column?.Pick(rows)), names, rows.Length, isShareable);

    /// <summary>Whether the columns have exactly the types that EF Core will read.</summary>
    /// <param name="codecs">The columns that EF Core will read, by their position in its list.</param>
    /// <param name="asked">Their names in the same order, if it will look for them by name; otherwise null.</param>
    public bool HasColumnsOf(ColumnCodec?[] codecs, string?[]? asked)
    {
        if ((names is null) != (asked is null) || (names is null && codecs.Length != columns.Length))
        {
            return false;
        }

        for (var i = 0; i < codecs.Length; i++)
        {
            var ordinal = names is null ? i : ColumnPlaces.Ordinal(names, asked![i]);
            if (ordinal < 0 && codecs.Length == 1)
            {
                ordinal = 0; // A single column may have any name.
            }

            if (ordinal < 0 || (codecs[i]?.Type != columns[ordinal]?.Type && (names is null || codecs[i] is not null)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Whether the rows belong to the command that the slot makes of the same key. One slot always makes the same SQL of the same
    /// values, so it need not be made again to be compared.
    /// </summary>
    public bool IsKnownTo(long slot) => slot == identity.Slot || Volatile.Read(ref _alsoSlots).AsSpan().Contains(slot);

    /// <summary>Remembers that the command of another slot was found to be the same.</summary>
    /// <remarks>Of two threads one may win: the other compares once more.</remarks>
    public void AlsoKnownTo(long slot)
        => Volatile.Write(ref _alsoSlots, [slot, .. Volatile.Read(ref _alsoSlots).Take(MaxSlots - 1)]);
}
