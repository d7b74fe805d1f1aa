using Microsoft.EntityFrameworkCore.Query;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.EfCore.Internals;

/// <summary>EF Core's query context with our connection and our parameters.</summary>
internal sealed class RememberedQueryContext(
    QueryContextDependencies dependencies,
    RelationalQueryContextDependencies relationalDependencies,
    ReplayConnection connection,
    RememberedParameters parameters)
    : RelationalQueryContext(dependencies, relationalDependencies)
{
    public override IRelationalConnection Connection => connection;

    public override Dictionary<string, object?> Parameters => parameters;
}
