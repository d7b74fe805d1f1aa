using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace FastOrm.Cache.Tests.Integration.Fidelity.Harness;

/// <summary>The databases of the corpus on one provider: one for each model, made on first use, never written to afterwards.</summary>
public abstract class CorpusDatabases(Provider provider) : IDisposable
{
    private readonly Dictionary<Type, TestStore> _stores = [];
    private readonly Lock _lock = new();

    public Provider Provider => provider;

    /// <summary>A new context with the given cache, or without the library.</summary>
    internal CorpusContext New(CorpusQuery query, ICache? cache, params IInterceptor[] interceptors)
        => query.NewContext(Options(query, cache, interceptors));

    /// <summary>The options of such a context.</summary>
    internal DbContextOptions Options(CorpusQuery query, ICache? cache, params IInterceptor[] interceptors)
    {
        var options = TestOptions.New().AddInterceptors(interceptors);
        StoreOf(query).Use(options);
        query.Configure(options);
        return (cache is null ? options : options.UseFastOrmCache(cache)).Options;
    }

    /// <summary>A cache in which nothing expires while the tests run.</summary>
    internal static ICache NewCache() => FastCache.Create(static options => options.EmptyTtl = null);

    public void Dispose()
    {
        foreach (var store in _stores.Values)
        {
            store.Delete();
        }

        GC.SuppressFinalize(this);
    }

    private TestStore StoreOf(CorpusQuery query)
    {
        lock (_lock)
        {
            if (!_stores.TryGetValue(query.ContextType, out var store))
            {
                _stores.Add(query.ContextType, store = Create(query));
            }

            return store;
        }
    }

    private TestStore Create(CorpusQuery query)
    {
        var store = TestStore.Create(provider);
        var options = TestOptions.New();
        store.Use(options);
        using var db = query.NewContext(options.Options);
        db.Database.EnsureCreated();
        db.Seed();
        // Statistics that change between two runs may change the plan, and with it the order of rows.
        db.Database.ExecuteSqlRaw("ANALYZE");
        store.Seeded();
        return store;
    }
}

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
