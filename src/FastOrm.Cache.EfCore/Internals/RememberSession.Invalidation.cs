using System.Linq.Expressions;
using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.EfCore.Invalidation;
using FastOrm.Cache.EfCore.Keys;
using FastOrm.Cache.EfCore.Plans;

namespace FastOrm.Cache.EfCore.Internals;

/// <content><c>Forget</c> and <c>Flush</c> of a query.</content>
internal sealed partial class RememberSession
{
    /// <summary>Drops the entries of every terminal operator of an extracted query.</summary>
    public void Forget(Expression query, Dictionary<string, object?> parameters)
    {
        if (Connection is null)
        {
            return;
        }

        var key = QueryKey.Rent();
        try
        {
            if (ExpressionKeyWriter.TryWriteExtracted(key, Model, query, parameters))
            {
                _ = Cache.Invalidate(new InvalidationNote(InvalidationCause.Forgotten, keys: 1), Cache.Stamps.Tag(key.SourceHash(Database.Tag)));
            }
        }
        finally
        {
            key.Return();
        }
    }

    /// <summary>Drops what reads a table of an extracted query.</summary>
    public void FlushTablesOf(Expression query)
    {
        if (Connection is null)
        {
            return;
        }

        var compiled = Compile<object>(query, async: false);
        var facts = QueryFacts.Of(compiled);
        if (facts is null || facts.ReadsUnknown)
        {
            DatabaseStamps.InvalidateAll(InvalidationCause.Flushed, Cache, Database);
        }
        else
        {
            DatabaseStamps.FlushTables(Cache, Database, facts.Tables.Select(static read => read.Table));
        }
    }
}
