using System.Linq.Expressions;
using FastOrm.Cache.EfCore.Invalidation;
using FastOrm.Cache.EfCore.Keys;
using FastOrm.Cache.EfCore.Plans;

namespace FastOrm.Cache.EfCore.Internals;

/// <content><c>Forget</c> and <c>Flush</c> of a query.</content>
internal sealed partial class RememberSession
{
    public void Forget(Expression query)
    {
        if (Connection is null)
        {
            return;
        }

        var key = QueryKey.Rent();
        try
        {
            var parameters = new Dictionary<string, object?>(StringComparer.Ordinal);
            var extracted = Extract(query, parameters);
            if (ExpressionKeyWriter.TryWriteExtracted(key, Model, extracted, parameters))
            {
                Cache.Change(Cache.Stamps.Tag(key.SourceHash(Database.Tag)));
            }
        }
        finally
        {
            key.Return();
        }
    }

    public void FlushTablesOf(Expression query)
    {
        if (Connection is null)
        {
            return;
        }

        var compiled = Compile<object>(Extract(query, []), async: false);
        var facts = QueryFacts.Of(compiled);
        if (facts is null || facts.ReadsUnknown)
        {
            DatabaseStamps.InvalidateAll(Cache, Database);
        }
        else
        {
            DatabaseStamps.InvalidateTables(Cache, Database, facts.Tables);
        }
    }
}
