using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.EfCore.Plans;

/// <summary>What the compilation of a query has shown: the tables it reads and the commands it runs.</summary>
internal sealed class QueryFacts
{
    private static readonly ConditionalWeakTable<Delegate, QueryFacts> ByDelegate = [];
    private readonly Dictionary<TableName, TableRead> _tables = [];
    private readonly List<CommandSlot> _slots = [];

    /// <summary>The tables that are read, as far as they are known.</summary>
    public IReadOnlyCollection<TableRead> Tables => _tables.Values;

    /// <summary>Whether something is read whose tables cannot be known: raw SQL, a view, a function.</summary>
    public bool ReadsUnknown { get; set; }

    /// <summary>The texts of <c>TagWith</c>.</summary>
    public string[] Tags { get; set; } = [];

    /// <summary>The tables that <c>ExecuteUpdate</c> or <c>ExecuteDelete</c> changes; null if they are not known.</summary>
    public IReadOnlyCollection<TableName>? Written { get; set; }

    /// <summary>Why the query must not be remembered, or null.</summary>
    public string? Refusal { get; set; }

    /// <summary>Whether it might hand out a constant that was compiled into it.</summary>
    public bool HoldsConstant { get; set; }

    /// <summary>Whether its main command settles the order of its rows: there is only one right order.</summary>
    public bool IsTotallyOrdered { get; set; }

    /// <summary>
    /// Whether EF Core reads all rows of the query at once also where it does not retry, since its provider cannot read several results
    /// side by side; of a compiled query, whether it does so for any reason.
    /// </summary>
    public bool IsBuffered { get; set; }

    /// <summary>The commands of the query.</summary>
    public IReadOnlyList<CommandSlot> Slots => _slots;

    /// <summary>Whether the commands of the query can be replayed: it was compiled in buffered mode.</summary>
    public bool IsReplayable => _slots.Count > 0;

    /// <summary>Whether the query runs several commands.</summary>
    public bool IsSplit => _slots.Count > 1;

    public static QueryFacts? Of(Delegate compiled) => ByDelegate.TryGetValue(compiled, out var facts) ? facts : null;

    public void BelongTo(Delegate compiled) => ByDelegate.AddOrUpdate(compiled, this);

    /// <summary>What is read of the table, to which more is added.</summary>
    public TableRead Read(TableName table)
    {
        if (!_tables.TryGetValue(table, out var read))
        {
            _tables.Add(table, read = new TableRead(table));
        }

        return read;
    }

    public CommandSlot AddSlot(Func<Dictionary<string, object?>, IRelationalCommandTemplate> makeCommand)
    {
        var slot = new CommandSlot(_slots.Count, makeCommand);
        _slots.Add(slot);
        return slot;
    }
}
