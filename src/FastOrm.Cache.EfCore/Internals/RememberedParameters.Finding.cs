using FastOrm.Cache.EfCore.Plans;
using FastOrm.Cache.EfCore.Rows;
using FastOrm.Cache.Memory;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.EfCore.Internals;

/// <content>Rows in memory, and whether they are those of a command.</content>
internal sealed partial class RememberedParameters
{
    /// <summary>The valid rows of the key, if they are those of this very command.</summary>
    /// <param name="key">The key.</param>
    /// <param name="slot">The command.</param>
    /// <param name="command">The same as it is sent, once it is made.</param>
    /// <param name="isSilent">Whether nobody who measures is told of the look-up.</param>
    public RowSet? Find(in LocalCacheKey key, CommandSlot slot, ref IRelationalCommandTemplate? command, bool isSilent = false)
    {
        if ((isSilent ? Cache.Peek(key, _maxAge) : Cache.Find(key, _maxAge))?.Value is not RowSet rows)
        {
            return null;
        }

        return IsOfCommand(rows, slot, ref command) && (slot.Index > 0 || !_plan.Facts.IsSplit || HoldsParts(rows, Fresh)) ? rows : null;

        RowSet? Fresh(LocalCacheKey part) => (isSilent ? Cache.Peek(part, _maxAge) : Cache.Find(part, _maxAge))?.Value as RowSet;
    }

    /// <summary>Rows whose time is over and that another caller is loading anew: what is in memory, or what that caller has found.</summary>
    /// <remarks>Only of a query's first command: with the main rows come the parts that belong to them.</remarks>
    public RowSet? FindStale(in LocalCacheKey key, CommandSlot slot, IRelationalCommandTemplate? command, LocalCacheEntry? offered)
    {
        var staleFor = StaleFor;
        if (slot.Index > 0
            || staleFor == 0
            || Cache.FindStale(key, offered, _maxAge, staleFor) is not { Value: RowSet rows } entry
            || !IsOfCommand(rows, slot, ref command))
        {
            return null;
        }

        // What was offered carries its parts with it.
        return !_plan.Facts.IsSplit || ReferenceEquals(entry, offered) || HoldsParts(rows, Stale) ? rows : null;

        RowSet? Stale(LocalCacheKey part)
            => (Cache.Find(part, _maxAge) ?? Cache.FindStale(part, offered: null, _maxAge, staleFor))?.Value as RowSet;
    }

    // Held from here on, so that none can expire or be evicted before EF Core asks for it.
    private bool HoldsParts(RowSet main, Func<LocalCacheKey, RowSet?> find)
    {
        _parts = main.Parts?.Find(main.RowCount, find);
        if (_isKeyOpen && _parts?.Any(part => !Make(_plan.Facts.Slots[part.Key]).Identity.IsSameCommand(part.Value.Identity)) == true)
        {
            _parts = null; // A value that only a part depends on is another one.
        }

        return _parts is not null;
    }

    /// <summary>Whether the rows are those of this very command: of the same slot, or with the same SQL, values and columns.</summary>
    /// <remarks>Before the first execution of a slot its columns are not known; they are compared when EF Core has named them.</remarks>
    public bool IsOfCommand(RowSet rows, CommandSlot slot, ref IRelationalCommandTemplate? command)
    {
        if (rows.IsKnownTo(slot.Id))
        {
            return true;
        }

        var codecs = slot.Codecs; // Read once: another thread may set it meanwhile.
        command ??= slot.MakeCommand(Sent);
        if ((codecs is not null && !rows.HasColumnsOf(codecs, slot.ColumnNames)) || !rows.Identity.IsSameCommand(Identify(slot, command)))
        {
            return false;
        }

        if (codecs is not null)
        {
            rows.AlsoKnownTo(slot.Id);
        }

        return true;
    }
}
