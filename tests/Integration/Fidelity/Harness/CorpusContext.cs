using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Fidelity.Harness;

/// <summary>A model of the corpus, with its rows.</summary>
internal abstract class CorpusContext(DbContextOptions options) : DbContext(options)
{
    /// <summary>Whether the context is one of PostgreSQL; the other provider is SQLite.</summary>
    public bool IsPostgres => Database.ProviderName == "Npgsql.EntityFrameworkCore.PostgreSQL";

    /// <summary>Fills the empty tables with the same rows each time.</summary>
    public abstract void Seed();

    /// <summary>Lets the context track a few entities, some of them modified and one deleted, as an application would before a query.</summary>
    public abstract void Prepare();
}
