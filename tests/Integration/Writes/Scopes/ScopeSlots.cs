using FastOrm.Cache.EfCore.Invalidation.Scopes;
using FastOrm.Cache.EfCore.Plans;
using FastOrm.Cache.Stamps;

namespace FastOrm.Cache.Tests.Integration.Writes.Scopes;

/// <summary>Rows whose stamps happen to be in one slot.</summary>
internal static class ScopeSlots
{
    public static (int First, int Second) TwoRowsOfOneSlot(string table)
    {
        var name = new TableName(table);
        var rows = new Dictionary<ulong, int>();
        for (var id = 1000; ; id++)
        {
            var slot = ScopeHash.OfRow(name, [(UInt128)id]) & (StampTable.RowSlots - 1);
            if (rows.TryGetValue(slot, out var other))
            {
                return (other, id);
            }

            rows.Add(slot, id);
        }
    }
}
