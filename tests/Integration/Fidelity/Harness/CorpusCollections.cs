using FastOrm.Cache.Tests.Integration.Support;

namespace FastOrm.Cache.Tests.Integration.Fidelity.Harness;

/// <summary>The databases on SQLite.</summary>
public sealed class SqliteDatabases() : CorpusDatabases(Provider.Sqlite);

/// <summary>The databases on PostgreSQL.</summary>
public sealed class PostgresDatabases() : CorpusDatabases(Provider.PostgreSql);

/// <summary>The tests that read the corpus on SQLite.</summary>
[CollectionDefinition(Name)]
public sealed class OnSqlite : ICollectionFixture<SqliteDatabases>
{
    public const string Name = "Corpus on SQLite";
}

/// <summary>The tests that read the corpus on PostgreSQL.</summary>
[CollectionDefinition(Name)]
public sealed class OnPostgres : ICollectionFixture<PostgresDatabases>
{
    public const string Name = "Corpus on PostgreSQL";
}
