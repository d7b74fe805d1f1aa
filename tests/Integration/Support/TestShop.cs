using System.Collections.Concurrent;
using System.Data.Common;
using System.Reflection;
using FastOrm.Cache.EfCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace FastOrm.Cache.Tests.Integration.Support;

/// <summary>The shop in a database of its own, with a cache of its own and a counter of the commands sent.</summary>
public sealed class TestShop : TestDatabase<ShopContext>
{
    public TestShop(
        Action<FastOrmCacheOptions>? cache = null,
        Action<FastOrmCacheContextOptions>? context = null,
        Provider provider = Provider.Sqlite,
        Action<DbContextOptionsBuilder>? configure = null,
        bool isSavedWithCache = false)
        : base(static options => new ShopContext(options), ShopContext.Seed, cache, context, provider, configure, isSavedWithCache)
    {
    }
}

/// <summary>A database of its own with a model of the test's, a cache of its own and a counter of the commands sent.</summary>
public class TestDatabase<TContext> : IDisposable
    where TContext : DbContext
{
    // Tables and rows that are the same each time are made once, and copied: that costs a fraction.
    private static readonly ConcurrentDictionary<(Provider, MethodInfo, MethodInfo?, MethodInfo?), Lazy<TestStore>> Filled = new();

    private readonly TestStore _store;
    private readonly Func<DbContextOptions, TContext> _create;
    private readonly Action<FastOrmCacheContextOptions>? _context;
    private readonly Action<DbContextOptionsBuilder>? _configure;

    /// <param name="create">Makes a context.</param>
    /// <param name="seed">Fills the tables.</param>
    /// <param name="cache">The options of the cache.</param>
    /// <param name="context">The options of the contexts' caching.</param>
    /// <param name="provider">SQLite: a file of its own. PostgreSQL: a database of its own on the tests' server.</param>
    /// <param name="configure">Changes the options of every context, after the provider was set.</param>
    /// <param name="isSavedWithCache">Whether the tables are filled by a context with the cache, which then knows them and has told other nodes.</param>
    public TestDatabase(
        Func<DbContextOptions, TContext> create,
        Action<TContext>? seed = null,
        Action<FastOrmCacheOptions>? cache = null,
        Action<FastOrmCacheContextOptions>? context = null,
        Provider provider = Provider.Sqlite,
        Action<DbContextOptionsBuilder>? configure = null,
        bool isSavedWithCache = false)
    {
        _create = create;
        _context = context;
        _configure = configure;
        Provider = provider;
        Cache = FastCache.Create(cache);
        _store = isSavedWithCache ? Fill(seed, options => options.UseFastOrmCache(Cache, context))
            : IsTheSameEachTime(create) && IsTheSameEachTime(seed) && IsTheSameEachTime(configure)
            ? Filled.GetOrAdd((provider, create.Method, seed?.Method, configure?.Method), _ => new Lazy<TestStore>(() => FillAndClose(seed))).Value.Copy()
            : Fill(seed);
        Options = Configure().Options;
    }

    public Provider Provider { get; }

    public ICache Cache { get; }

    public SqlCounter Sql { get; } = new();

    public DbContextOptions Options { get; }

    public string ConnectionString => _store.ConnectionString;

    /// <summary>A new context with the cache.</summary>
    public TContext New() => _create(Options);

    /// <summary>A new context in which every touch of the database throws.</summary>
    public TContext NewForbidden() => _create(Configure(Forbidden.All).Options);

    /// <summary>A new context without the library.</summary>
    public TContext NewPlain() => _create(ConfigurePlain().Options);

    /// <summary>The options of the contexts, with more interceptors.</summary>
    public DbContextOptionsBuilder Configure(params IInterceptor[] interceptors)
        => ConfigurePlain().AddInterceptors([Sql, .. interceptors]).UseFastOrmCache(Cache, _context);

    /// <summary>A new connection to the database, open.</summary>
    public DbConnection Connect()
    {
        var connection = _store.Connect();
        connection.Open();
        return connection;
    }

    /// <summary>A new context with the cache on a connection that may belong to several.</summary>
    public TContext NewOn(DbConnection connection)
    {
        var options = TestOptions.New();
        _store.Use(options, connection);
        return _create(options.AddInterceptors(Sql).UseFastOrmCache(Cache, _context).Options);
    }

    /// <summary>Runs something in a new context and counts the commands that it sends.</summary>
    public (T Result, int Commands) Count<T>(Func<TContext, T> run)
    {
        using var db = New();
        var before = Sql.Count;
        var result = run(db);
        return (result, Sql.Count - before);
    }

    /// <summary>Runs something in a new context and counts the commands that it sends.</summary>
    public async Task<(T Result, int Commands)> CountAsync<T>(Func<TContext, Task<T>> run)
    {
        await using var db = New();
        var before = Sql.Count;
        var result = await run(db);
        return (result, Sql.Count - before);
    }

    public void Dispose()
    {
        Cache.Dispose();
        _store.Delete();
        GC.SuppressFinalize(this);
    }

    public DbContextOptionsBuilder ConfigurePlain() => ConfigurePlain(_store);

    // What it does depends on nothing but what it is given: it has captured nothing.
    private static bool IsTheSameEachTime(Delegate? function)
        => function?.Target is not { } target
            || target.GetType().GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Length == 0;

    private TestStore FillAndClose(Action<TContext>? seed)
    {
        var store = Fill(seed);
        store.Close();
        return store;
    }

    private TestStore Fill(Action<TContext>? seed, Action<DbContextOptionsBuilder>? more = null)
    {
        var store = TestStore.Create(Provider);
        try
        {
            var options = ConfigurePlain(store);
            more?.Invoke(options);
            using var db = _create(options.Options);
            db.Database.EnsureCreated();
            seed?.Invoke(db);
            store.Seeded();
            return store;
        }
        catch
        {
            store.Delete();
            throw;
        }
    }

    private DbContextOptionsBuilder ConfigurePlain(TestStore store)
    {
        var options = TestOptions.New();
        store.Use(options);
        _configure?.Invoke(options);
        return options;
    }
}
